//! Unknown keys: what was probably meant, and whether they might disable a check.

use action_sdk::nearest_name;
use colang::diagnostic::Code;

use super::known;
use super::schema::{Field, Group};
use super::tree::{Node, Table, Tree};
use crate::problem::Problem;

/// Words in a key that suggest a check.
const GUARDING: [&str; 5] = ["rail", "guardrail", "guard", "flow", "check"];

/// The fields of a model by which one outside of the list of models is recognised.
const OF_A_MODEL: [&str; 2] = ["type", "model"];

/// What is wrong with a key.
pub(super) fn problem(table: &Table, key: &str, group: &Group, path: &str) -> Problem {
    let full = match path {
        "" => key.to_owned(),
        path => format!("{path}.{key}"),
    };
    let place = table.get(key).map(|entry| &entry.key);
    let message = format!("there is no setting `{full}`");
    let problem = match place {
        Some(place) => Problem::at(Code::UnknownSetting, place, message),
        None => Problem::new(Code::UnknownSetting, message),
    };
    problem.about(full).help(help(table, key, group, path))
}

/// Whether ignoring this key might disable a check.
pub(super) fn may_guard(table: &Table, key: &str, group: &Group, path: &str) -> bool {
    let is_meant_for_guard = meant(key, group).is_some_and(|field| field.guards);
    let is_top = path.is_empty();
    let is_of_rails = || meant_exactly(key, rails()).is_some_and(|field| field.guards);
    let value = table.get(key).map(|entry| &entry.node);
    is_meant_for_guard
        || (is_top && (is_of_rails() || speaks_of_checks(key)))
        || (is_top && is_of_model(table, key))
        || value.is_some_and(lists_flows)
}

fn rails() -> &'static Group {
    let rails = known::ALL.field("rails");
    let below = rails.and_then(|field| field.kind.below());
    below.map_or(&known::ALL, |(group, _)| group)
}

/// The field that is most probably meant by a key.
fn meant(key: &str, group: &Group) -> Option<&'static Field> {
    let exactly = meant_exactly(key, group);
    exactly.or_else(|| group.field(nearest_name(key, group.names())?))
}

/// The field that a key means, apart from its spelling.
fn meant_exactly(key: &str, group: &Group) -> Option<&'static Field> {
    let key = plainly(key);
    let mut fields = group.fields.iter();
    fields.find(|field| plainly(field.name) == key)
}

/// A key without differences that are only a matter of spelling.
fn plainly(key: &str) -> String {
    let letters = key.chars().filter(|c| c.is_alphanumeric());
    let letters: String = letters.flat_map(char::to_lowercase).collect();
    letters.trim_end_matches('s').to_owned()
}

fn speaks_of_checks(key: &str) -> bool {
    let words = key.split(|c: char| !c.is_alphanumeric());
    words.map(plainly).any(|word| GUARDING.contains(&&*word))
}

/// Whether the key is a field of a model, in a place where no model is expected.
fn is_of_model(table: &Table, key: &str) -> bool {
    let others = || OF_A_MODEL.iter().any(|other| table.contains_key(*other));
    table.contains_key("engine") && others() && (key == "engine" || OF_A_MODEL.contains(&key))
}

/// Whether it looks like a list of checks, or a table that contains one.
pub(super) fn lists_flows(node: &Node) -> bool {
    lists_flows_below(node, 3)
}

fn lists_flows_below(node: &Node, depth: usize) -> bool {
    let Tree::Table(table) = &node.tree else {
        return false;
    };
    let is_flows = |(key, entry): (&String, &super::tree::Entry)| {
        plainly(key) == "flow" || (depth > 0 && lists_flows_below(&entry.node, depth - 1))
    };
    table.iter().any(is_flows)
}

fn help(table: &Table, key: &str, group: &Group, path: &str) -> String {
    if path.is_empty() && is_of_model(table, key) {
        return "a model is an entry of the list `models`, as in `models: [{type: main, engine: openai, model: gpt-4o}]`".to_owned();
    }
    if let Some(field) = meant_exactly(key, group) {
        return format!("did you mean `{}`?", field.name);
    }
    let elsewhere = elsewhere(key);
    if !elsewhere.is_empty() {
        return format!("did you mean `{}`?", elsewhere.join("` or `"));
    }
    match meant(key, group) {
        Some(field) => format!("did you mean `{}`?", field.name),
        None if path.is_empty() => {
            "what is meant for your own actions belongs below `custom_data`".to_owned()
        }
        None => format!(
            "known here are `{}`",
            group.names().collect::<Vec<_>>().join("`, `")
        ),
    }
}

/// The paths of the settings with this name, at most three.
fn elsewhere(key: &str) -> Vec<String> {
    let mut found = Vec::new();
    search(&plainly(key), &known::ALL, "", &mut found);
    found.truncate(3);
    found
}

fn search(key: &str, group: &'static Group, path: &str, found: &mut Vec<String>) {
    for field in group.fields.iter().filter(|field| field.unused.is_none()) {
        let full = format!("{path}{}", field.name);
        if plainly(field.name) == key {
            found.push(full.clone());
        }
        if let Some((group, between)) = field.kind.below() {
            search(key, group, &format!("{full}{between}."), found);
        }
    }
}
