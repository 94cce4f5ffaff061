//! The costs of operations in steps, computed before they are done: in proportion to their work.
//!
//! A step is about a tenth of a microsecond. A comparison is charged as if it had to look at everything.

use super::args::Args;
use super::function::Function;
use super::index::Key;
use crate::syntax::ast::{BinaryOp, CompareOp};
use crate::value::Value;

/// How many bytes are copied, compared or counted in one step.
const COPIED: usize = 256;
/// How many bytes are examined in one step, character by character.
const READ: usize = 16;
/// How many elements are copied in one step; moving them costs less.
const CLONED: usize = 4;
const MOVED: usize = 16;

/// The limit for counting the parts of a value: no expression has that many steps.
const MOST: usize = 10_000_000;

/// The value with all its contents: the cost of comparing, hashing or printing it.
pub(crate) fn whole(value: &Value) -> usize {
    let mut parts = 0;
    add_parts(value, &mut parts);
    parts
}

fn add_parts(value: &Value, parts: &mut usize) {
    *parts += 1;
    if *parts > MOST {
        return;
    }
    match value {
        Value::Str(text) => *parts += text.len() / COPIED,
        Value::List(items) | Value::Tuple(items) => {
            items.iter().for_each(|item| add_parts(item, parts));
        }
        Value::Set(set) => set.iter().for_each(|item| add_parts(item, parts)),
        Value::Dict(dict) => dict.iter().for_each(|(key, value)| {
            add_parts(key, parts);
            add_parts(value, parts);
        }),
        Value::RailOutcome(outcome) => {
            let values = outcome.members().values();
            values.for_each(|value| add_parts(value, parts));
        }
        Value::Event(event) => {
            let values = event.arguments.values();
            values.for_each(|value| add_parts(value, parts));
        }
        _ => {}
    }
}

/// How many elements iterating over a value yields.
fn elements(value: &Value) -> usize {
    match value {
        Value::Str(text) => text.len(),
        Value::List(items) | Value::Tuple(items) => items.len(),
        Value::Dict(dict) => dict.len(),
        Value::Set(set) => set.len(),
        _ => 0,
    }
}

/// Collecting the elements of a value into a list; sets are sorted first.
pub(super) fn going_through(value: &Value) -> usize {
    match value {
        Value::Str(text) => text.len() / 2,
        Value::Set(_) => sorting(value),
        other => elements(other) / CLONED,
    }
}

/// Sorting the elements of a set.
fn sorting(value: &Value) -> usize {
    let levels = elements(value).checked_ilog2().unwrap_or(0) as usize + 1;
    whole(value) * levels
}

/// Printing a value, including sorting of all sets in it.
pub(crate) fn printing(value: &Value) -> usize {
    match value {
        Value::Str(text) => 1 + text.len() / READ,
        Value::List(items) | Value::Tuple(items) => 1 + items.iter().map(printing).sum::<usize>(),
        Value::Set(_) => 2 * sorting(value),
        Value::Dict(dict) => {
            let entries = dict.iter();
            let cost = entries.map(|(key, value)| printing(key) + printing(value));
            1 + cost.sum::<usize>()
        }
        Value::RailOutcome(outcome) => 1 + outcome.members().values().map(printing).sum::<usize>(),
        Value::Event(event) => 1 + event.arguments.values().map(printing).sum::<usize>(),
        _ => 1,
    }
}

/// Comparing two values.
pub(crate) fn comparing(left: &Value, right: &Value) -> usize {
    match (left, right) {
        (Value::Str(left), Value::Str(right)) => left.len().min(right.len()) / COPIED,
        _ if left.is_same_shared(right) => 0,
        (Value::List(_), Value::List(_)) | (Value::Tuple(_), Value::Tuple(_)) => {
            whole(smaller(left, right)) / 2
        }
        (Value::Dict(_), Value::Dict(_))
        | (Value::RailOutcome(_), Value::RailOutcome(_))
        | (Value::Set(_), Value::Set(_))
        | (Value::Event(_), Value::Event(_)) => whole(smaller(left, right)),
        _ => 0,
    }
}

fn smaller<'a>(left: &'a Value, right: &'a Value) -> &'a Value {
    match elements(left) <= elements(right) {
        true => left,
        false => right,
    }
}

/// Looking at every element.
fn seeking(elements: usize, wanted: &Value) -> usize {
    let each = whole(wanted);
    elements.saturating_mul(each) / 4
}

pub(super) fn compare(op: CompareOp, left: &Value, right: &Value) -> usize {
    match op {
        CompareOp::In | CompareOp::NotIn => match right {
            Value::List(items) | Value::Tuple(items) => seeking(items.len(), left),
            Value::Str(text) => text.len() / READ,
            _ => whole(left),
        },
        CompareOp::Equal
        | CompareOp::NotEqual
        | CompareOp::Less
        | CompareOp::LessEqual
        | CompareOp::Greater
        | CompareOp::GreaterEqual
        | CompareOp::Is
        | CompareOp::IsNot => comparing(left, right),
        CompareOp::LessGreater => 0,
    }
}

/// A binary operator, without the size of its result, which is checked afterwards.
pub(super) fn binary(op: BinaryOp, left: &Value, right: &Value) -> usize {
    match (left, right) {
        (Value::Str(format), values) if op == BinaryOp::Modulo => {
            format.len() / 4 + printing(values)
        }
        (Value::Str(left), Value::Str(right)) => (left.len() + right.len()) / COPIED,
        (Value::Str(text), _) | (_, Value::Str(text)) => text.len() / COPIED,
        (Value::Set(_), Value::Set(_)) => whole(left) + whole(right),
        (Value::Dict(left), Value::Dict(right)) => left.len() + whole_keys(right),
        _ => (elements(left) + elements(right)) / CLONED,
    }
}

fn whole_keys(dict: &crate::value::Dict) -> usize {
    dict.keys().map(whole).sum()
}

pub(super) fn reading(object: &Value, key: &Key) -> usize {
    match (object, key) {
        (Value::Str(text), _) => text.len() / READ,
        (Value::Dict(_), Key::Index(key)) => whole(key),
        (_, Key::Index(_)) => 0,
        (other, _) => elements(other) / CLONED,
    }
}

/// Functions without patterns.
pub(super) fn function(function: Function, args: &Args) -> usize {
    let each = |cost: fn(&Value) -> usize| args.values().map(cost).sum::<usize>();
    match function {
        Function::Len => each(|value| value.as_str().map_or(0, str::len) / COPIED),
        Function::List | Function::Tuple => each(going_through),
        Function::Set => each(|value| going_through(value) + whole_elements(value)),
        Function::Dict => each(|value| 2 * whole(value)),
        Function::Str | Function::PrettyStr => each(|value| 4 * printing(value)),
        Function::Escape | Function::Int | Function::Float => {
            each(|value| value.as_str().map_or(0, str::len) / 4)
        }
        Function::Rand
        | Function::RandInt
        | Function::Regex
        | Function::Search
        | Function::FindAll
        | Function::Uid
        | Function::IsInt
        | Function::IsFloat
        | Function::IsBool
        | Function::IsStr
        | Function::IsRegex
        | Function::Type
        | Function::Compare(_)
        | Function::FlowsInfo => 0,
    }
}

/// Hashing all elements once.
fn whole_elements(value: &Value) -> usize {
    match value {
        Value::Str(text) => text.len(),
        other => whole(other),
    }
}

/// A method that does not change its object.
pub(super) fn method(object: &Value, method: &str, args: &Args) -> usize {
    let given = || args.values().map(whole_elements).sum::<usize>();
    match object {
        Value::Str(text) => text_method(text, method, args),
        Value::List(items) | Value::Tuple(items) => match method {
            "count" | "index" => args
                .values()
                .map(|wanted| seeking(items.len(), wanted))
                .sum(),
            _ => 0,
        },
        Value::Dict(dict) => match method {
            "get" => args.positional.first().map_or(0, whole),
            "items" => dict.len(),
            _ => dict.len() / 2,
        },
        Value::Set(_) => {
            2 * whole(object) + given() + args.values().map(going_through).sum::<usize>()
        }
        _ => 0,
    }
}

fn text_method(text: &str, method: &str, args: &Args) -> usize {
    let given = args.values().map(whole_elements).sum::<usize>();
    match method {
        "isalnum" | "isprintable" => text.len(),
        "startswith" | "endswith" => text.len() / READ + given,
        "join" => args.values().map(going_through).sum::<usize>() + given,
        "strip" | "lstrip" | "rstrip" | "split" | "rsplit" | "splitlines" | "replace" | "count" => {
            (text.len() + given) / 4
        }
        _ => (text.len() + given) / READ * 2,
    }
}

/// A method that changes its object in place; its arguments are weighed separately.
pub(super) fn change(object: &Value, method: &str, args: &Args) -> usize {
    let length = elements(object);
    let taken = || args.values().map(going_through).sum::<usize>();
    match (object, method) {
        (Value::List(_), "insert" | "pop" | "reverse" | "clear") => length / MOVED,
        (Value::List(_), "extend") => taken(),
        (Value::List(_), "remove") => args
            .values()
            .map(|wanted| length / MOVED + seeking(length, wanted))
            .sum(),
        (Value::List(_), "sort") => length,
        (Value::Dict(_), "pop" | "clear")
        | (Value::Set(_), "pop" | "remove" | "discard" | "clear") => {
            length / 4 + args.values().map(whole).sum::<usize>()
        }
        (Value::Dict(_), _) => args.values().map(|value| 2 * whole(value)).sum(),
        (Value::Set(_), "add") => args.values().map(whole).sum(),
        (Value::Set(_), _) => {
            2 * whole(object) + taken() + args.values().map(whole_elements).sum::<usize>()
        }
        _ => 0,
    }
}

/// A shallow copy, which is needed to change a shared value.
pub(super) fn copying(value: &Value) -> usize {
    match value {
        Value::Dict(dict) => dict.len() / 2,
        Value::Set(set) => set.len() / 2,
        other => elements(other) / CLONED,
    }
}

/// Attributes that are computed when they are read.
pub(super) fn attribute(object: &Value, name: &str, value: &Value) -> usize {
    const MADE: [&str; 6] = [
        "arguments",
        "context",
        "start_event_arguments",
        "action_uids",
        "child_flow_uids",
        "ancestors",
    ];
    match object.is_reference() && MADE.contains(&name) {
        true => elements(value),
        false => 0,
    }
}
