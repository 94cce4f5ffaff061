//! Checks the settings of a file: wrong types, missing fields, unknown keys, settings without effect.

use colang::diagnostic::Code;

use super::schema::{Field, Group, Kind, Unknown};
use super::tree::{Entry, Node, Table, Tree};
use super::unknown;
use super::{known, version};
use crate::problem::{Place, Problem};

/// What was found in a file.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) mistakes: Vec<Problem>,
    /// Unknown keys that may disable a check.
    pub(super) unknown: Vec<Problem>,
    pub(super) warnings: Vec<Problem>,
    /// Settings without effect, unless the host puts them into effect.
    pub(super) by_host: Vec<Problem>,
}

/// Checks the settings of a file.
pub(super) fn settings(table: &Table) -> Findings {
    let mut check = Check {
        found: Findings::default(),
    };
    check.group(table, &known::ALL, "");
    check.words_of_rails(table);
    check.found
}

struct Check {
    found: Findings,
}

impl Check {
    fn group(&mut self, table: &Table, group: &'static Group, path: &str) {
        for (key, entry) in table {
            match group.field(key) {
                Some(field) => self.field(entry, field, &below(path, key)),
                None => self.unknown(table, key, group, path),
            }
        }
    }

    fn field(&mut self, entry: &Entry, field: &Field, path: &str) {
        let node = &entry.node;
        if node.is_null() && field.may_be_null {
            return;
        }
        // A value on lines of its own is looked for at its key.
        let is_below = node.place.line != entry.key.line;
        let place = if is_below { &entry.key } else { &node.place };
        self.value(node, place, field.kind, field, path);
        if let Some(why) = field.unused.filter(|_| !node.is_idle()) {
            let message = format!("`{path}` has no effect here");
            let warning = Problem::at(Code::UnusedSetting, &entry.key, message).about(path);
            self.found.warnings.push(warning.help(why));
        }
        if let Some(how) = field.by_host.filter(|_| !node.is_idle()) {
            self.by_host(entry, field.kind, path, how);
        }
    }

    /// A setting that only the host can put into effect; of named ones, each by itself.
    fn by_host(&mut self, entry: &Entry, kind: Kind, path: &str, how: &str) {
        match (kind, &entry.node.tree) {
            (Kind::Named(kind), Tree::Table(table)) => {
                let is_disabled = |entry: &Entry| {
                    let disabled = entry.node.get("disabled");
                    disabled.is_some_and(|node| matches!(node.tree, Tree::Bool(true)))
                };
                for (name, entry) in table.iter().filter(|(_, entry)| !is_disabled(entry)) {
                    self.by_host(entry, *kind, &below(path, name), how);
                }
            }
            _ => {
                let message = format!("`{path}` has no effect here");
                let problem = Problem::at(Code::UnusedSetting, &entry.key, message).about(path);
                self.found.by_host.push(problem.help(how));
            }
        }
    }

    fn unknown(&mut self, table: &Table, key: &str, group: &Group, path: &str) {
        let problem = unknown::problem(table, key, group, path);
        if group.unknown == Unknown::Error || unknown::may_guard(table, key, group, path) {
            self.found.unknown.push(problem);
        } else {
            self.found.warnings.push(problem);
        }
    }

    /// `place` is where a value of the wrong type is reported.
    fn value(&mut self, node: &Node, place: &Place, kind: Kind, field: &Field, path: &str) {
        match (kind, &node.tree) {
            (Kind::Group(group) | Kind::TextOr(group), Tree::Table(table)) => {
                self.whole_group(node, table, group, path);
            }
            (Kind::List(kind), Tree::List(items)) => {
                for (number, item) in items.iter().enumerate() {
                    let path = format!("{path}[{number}]");
                    self.value(item, &item.place, *kind, field, &path);
                }
            }
            (Kind::Named(kind), Tree::Table(table)) => {
                for (name, entry) in table {
                    let place = &entry.node.place;
                    self.value(&entry.node, place, *kind, field, &below(path, name));
                }
            }
            (Kind::Version, _) => self.found.mistakes.extend(version::problem(node)),
            (kind, _) if fits(node, kind) => {}
            (kind, _) => {
                let message = format!(
                    "`{path}`: {} is expected, and this is {}",
                    kind.expected().trim_end_matches(','),
                    node.describe_for(kind)
                );
                self.mistake(Code::WrongSetting, place, path, &message, field.example);
            }
        }
    }

    fn whole_group(&mut self, node: &Node, table: &Table, group: &'static Group, path: &str) {
        let before = self.found.mistakes.len();
        self.group(table, group, path);
        let missing = |field: &&Field| field.is_required && !table.contains_key(field.name);
        for field in group.fields.iter().filter(missing) {
            let name = below(path, field.name);
            let message = format!("`{name}` is missing");
            self.mistake(
                Code::MissingSetting,
                &node.place,
                &name,
                &message,
                field.example,
            );
        }
        let is_fine = self.found.mistakes.len() == before;
        if let Some(whole) = group.whole.filter(|_| is_fine)
            && let Err(message) = whole(&node.to_json())
        {
            let message = format!("`{path}`: {message}");
            let mistake = Problem::at(Code::WrongSetting, &node.place, message).about(path);
            self.found.mistakes.push(mistake);
        }
    }

    fn mistake(&mut self, code: Code, place: &Place, path: &str, message: &str, example: &str) {
        let mistake = Problem::at(code, place, message).about(path);
        let help = format!("write it as in `{example}`");
        self.found.mistakes.push(mistake.help(help));
    }

    /// Reports settings with arbitrary contents, or without effect, that look as if they configured a rail.
    fn words_of_rails(&mut self, table: &Table) {
        if let Some(Tree::Table(rails)) = nested(table, "rails", "config") {
            for (name, entry) in rails.iter().filter(|(_, entry)| !entry.node.is_idle()) {
                self.setting_of_rail(name, entry);
            }
        }
        self.open_rails(table);
        if let Some(Entry { node, .. }) = table.get("custom_data")
            && let Tree::Table(custom) = &node.tree
        {
            let flows = |(_, entry): &(&String, &Entry)| unknown::lists_flows(&entry.node);
            for (name, entry) in custom.iter().filter(flows) {
                let problem = nothing_runs(entry, &format!("custom_data.{name}"));
                self.found.warnings.push(problem);
            }
        }
        let flows = table
            .get("flows")
            .map_or(&[][..], |entry| entry.node.items());
        for (place, flow) in flows
            .iter()
            .enumerate()
            .filter(|(_, flow)| flow.text().is_some())
        {
            let path = format!("flows[{place}]");
            let message = format!("`{path}` names a flow, and nothing would run it");
            let help = "list it in `rails.input.flows` or `rails.output.flows`";
            let mistake = Problem::at(Code::RailNotRun, &flow.place, message).about(path);
            self.found.unknown.push(mistake.help(help));
        }
        self.templates(table);
    }

    /// Tells that checks which could not be made count as passed.
    fn open_rails(&mut self, table: &Table) {
        let Some(Tree::Table(rails)) = table.get("rails").map(|entry| &entry.node.tree) else {
            return;
        };
        let open = rails.get("fail_open");
        if let Some(entry) = open.filter(|entry| matches!(entry.node.tree, Tree::Bool(true))) {
            let path = "rails.fail_open";
            let message = format!("`{path}` lets messages pass that could not be checked");
            let warning = Problem::at(Code::FailsOpen, &entry.key, message).about(path);
            let help = "take it out, unless an answer matters more than a check";
            self.found.warnings.push(warning.help(help));
        }
    }

    fn setting_of_rail(&mut self, name: &str, entry: &Entry) {
        let path = format!("rails.config.{name}");
        if unknown::lists_flows(&entry.node) {
            self.found.unknown.push(nothing_runs(entry, &path));
            return;
        }
        let message = format!("`{path}` has no effect here");
        let warning = Problem::at(Code::UnusedSetting, &entry.key, message).about(path);
        let help = "no rail of the library reads it; settings of your own actions belong below `custom_data`";
        self.found.warnings.push(warning.help(help));
    }

    /// Warns of placeholders in strings that are sent to the model unrendered.
    fn templates(&mut self, table: &Table) {
        let instructions = table.get("instructions");
        let instructions = instructions.map_or(&[][..], |entry| entry.node.items());
        let texts = instructions
            .iter()
            .enumerate()
            .filter_map(|(place, instruction)| {
                Some((
                    format!("instructions[{place}].content"),
                    instruction.get("content")?,
                ))
            });
        let sample = table.get("sample_conversation");
        let sample = sample.map(|entry| ("sample_conversation".to_owned(), &entry.node));
        for (path, node) in texts.chain(sample) {
            let Some(found) = node.text().and_then(placeholder) else {
                continue;
            };
            let message =
                format!("`{path}` is no template: the model is shown `{found}` as it stands");
            let help = "write the text out, or use the variable in a prompt of `prompts`";
            let warning = Problem::at(Code::NotATemplate, &node.place, message).about(path);
            self.found.warnings.push(warning.help(help));
        }
    }
}

fn nothing_runs(entry: &Entry, path: &str) -> Problem {
    let message = format!("`{path}` lists flows, and nothing would run them");
    let problem = Problem::at(Code::RailNotRun, &entry.key, message).about(path);
    problem.help("list them in `rails.input.flows` or `rails.output.flows`")
}

/// The first `{{ … }}` or `{% … %}`.
fn placeholder(text: &str) -> Option<&str> {
    [("{{", "}}"), ("{%", "%}")]
        .into_iter()
        .find_map(|(open, close)| {
            let start = text.find(open)?;
            let end = text[start..].find(close)? + start + close.len();
            let found = &text[start..end];
            (!found.contains('\n') && found.chars().count() <= 60).then_some(found)
        })
}

fn nested<'a>(table: &'a Table, key: &str, below: &str) -> Option<&'a Tree> {
    let node = table.get(key)?.node.get(below)?;
    Some(&node.tree)
}

fn below(path: &str, key: &str) -> String {
    match path {
        "" => key.to_owned(),
        path => format!("{path}.{key}"),
    }
}

fn fits(node: &Node, kind: Kind) -> bool {
    match (kind, &node.tree) {
        (Kind::Any, _)
        | (Kind::Text | Kind::TextOr(_), Tree::Text(_))
        | (Kind::Bool, Tree::Bool(_))
        | (Kind::Number, Tree::Number(_))
        | (Kind::Free, Tree::Table(_)) => true,
        (Kind::OneOf(words), Tree::Text(text)) => words.contains(&text.as_str()),
        (Kind::Count(least), Tree::Number(number)) => number
            .as_u64()
            .is_some_and(|number| (u64::from(least)..=u64::from(u32::MAX)).contains(&number)),
        (Kind::Share, Tree::Number(number)) => number
            .as_f64()
            .is_some_and(|number| (0.0..=1.0).contains(&number)),
        (
            Kind::Text
            | Kind::TextOr(_)
            | Kind::OneOf(_)
            | Kind::Bool
            | Kind::Number
            | Kind::Count(_)
            | Kind::Share
            | Kind::Version
            | Kind::List(_)
            | Kind::Group(_)
            | Kind::Named(_)
            | Kind::Free,
            _,
        ) => false,
    }
}

impl Node {
    /// The kind of value, without the value itself, which may be a secret.
    pub(super) fn describe(&self) -> &'static str {
        match &self.tree {
            Tree::Null => "empty",
            Tree::Bool(_) => "a boolean",
            Tree::Number(_) => "a number",
            Tree::Text(_) => "a string",
            Tree::List(_) => "a list",
            Tree::Table(_) => "a table",
        }
    }

    /// The kind of value; if a number or a word is expected, also the value.
    fn describe_for(&self, kind: Kind) -> String {
        let is_a_word = matches!(
            kind,
            Kind::Bool | Kind::Number | Kind::Count(_) | Kind::Share | Kind::OneOf(_)
        );
        match &self.tree {
            Tree::Number(number) => format!("the number {number}"),
            Tree::Bool(value) => format!("the boolean {value}, unless it is put in quotes"),
            Tree::Text(text) if is_a_word && text.chars().count() <= 40 => {
                format!("the string {text:?}")
            }
            Tree::Null | Tree::Text(_) | Tree::List(_) | Tree::Table(_) => {
                self.describe().to_owned()
            }
        }
    }
}
