//! Strings, lists and other sequences: concatenation, repetition, iteration, membership.

use crate::value::{Dict, Value, ValueError};

/// Refuses a string of more than `size` characters.
pub(in super::super) fn text_fits(text: &str, size: usize) -> Result<(), ValueError> {
    if text.len() > size && text.chars().count() > size {
        return Err(ValueError::new(format!(
            "a text would have more than {size} characters"
        )));
    }
    Ok(())
}

pub(super) fn joined(
    left: &[Value],
    right: &[Value],
    size: usize,
) -> Result<Vec<Value>, ValueError> {
    if left.len() + right.len() > size {
        return Err(too_long(size));
    }
    Ok(left.iter().chain(right).cloned().collect())
}

pub(super) fn repeated(value: &Value, count: i64, size: usize) -> Result<Value, ValueError> {
    let count = usize::try_from(count).unwrap_or(0);
    let length = match value {
        Value::Str(text) => text.chars().count(),
        other => other.as_items().map_or(0, <[Value]>::len),
    };
    if length == 0 || count == 0 {
        return Ok(match value {
            Value::Str(_) => Value::from(""),
            Value::Tuple(_) => Value::tuple([]),
            _ => Value::list([]),
        });
    }
    if length.checked_mul(count).is_none_or(|total| total > size) {
        return Err(too_long(size));
    }
    Ok(match value {
        Value::Str(text) => text.repeat(count).into(),
        Value::Tuple(items) => Value::tuple(copies(items, count)),
        other => copies(other.as_items().unwrap_or_default(), count).into(),
    })
}

fn copies(items: &[Value], count: usize) -> Vec<Value> {
    std::iter::repeat_n(items, count)
        .flatten()
        .cloned()
        .collect()
}

fn too_long(size: usize) -> ValueError {
    ValueError::new(format!("the result would be longer than {size}"))
}

/// `needle in haystack`.
pub(super) fn contains(haystack: &Value, needle: &Value) -> Result<bool, ValueError> {
    match haystack {
        Value::List(items) | Value::Tuple(items) => Ok(items.contains(needle)),
        Value::Dict(dict) => dict.look_up(needle).map(|found| found.is_some()),
        // Python looks for a frozenset, which programs cannot create.
        Value::Set(_) if matches!(needle, Value::Set(_)) => Ok(false),
        Value::Set(set) => set.contains(needle),
        Value::Str(text) => match needle {
            Value::Str(part) => Ok(text.contains(&**part)),
            other => Err(ValueError::new(format!(
                "{} cannot be in a str",
                other.described()
            ))),
        },
        other => Err(ValueError::new(format!(
            "nothing can be in {}",
            other.described()
        ))),
    }
}

/// The elements that iterating over a value yields: elements, characters, keys.
pub(in super::super) fn items(value: &Value) -> Result<Vec<Value>, ValueError> {
    match value {
        Value::List(items) | Value::Tuple(items) => Ok(items.to_vec()),
        Value::Str(text) => Ok(text.chars().map(|c| Value::from(String::from(c))).collect()),
        Value::Dict(dict) => Ok(dict.keys().cloned().collect()),
        Value::Set(set) => Ok(set.sorted().into_iter().cloned().collect()),
        other => Err(ValueError::new(format!(
            "{} has no elements to go through",
            other.described()
        ))),
    }
}

/// The entries from which a dict can be built or updated: another dict, or pairs.
pub(in super::super) fn entries(value: &Value) -> Result<Dict, ValueError> {
    if let Value::Dict(dict) = value {
        return Ok((**dict).clone());
    }
    let mut dict = Dict::new();
    for pair in items(value)? {
        let Ok([key, value]) = <[Value; 2]>::try_from(items(&pair)?) else {
            return Err(ValueError::new("a dict is made of pairs"));
        };
        dict.insert(key, value)?;
    }
    Ok(dict)
}
