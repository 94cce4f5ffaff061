//! Methods of sets.

use super::super::args::Args;
use super::super::ops;
use super::{fits, unknown};
use crate::value::{Set, Value, ValueError};

pub(super) fn call(set: &Set, method: &str, args: Args) -> Result<Value, ValueError> {
    match method {
        "copy" => args.none(method).map(|()| set.clone().into()),
        "issubset" => Ok(set.is_subset(&other(method, args)?).into()),
        "issuperset" => Ok(other(method, args)?.is_subset(set).into()),
        "isdisjoint" => Ok(set.intersection(&other(method, args)?).is_empty().into()),
        "symmetric_difference" => Ok(set.symmetric_difference(&other(method, args)?).into()),
        "union" => combined(set, args, Set::union),
        "intersection" => combined(set, args, Set::intersection),
        "difference" => combined(set, args, Set::difference),
        _ => Err(unknown(&Set::new().into(), method)),
    }
}

pub(super) fn change(
    set: &mut Set,
    method: &str,
    args: Args,
    size: usize,
) -> Result<Value, ValueError> {
    match method {
        "add" => {
            fits(set.len(), 1, size)?;
            set.insert(args.one(method, "element")?)?;
        }
        "remove" => {
            let element = args.one(method, "element")?;
            if !set.remove(&element)? {
                return Err(ValueError::new(format!(
                    "the set has no element {}",
                    element.shown()
                )));
            }
        }
        "discard" => {
            set.remove(&args.one(method, "element")?)?;
        }
        "pop" => {
            args.none(method)?;
            return set
                .pop_first()
                .ok_or_else(|| ValueError::new("there is nothing to pop from an empty set"));
        }
        "clear" => {
            args.none(method)?;
            set.clear();
        }
        "update" => replace(set, combined(set, args, Set::union)?, size)?,
        "intersection_update" => replace(set, combined(set, args, Set::intersection)?, size)?,
        "difference_update" => replace(set, combined(set, args, Set::difference)?, size)?,
        "symmetric_difference_update" => *set = set.symmetric_difference(&other(method, args)?),
        _ => return Err(unknown(&Set::new().into(), method)),
    }
    Ok(Value::None)
}

fn other(method: &str, args: Args) -> Result<Set, ValueError> {
    Set::from_values(ops::items(&args.one(method, "other")?)?)
}

fn combined(set: &Set, args: Args, combine: fn(&Set, &Set) -> Set) -> Result<Value, ValueError> {
    let mut result = set.clone();
    for other in args.positional {
        result = combine(&result, &Set::from_values(ops::items(&other)?)?);
    }
    Ok(result.into())
}

fn replace(set: &mut Set, value: Value, size: usize) -> Result<(), ValueError> {
    if let Value::Set(new) = value {
        fits(new.len(), 0, size)?;
        *set = std::sync::Arc::unwrap_or_clone(new);
    }
    Ok(())
}
