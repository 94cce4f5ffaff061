//! Methods of lists and tuples.

use std::cmp::Ordering;

use super::super::args::{self, Args};
use super::super::{cost, ops};
use super::{fits, unknown};
use crate::value::{Spend, Value, ValueError, sorted};

pub(super) fn call(
    object: &Value,
    items: &[Value],
    method: &str,
    args: Args,
) -> Result<Value, ValueError> {
    match (method, object) {
        ("count", _) => {
            let value = args.one(method, "value")?;
            Ok(number(items.iter().filter(|item| **item == value).count()))
        }
        ("index", _) => index(items, args),
        ("copy", Value::List(_)) => args.none(method).map(|()| object.clone()),
        _ => Err(unknown(object, method)),
    }
}

pub(super) fn change(
    items: &mut Vec<Value>,
    method: &str,
    args: Args,
    size: usize,
    spend: Spend<'_>,
) -> Result<Value, ValueError> {
    match method {
        "append" => {
            fits(items.len(), 1, size)?;
            items.push(args.one(method, "object")?);
        }
        "extend" => {
            let more = ops::items(&args.one(method, "iterable")?)?;
            fits(items.len(), more.len(), size)?;
            items.extend(more);
        }
        "insert" => {
            fits(items.len(), 1, size)?;
            let [index, object] = args
                .bind(method, ["index", "object"], 2)?
                .map(Option::unwrap_or_default);
            items.insert(clipped(args::whole(method, &index)?, items.len()), object);
        }
        "remove" => {
            let value = args.one(method, "value")?;
            items.remove(found(items, &value, 0, items.len())?);
        }
        "pop" => return pop(items, args),
        "clear" => {
            args.none(method)?;
            items.clear();
        }
        "reverse" => {
            args.none(method)?;
            items.reverse();
        }
        "sort" => {
            let is_reversed = is_reversed(args)?;
            sort(items, is_reversed, spend)?;
        }
        _ => return Err(unknown(&Value::list([]), method)),
    }
    Ok(Value::None)
}

/// Whether the arguments of `sort` ask for the reversed order.
fn is_reversed(args: Args) -> Result<bool, ValueError> {
    let [key, reverse] = args
        .bind("sort", ["key", "reverse"], 0)?
        .map(Option::unwrap_or_default);
    match key.is_none() {
        true => Ok(reverse.is_true()),
        false => Err(ValueError::new(
            "`sort` takes no key: there are no functions to give it",
        )),
    }
}

fn pop(items: &mut Vec<Value>, args: Args) -> Result<Value, ValueError> {
    let [index] = args.bind("pop", ["index"], 0)?;
    if items.is_empty() {
        return Err(ValueError::new(
            "there is nothing to pop from an empty list",
        ));
    }
    let index = index.unwrap_or(Value::Int(-1));
    let place = super::super::index::place(&Value::list([]), &index, items.len())?;
    Ok(items.remove(place))
}

fn index(items: &[Value], args: Args) -> Result<Value, ValueError> {
    let [value, start, stop] = args.bind("index", ["value", "start", "stop"], 1)?;
    let bound = |bound: Option<Value>, missing: usize| match bound {
        None => Ok(missing),
        Some(bound) => args::whole("index", &bound).map(|bound| clipped(bound, items.len())),
    };
    let (start, stop) = (bound(start, 0)?, bound(stop, items.len())?);
    found(items, &value.unwrap_or_default(), start, stop).map(number)
}

fn found(items: &[Value], value: &Value, start: usize, stop: usize) -> Result<usize, ValueError> {
    let within = items.get(start..stop.max(start)).unwrap_or_default();
    let place = within
        .iter()
        .position(|item| item == value)
        .map(|place| start + place);
    place.ok_or_else(|| ValueError::new("the value is not in the list"))
}

/// An index as in slices: negative from the end, clipped to the length.
fn clipped(index: i64, length: usize) -> usize {
    let end = i64::try_from(length).unwrap_or(i64::MAX);
    let place = if index < 0 {
        index.saturating_add(end).max(0)
    } else {
        index.min(end)
    };
    usize::try_from(place).unwrap_or(0)
}

fn number(count: usize) -> Value {
    Value::Int(i64::try_from(count).unwrap_or(i64::MAX))
}

/// Stable, also in reverse; the list is unchanged if two elements cannot be ordered. Each comparison is charged.
fn sort(items: &mut Vec<Value>, reverse: bool, spend: Spend<'_>) -> Result<(), ValueError> {
    *items = sorted(items.clone(), |left, right| {
        spend(1 + cost::comparing(left, right))?;
        let (left, right) = if reverse {
            (right, left)
        } else {
            (left, right)
        };
        Ok(left.order(right)? == Some(Ordering::Less))
    })?;
    Ok(())
}
