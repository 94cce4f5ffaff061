//! The methods of strings, lists, dicts and sets.

mod case;
mod dict;
mod list;
mod set;
mod split;
mod text;

use std::sync::Arc;

use super::args::Args;
use crate::value::{Dict, Spend, Value, ValueError};

const CHANGING: &[&str] = &[
    "add",
    "append",
    "clear",
    "difference_update",
    "discard",
    "extend",
    "insert",
    "intersection_update",
    "pop",
    "popitem",
    "remove",
    "reverse",
    "setdefault",
    "sort",
    "symmetric_difference_update",
    "update",
];

/// All methods of all types.
const NAMES: [&str; 73] = [
    "add",
    "append",
    "bit_length",
    "capitalize",
    "casefold",
    "center",
    "clear",
    "copy",
    "count",
    "difference",
    "difference_update",
    "discard",
    "endswith",
    "expandtabs",
    "extend",
    "find",
    "findall",
    "get",
    "index",
    "insert",
    "intersection",
    "intersection_update",
    "is_integer",
    "isalnum",
    "isalpha",
    "isascii",
    "isdecimal",
    "isdigit",
    "isdisjoint",
    "isidentifier",
    "islower",
    "isnumeric",
    "isprintable",
    "isspace",
    "issubset",
    "issuperset",
    "istitle",
    "isupper",
    "items",
    "join",
    "keys",
    "ljust",
    "lower",
    "lstrip",
    "partition",
    "pop",
    "popitem",
    "remove",
    "removeprefix",
    "removesuffix",
    "replace",
    "reverse",
    "rfind",
    "rindex",
    "rjust",
    "rpartition",
    "rsplit",
    "rstrip",
    "setdefault",
    "sort",
    "split",
    "splitlines",
    "startswith",
    "strip",
    "swapcase",
    "symmetric_difference",
    "symmetric_difference_update",
    "title",
    "union",
    "update",
    "upper",
    "values",
    "zfill",
];

/// The names of all methods.
pub(super) fn names() -> impl Iterator<Item = &'static str> + Clone {
    NAMES.into_iter()
}

/// Whether a method of this name changes its object, for any type.
pub(super) fn changes(method: &str) -> bool {
    CHANGING.contains(&method)
}

/// Calls a method that does not change its object.
pub(super) fn call(
    object: &Value,
    method: &str,
    args: Args,
    size: usize,
    spend: Spend<'_>,
) -> Result<Value, ValueError> {
    match object {
        Value::Str(text) => text::call(text, method, args, size),
        Value::List(items) | Value::Tuple(items) => list::call(object, items, method, args),
        Value::Dict(dict) => dict::call(dict, method, args),
        Value::Set(set) => set::call(set, method, args),
        Value::Float(value) if method == "is_integer" => args
            .none(method)
            .map(|()| Value::Bool(value.is_finite() && value.fract() == 0.0)),
        Value::Int(value) if method == "bit_length" => args
            .none(method)
            .map(|()| Value::Int(i64::from(64 - value.unsigned_abs().leading_zeros()))),
        Value::Regex(regex) if method == "findall" => {
            let text = args.one(method, "string")?;
            regex
                .find_all_within(super::args::text(method, &text)?, size, spend)
                .map(Value::from)
        }
        other => Err(unknown(other, method)),
    }
}

/// Calls a method that changes its object.
pub(super) fn change(
    object: &mut Value,
    method: &str,
    args: Args,
    size: usize,
    spend: Spend<'_>,
) -> Result<Value, ValueError> {
    match object {
        Value::List(items) => list::change(Arc::make_mut(items), method, args, size, spend),
        Value::Dict(dict) => dict::change(Arc::make_mut(dict), method, args, size),
        Value::Set(set) => set::change(Arc::make_mut(set), method, args, size),
        other => Err(unknown(other, method)),
    }
}

/// The entries that `update` sets in a flow's variables; no other method changes them.
pub(super) fn context_entries(method: &str, args: Args) -> Result<Dict, ValueError> {
    if method != "update" {
        return Err(ValueError::new(format!(
            "the variables of a flow can be changed by `update`, not by `{method}`"
        )));
    }
    dict::updates(args)
}

fn unknown(object: &Value, method: &str) -> ValueError {
    ValueError::new(format!("{} has no method `{method}`", object.described()))
}

/// Refuses to let a container grow beyond `size`.
fn fits(length: usize, more: usize, size: usize) -> Result<(), ValueError> {
    if length.saturating_add(more) > size {
        return Err(ValueError::new(format!(
            "there would be more than {size} elements"
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Args, NAMES, call, change, changes};
    use crate::value::{Dict, Regex, Set, Value, ValueError};

    fn has(object: &Value, method: &str) -> bool {
        let args = Args {
            positional: Vec::new(),
            named: Vec::new(),
        };
        let result: Result<Value, ValueError> = match changes(method) {
            true => change(&mut object.clone(), method, args, 100, &mut |_| Ok(())),
            false => call(object, method, args, 100, &mut |_| Ok(())),
        };
        !result.is_err_and(|error| error.to_string().contains("has no method"))
    }

    #[test]
    fn every_method_that_is_listed_is_there() {
        let objects = [
            "".into(),
            1.into(),
            1.5.into(),
            Value::list([]),
            Dict::default().into(),
            Set::default().into(),
            Value::Regex(Regex::new("a").expect("a pattern")),
        ];
        for method in NAMES {
            assert!(objects.iter().any(|object| has(object, method)), "{method}");
        }
    }
}
