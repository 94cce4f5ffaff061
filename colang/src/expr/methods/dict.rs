//! Methods of dicts.

use super::super::args::Args;
use super::super::ops;
use super::{fits, unknown};
use crate::value::{Dict, Value, ValueError};

pub(super) fn call(dict: &Dict, method: &str, args: Args) -> Result<Value, ValueError> {
    match method {
        "get" => {
            let [key, default] = args
                .bind(method, ["key", "default"], 1)?
                .map(Option::unwrap_or_default);
            Ok(dict.look_up(&key)?.cloned().unwrap_or(default))
        }
        "keys" => args
            .none(method)
            .map(|()| Value::list(dict.keys().cloned())),
        "values" => args
            .none(method)
            .map(|()| Value::list(dict.values().cloned())),
        "items" => {
            args.none(method)?;
            Ok(Value::list(dict.iter().map(|(key, value)| {
                Value::tuple([key.clone(), value.clone()])
            })))
        }
        "copy" => args.none(method).map(|()| dict.clone().into()),
        _ => Err(unknown(&Dict::new().into(), method)),
    }
}

pub(super) fn change(
    dict: &mut Dict,
    method: &str,
    args: Args,
    size: usize,
) -> Result<Value, ValueError> {
    match method {
        "update" => {
            let entries = updates(args)?;
            fits(dict.len(), entries.len(), size)?;
            dict.extend(&entries);
            Ok(Value::None)
        }
        "pop" => pop(dict, args),
        "popitem" => {
            args.none(method)?;
            let last = dict
                .pop_last()
                .ok_or_else(|| ValueError::new("there is nothing to pop from an empty dict"))?;
            Ok(Value::tuple([last.0, last.1]))
        }
        "clear" => {
            args.none(method)?;
            dict.clear();
            Ok(Value::None)
        }
        "setdefault" => {
            let [key, default] = args
                .bind(method, ["key", "default"], 1)?
                .map(Option::unwrap_or_default);
            if let Some(value) = dict.look_up(&key)? {
                return Ok(value.clone());
            }
            fits(dict.len(), 1, size)?;
            dict.insert(key, default.clone())?;
            Ok(default)
        }
        _ => Err(unknown(&Dict::new().into(), method)),
    }
}

fn pop(dict: &mut Dict, args: Args) -> Result<Value, ValueError> {
    let [key, default] = args.bind("pop", ["key", "default"], 1)?;
    let key = key.unwrap_or_default();
    let taken = dict.remove(&key)?.or(default);
    taken.ok_or_else(|| ValueError::new(format!("the dict has no key {}", key.shown())))
}

/// The arguments of `update`: a dict or pairs, and named values.
pub(super) fn updates(mut args: Args) -> Result<Dict, ValueError> {
    let named = std::mem::take(&mut args.named);
    let [entries] = args.bind("update", ["entries"], 0)?;
    let mut updates = entries.map_or(Ok(Dict::new()), |entries| ops::entries(&entries))?;
    for (name, value) in named {
        updates.set(name, value);
    }
    Ok(updates)
}
