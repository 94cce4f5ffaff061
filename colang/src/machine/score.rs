//! How well an event matches a pattern: 1 for all arguments, less for each that the pattern leaves out, 0 for none.

use crate::state::{Failure, NOT_COMPARED};
use crate::value::{Dict, Fields, Set, Value};

/// What each argument that a pattern does not name costs.
const LEFT_OUT: f64 = 0.9;

/// The score of the arguments of an event.
pub(super) fn arguments(values: &Fields, pattern: &Fields) -> Result<f64, Failure> {
    if pattern.len() > values.len() {
        return Ok(0.0);
    }
    let mut score = 1.0;
    for (name, wanted) in pattern
        .iter()
        .filter(|(name, _)| !NOT_COMPARED.contains(&&***name))
    {
        let Some(found) = values.get(name) else {
            return Ok(0.0);
        };
        score = times(score, value(found, wanted)?);
        if score == 0.0 {
            return Ok(0.0);
        }
    }
    Ok(times(score, left_out(values.len(), pattern.len())))
}

/// The score of one value.
pub(super) fn value(found: &Value, wanted: &Value) -> Result<f64, Failure> {
    match (wanted, found) {
        (Value::Regex(regex), Value::Str(_) | Value::Int(_) | Value::Float(_) | Value::Bool(_)) => {
            let text = found.to_string();
            let matches = regex
                .is_match(&text)
                .map_err(|error| Failure::value(error.to_string()))?;
            Ok(truth(matches))
        }
        (Value::Comparison(comparison), _) => {
            let holds = comparison
                .holds(found)
                .map_err(|error| Failure::value(error.to_string()))?;
            Ok(truth(holds))
        }
        (Value::Dict(wanted), Value::Dict(found)) => dict(found, wanted),
        (Value::List(wanted), Value::List(found)) => list(found, wanted),
        (Value::Set(wanted), Value::Set(found)) => set(found, wanted),
        (Value::Bool(_), Value::Int(_)) => Ok(truth(wanted.equals(found))),
        _ if std::mem::discriminant(wanted) == std::mem::discriminant(found) => {
            Ok(truth(wanted.equals(found)))
        }
        _ => Ok(0.0),
    }
}

fn truth(holds: bool) -> f64 {
    if holds { 1.0 } else { 0.0 }
}

pub(super) fn left_out(values: usize, pattern: usize) -> f64 {
    let count = u32::try_from(values.saturating_sub(pattern)).unwrap_or(u32::MAX);
    LEFT_OUT.powf(f64::from(count)).max(f64::MIN_POSITIVE)
}

/// What matches stays a match, however small its score becomes: an event with thousands of fields matches too.
pub(super) fn times(score: f64, factor: f64) -> f64 {
    let product = score * factor;
    match product == 0.0 && score > 0.0 && factor > 0.0 {
        true => f64::MIN_POSITIVE,
        false => product,
    }
}

fn dict(found: &Dict, wanted: &Dict) -> Result<f64, Failure> {
    if wanted.len() > found.len() {
        return Ok(0.0);
    }
    let mut score = 1.0;
    for (key, wanted) in wanted.iter() {
        if key.as_str().is_some_and(|key| NOT_COMPARED.contains(&key)) {
            continue;
        }
        let Ok(Some(found)) = found.look_up(key) else {
            return Ok(0.0);
        };
        score = times(score, value(found, wanted)?);
        if score == 0.0 {
            return Ok(0.0);
        }
    }
    Ok(times(score, left_out(found.len(), wanted.len())))
}

/// The pattern's items must come in this order; others may stand between them.
fn list(found: &[Value], wanted: &[Value]) -> Result<f64, Failure> {
    if wanted.len() > found.len() {
        return Ok(0.0);
    }
    let mut score = 1.0;
    let mut still_wanted = wanted.iter().peekable();
    for item in found {
        let Some(next) = still_wanted.peek() else {
            break;
        };
        let of_item = value(item, next)?;
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

fn set(found: &Set, wanted: &Set) -> Result<f64, Failure> {
    let mut score = 1.0;
    for wanted in wanted.iter() {
        let mut of_element = 0.0;
        for found in found.iter() {
            of_element = value(found, wanted)?;
            if of_element > 0.0 {
                break;
            }
        }
        score = times(score, of_element);
        if of_element == 0.0 {
            return Ok(0.0);
        }
    }
    Ok(times(score, left_out(found.len(), wanted.len())))
}
