//! The implementation of the functions of the language.

mod convert;
mod show;

use std::sync::Arc;

use super::args::{self, Args};
use super::function::Function;
use super::ops;
use super::world::World;
use crate::value::{Comparison, Regex, Value, ValueError};

pub(super) fn call(
    function: Function,
    args: Args,
    world: &mut World<'_>,
) -> Result<Value, ValueError> {
    let args = plain(args, world);
    match function {
        Function::Len => len(&args.one("len", "obj")?),
        Function::List => convert::list(args),
        Function::Tuple => convert::tuple(args),
        Function::Dict => convert::dict(args),
        Function::Set => convert::set(args),
        Function::Str => convert::str(args, world.steps.size()),
        Function::Int => convert::int(args),
        Function::Float => convert::float(args),
        Function::Rand => args
            .none("rand")
            .map(|()| Value::Float(world.scope.random())),
        Function::RandInt => random_int(&args.one("randint", "top")?, world.scope.random()),
        Function::Regex => regex(args),
        Function::Search => search(args, world),
        Function::FindAll => find_all(args, world),
        Function::Uid => args.none("uid").map(|()| world.scope.uid().into()),
        Function::PrettyStr => show::pretty(&args.one("pretty_str", "data")?, world.steps.size()),
        Function::Escape => escape(&args.one("escape", "string")?),
        Function::IsInt => is_a(args, "is_int", |val| {
            matches!(val, Value::Int(_) | Value::Bool(_))
        }),
        Function::IsFloat => is_a(args, "is_float", |val| matches!(val, Value::Float(_))),
        Function::IsBool => is_a(args, "is_bool", |val| matches!(val, Value::Bool(_))),
        Function::IsStr => is_a(args, "is_str", |val| matches!(val, Value::Str(_))),
        Function::IsRegex => is_a(args, "is_regex", |val| matches!(val, Value::Regex(_))),
        Function::Type => args.one("type", "val").map(|val| val.type_name().into()),
        Function::Compare(comparator) => {
            Comparison::new(comparator, args.one(comparator.function(), "v_ref")?)
                .map(Value::Comparison)
        }
        Function::FlowsInfo => flows_info(args, world),
    }
}

/// Whether the argument is a value of some type.
fn is_a(args: Args, name: &str, test: fn(&Value) -> bool) -> Result<Value, ValueError> {
    args.one(name, "val").map(|val| test(&val).into())
}

fn plain(args: Args, world: &mut World<'_>) -> Args {
    Args {
        positional: args
            .positional
            .into_iter()
            .map(|value| world.plain(value))
            .collect(),
        named: args
            .named
            .into_iter()
            .map(|(name, value)| (name, world.plain(value)))
            .collect(),
    }
}

fn len(value: &Value) -> Result<Value, ValueError> {
    let length = match value {
        Value::Str(text) => text.chars().count(),
        Value::List(items) | Value::Tuple(items) => items.len(),
        Value::Dict(dict) => dict.len(),
        Value::Set(set) => set.len(),
        other => {
            return Err(ValueError::new(format!(
                "{} has no length",
                other.described()
            )));
        }
    };
    Ok(Value::Int(i64::try_from(length).unwrap_or(i64::MAX)))
}

fn random_int(top: &Value, chance: f64) -> Result<Value, ValueError> {
    let top = top
        .as_float()
        .ok_or_else(|| args::wrong("randint", "a number", top))?;
    ops::to_int(chance * top).map(Value::Int)
}

fn regex(args: Args) -> Result<Value, ValueError> {
    match args.one("regex", "pattern")? {
        Value::Regex(regex) => Ok(Value::Regex(regex)),
        pattern => Regex::new(args::text("regex", &pattern)?).map(Value::Regex),
    }
}

fn search(args: Args, world: &mut World<'_>) -> Result<Value, ValueError> {
    let (regex, text) = searched("search", args)?;
    let found = regex.is_match_within(&text, &mut |steps| world.steps.spend(steps));
    found.map(Value::Bool)
}

fn find_all(args: Args, world: &mut World<'_>) -> Result<Value, ValueError> {
    let (regex, text) = searched("find_all", args)?;
    let size = world.steps.size();
    let found = regex.find_all_within(&text, size, &mut |steps| world.steps.spend(steps));
    found.map(Value::from)
}

fn searched(callee: &str, args: Args) -> Result<(Regex, Arc<str>), ValueError> {
    let [pattern, string] = args
        .bind(callee, ["pattern", "string"], 2)?
        .map(Option::unwrap_or_default);
    let regex = match pattern {
        Value::Regex(regex) => regex,
        pattern => Regex::new(args::text(callee, &pattern)?)?,
    };
    match string {
        Value::Str(text) => Ok((regex, text)),
        other => Err(args::wrong(callee, "a str to search in", &other)),
    }
}

/// Makes a string safe within quotes: doubles backslashes, and escapes braces and quotes.
fn escape(value: &Value) -> Result<Value, ValueError> {
    let text = args::text("escape", value)?;
    let text = text
        .replace('\\', "\\\\")
        .replace("{{", "\\{")
        .replace("}}", "\\}");
    Ok(text.replace('\'', "\\'").replace('"', "\\\"").into())
}

fn flows_info(args: Args, world: &World<'_>) -> Result<Value, ValueError> {
    let [uid] = args.bind("flows_info", ["flow_instance_uid"], 0)?;
    match uid.unwrap_or_default() {
        Value::None => Ok(world.scope.flows_info(None)),
        Value::Str(uid) | Value::Flow(uid) => Ok(world.scope.flows_info(Some(&uid))),
        other => Err(args::wrong("flows_info", "the uid of a flow", &other)),
    }
}
