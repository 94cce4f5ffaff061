//! How well an event matches a pattern: 1 for all arguments, less for each that the pattern omits, 0 for no match.

use crate::expr::cost;
use crate::machine::run::Budget;
use crate::state::{Failure, NOT_COMPARED};
use crate::value::{Dict, Fields, Set, Value, ValueError};

/// The factor for each argument that a pattern does not mention.
const LEFT_OUT: f64 = 0.9;

/// How many of them have that factor. With more than 7,000 the score would become 0, and no flow would be notified of
/// the event; so further ones have a factor closer to 1.
const MOST_LEFT_OUT: usize = 3000;

/// The minimum score of a match, however many arguments, even nested ones, it omits.
const LEAST: f64 = f64::MIN_POSITIVE;

/// The score of the arguments of an event.
pub(super) fn arguments(
    values: &Fields,
    pattern: &Fields,
    budget: &mut Budget,
) -> Result<f64, Failure> {
    if pattern.len() > values.len() {
        return Ok(0.0);
    }
    budget.pay(1 + pattern.len() / 2)?;
    let score = named(values, pattern, budget)?;
    Ok(times(score, left_out(values.len(), pattern.len())))
}

/// The score of the arguments of an action event, as if both sides included the arguments of its start, the pattern
/// only if there are any.
pub(super) fn arguments_of_action(
    values: &Fields,
    pattern: &Fields,
    start: &Fields,
    budget: &mut Budget,
) -> Result<f64, Failure> {
    let tells_start = usize::from(!start.is_empty());
    let (value_count, pattern_count) = (values.len() + 1, pattern.len() + tells_start);
    if pattern_count > value_count {
        return Ok(0.0);
    }
    budget.pay(1 + (value_count + pattern_count) / 2)?;
    let of_start = named(start, start, budget)?;
    let score = times(named(values, pattern, budget)?, of_start);
    Ok(times(score, left_out(value_count, pattern_count)))
}

/// The score of the arguments that a pattern mentions.
fn named(values: &Fields, pattern: &Fields, budget: &mut Budget) -> Result<f64, Failure> {
    let mut score = 1.0;
    for (name, wanted) in pattern
        .iter()
        .filter(|(name, _)| !NOT_COMPARED.contains(&&***name))
    {
        let Some(found) = values.get(name) else {
            return Ok(0.0);
        };
        score = times(score, value(found, wanted, budget)?);
        if score == 0.0 {
            return Ok(0.0);
        }
    }
    Ok(score)
}

/// The score of one value.
pub(super) fn value(found: &Value, wanted: &Value, budget: &mut Budget) -> Result<f64, Failure> {
    match (wanted, found) {
        (Value::Regex(regex), Value::Str(_) | Value::Int(_) | Value::Float(_) | Value::Bool(_)) => {
            let text = found.to_string();
            let refuse = |error: ValueError| Failure::value(error.to_string());
            let spend = &mut |steps| {
                let paid = budget.pay(steps);
                paid.map_err(|failure| ValueError::new(failure.message))
            };
            regex
                .is_match_within(&text, spend)
                .map(truth)
                .map_err(refuse)
        }
        (Value::Comparison(comparison), _) => {
            let holds = comparison
                .holds(found)
                .map_err(|error| Failure::value(error.to_string()))?;
            Ok(truth(holds))
        }
        (Value::Dict(wanted), Value::Dict(found)) => dict(found, wanted, budget),
        (Value::Dict(wanted), Value::RailOutcome(found)) => dict(found.members(), wanted, budget),
        (Value::List(wanted), Value::List(found)) => list(found, wanted, budget),
        (Value::Set(wanted), Value::Set(found)) => set(found, wanted, budget),
        (Value::Bool(_), Value::Int(_)) => Ok(truth(wanted.equals(found))),
        _ if std::mem::discriminant(wanted) == std::mem::discriminant(found) => {
            budget.pay(cost::comparing(wanted, found))?;
            Ok(truth(wanted.equals(found)))
        }
        _ => Ok(0.0),
    }
}

fn truth(holds: bool) -> f64 {
    if holds { 1.0 } else { 0.0 }
}

pub(super) fn left_out(values: usize, pattern: usize) -> f64 {
    let count = values.saturating_sub(pattern);
    let (full, rest) = (
        count.min(MOST_LEFT_OUT),
        count.saturating_sub(MOST_LEFT_OUT),
    );
    let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    LEFT_OUT.powf(number(full)) / (1.0 + number(rest))
}

/// The product of both: never 0 unless one of them is.
pub(super) fn times(left: f64, right: f64) -> f64 {
    let product = left * right;
    match left > 0.0 && right > 0.0 {
        true => product.max(LEAST),
        false => product,
    }
}

fn dict(found: &Dict, wanted: &Dict, budget: &mut Budget) -> Result<f64, Failure> {
    if wanted.len() > found.len() {
        return Ok(0.0);
    }
    budget.pay(wanted.len())?;
    let mut score = 1.0;
    for (key, wanted) in wanted.iter() {
        if key.as_str().is_some_and(|key| NOT_COMPARED.contains(&key)) {
            continue;
        }
        let Ok(Some(found)) = found.look_up(key) else {
            return Ok(0.0);
        };
        score = times(score, value(found, wanted, budget)?);
        if score == 0.0 {
            return Ok(0.0);
        }
    }
    Ok(times(score, left_out(found.len(), wanted.len())))
}

/// The score of the first element that matches; if only an equal one can match, it is looked up.
fn element(found: &Set, wanted: &Value, budget: &mut Budget) -> Result<f64, Failure> {
    budget.pay(1)?;
    if matches!(
        wanted,
        Value::None | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Str(_)
    ) {
        let equal = found.get(wanted);
        return equal.map_or(Ok(0.0), |found| value(found, wanted, budget));
    }
    for found in found.iter() {
        budget.pay(1)?;
        let score = value(found, wanted, budget)?;
        if score > 0.0 {
            return Ok(score);
        }
    }
    Ok(0.0)
}

/// The items of the pattern must occur in this order; others may be between them.
fn list(found: &[Value], wanted: &[Value], budget: &mut Budget) -> Result<f64, Failure> {
    if wanted.len() > found.len() {
        return Ok(0.0);
    }
    budget.pay(found.len() / 2)?;
    let mut score = 1.0;
    let mut still_wanted = wanted.iter().peekable();
    for item in found {
        let Some(next) = still_wanted.peek() else {
            break;
        };
        let of_item = value(item, next, budget)?;
        if of_item > 0.0 {
            score = times(score, of_item);
            still_wanted.next();
        }
    }
    if still_wanted.peek().is_some() {
        return Ok(0.0);
    }
    Ok(times(score, left_out(found.len(), wanted.len())))
}

fn set(found: &Set, wanted: &Set, budget: &mut Budget) -> Result<f64, Failure> {
    let mut score = 1.0;
    for wanted in wanted.iter() {
        let of_element = element(found, wanted, budget)?;
        score = times(score, of_element);
        if of_element == 0.0 {
            return Ok(0.0);
        }
    }
    Ok(times(score, left_out(found.len(), wanted.len())))
}
