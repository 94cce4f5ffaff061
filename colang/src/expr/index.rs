//! `object[key]` and slices.

use crate::value::{Value, ValueError};

/// The evaluated part between the brackets.
#[derive(Debug)]
pub(super) enum Key {
    Index(Value),
    Slice {
        lower: Value,
        upper: Value,
        step: Value,
    },
    /// A tuple that contains a slice, which cannot be used as an index.
    Unusable,
}

impl Key {
    /// `[a, b]` is the index `(a, b)`.
    pub(super) fn of_several(keys: Vec<Self>) -> Self {
        let indices = keys.into_iter().map(|key| match key {
            Self::Index(value) => Some(value),
            Self::Slice { .. } | Self::Unusable => None,
        });
        indices
            .collect::<Option<Vec<_>>>()
            .map_or(Self::Unusable, |indices| Self::Index(Value::tuple(indices)))
    }
}

pub(super) fn read(object: &Value, key: &Key) -> Result<Value, ValueError> {
    match (object, key) {
        (Value::Dict(dict), Key::Index(key)) => {
            let found = dict.look_up(key)?;
            found
                .cloned()
                .ok_or_else(|| ValueError::new(format!("the dict has no key {}", key.shown())))
        }
        (Value::RailOutcome(outcome), Key::Index(Value::Str(name))) => outcome.member(name),
        (Value::List(items) | Value::Tuple(items), Key::Index(key)) => {
            Ok(items[place(object, key, items.len())?].clone())
        }
        (Value::Str(text), Key::Index(key)) => {
            let place = place(object, key, text.chars().count())?;
            let letter = text.chars().nth(place).map(String::from);
            Ok(letter.unwrap_or_default().into())
        }
        (Value::List(items), Key::Slice { lower, upper, step }) => {
            Ok(Value::list(sliced(items, lower, upper, step)?))
        }
        (Value::Tuple(items), Key::Slice { lower, upper, step }) => {
            Ok(Value::tuple(sliced(items, lower, upper, step)?))
        }
        (Value::Str(text), Key::Slice { lower, upper, step }) => {
            let chars: Vec<_> = text.chars().collect();
            Ok(places(chars.len(), lower, upper, step)?
                .map(|place| chars[place])
                .collect::<String>()
                .into())
        }
        (other, Key::Index(_)) => Err(ValueError::new(format!(
            "{} cannot be indexed",
            other.described()
        ))),
        (other, _) => Err(ValueError::new(format!(
            "{} cannot be sliced so",
            other.described()
        ))),
    }
}

/// The position in a sequence for an index; negative ones count from the end.
pub(super) fn place(object: &Value, index: &Value, length: usize) -> Result<usize, ValueError> {
    let name = object.described();
    let index = index.as_int().ok_or_else(|| {
        ValueError::new(format!(
            "an index of {name} must be an int, not {}",
            index.described()
        ))
    })?;
    resolve(index, length).ok_or_else(|| {
        ValueError::new(format!(
            "there is no index {index} in {name} of length {length}"
        ))
    })
}

fn resolve(index: i64, length: usize) -> Option<usize> {
    let length = i64::try_from(length).ok()?;
    let place = if index < 0 {
        index.checked_add(length)?
    } else {
        index
    };
    (0..length)
        .contains(&place)
        .then_some(usize::try_from(place).ok()?)
}

fn sliced(
    items: &[Value],
    lower: &Value,
    upper: &Value,
    step: &Value,
) -> Result<Vec<Value>, ValueError> {
    Ok(places(items.len(), lower, upper, step)?
        .map(|place| items[place].clone())
        .collect())
}

/// The positions in a slice, in order.
fn places(
    length: usize,
    lower: &Value,
    upper: &Value,
    step: &Value,
) -> Result<impl Iterator<Item = usize>, ValueError> {
    let length = i128::try_from(length).unwrap_or(i128::MAX);
    let step = bound(step)?.unwrap_or(1);
    if step == 0 {
        return Err(ValueError::new("the step of a slice must not be 0"));
    }
    let (least, most) = if step > 0 {
        (0, length)
    } else {
        (-1, length - 1)
    };
    let clip = |bound: Option<i128>, missing: i128| match bound {
        None => missing,
        Some(place) if place < 0 => (place + length).clamp(least, most),
        Some(place) => place.clamp(least, most),
    };
    let (start, stop) = if step > 0 {
        (least, most)
    } else {
        (most, least)
    };
    let (start, stop) = (clip(bound(lower)?, start), clip(bound(upper)?, stop));
    let within = move |place: &i128| {
        if step > 0 {
            *place < stop
        } else {
            *place > stop
        }
    };
    let walk =
        std::iter::successors(Some(start), move |place| Some(place + step)).take_while(within);
    Ok(walk.filter_map(|place| usize::try_from(place).ok()))
}

fn bound(value: &Value) -> Result<Option<i128>, ValueError> {
    if value.is_none() {
        return Ok(None);
    }
    let bound = value.as_int().map(i128::from);
    bound.map(Some).ok_or_else(|| {
        ValueError::new(format!(
            "the bounds of a slice are ints or missing, not {}",
            value.described()
        ))
    })
}
