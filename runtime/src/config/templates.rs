//! What is wrong with the templates of prompts, each at its place in the YAML file.

use std::collections::HashMap;

use action_sdk::config::TaskPrompt;
use colang::diagnostic::Code;

use super::tree::{Node, Table, Tree};
use crate::problem::{Place, Problem};
use crate::tasks::problems::{PromptCheck, PromptPlace, PromptProblem};

/// The contents of the files by name.
type Texts = HashMap<String, String>;

/// The problems of all prompts.
pub(super) fn problems(settings: &Table, texts: &Texts) -> Vec<Problem> {
    let prompts = settings.get("prompts");
    let prompts = prompts.map_or(&[][..], |entry| entry.node.items());
    if prompts.is_empty() {
        return Vec::new();
    }
    let check = PromptCheck::new();
    let found = prompts.iter().enumerate().flat_map(|(number, node)| {
        let is_written = !templates(node).is_empty();
        let prompt = is_written.then(|| serde_json::from_value::<TaskPrompt>(node.to_json()));
        let prompt = prompt.and_then(Result::ok);
        let found = prompt.map(|prompt| check.problems(&prompt));
        let found = found.unwrap_or_default().into_iter();
        found.map(move |found| placed(&found, node, number, texts))
    });
    found.collect()
}

fn placed(found: &PromptProblem, prompt: &Node, number: usize, texts: &Texts) -> Problem {
    let path = format!("prompts[{number}]");
    let (code, place) = match &found.place {
        PromptPlace::Parser => {
            let parser = prompt.get("output_parser").unwrap_or(prompt);
            (Code::InvalidTemplate, parser.place.clone())
        }
        PromptPlace::Template(which, line) => {
            let template = templates(prompt).get(*which).copied();
            let template = template.unwrap_or(prompt);
            (Code::InvalidTemplate, line_of(template, *line, texts))
        }
        PromptPlace::Variable(name) => (Code::UnknownTemplateVariable, use_of(name, prompt, texts)),
        PromptPlace::Lacking => {
            let first = templates(prompt).first().copied().unwrap_or(prompt);
            (Code::UnknownTemplateVariable, first.place.clone())
        }
    };
    let (message, help) = match found.message.split_once("; ") {
        Some((message, help)) => (message, Some(help)),
        None => (found.message.as_str(), None),
    };
    let problem = Problem::at(code, &place, format!("`{path}`: {message}")).about(path);
    match help {
        Some(help) => problem.help(help),
        None => problem,
    }
}

/// The templates of a prompt, in the order of the tasks: its content, or else its messages.
fn templates(prompt: &Node) -> Vec<&Node> {
    let content = prompt.get("content");
    if let Some(content) = content.filter(|content| content.text().is_some_and(|t| !t.is_empty())) {
        return vec![content];
    }
    let messages = prompt.get("messages").map_or(&[][..], Node::items).iter();
    messages.map(template_of).collect()
}

fn template_of(message: &Node) -> &Node {
    match &message.tree {
        Tree::Table(_) => message.get("content").unwrap_or(message),
        Tree::Null | Tree::Bool(_) | Tree::Number(_) | Tree::Text(_) | Tree::List(_) => message,
    }
}

/// The place of a line of a template. Of a block string, the first line is the one after `|`.
fn line_of(template: &Node, line: usize, texts: &Texts) -> Place {
    let begins_below = || {
        let text = texts.get(&*template.place.file)?;
        let first = text.lines().nth(index(template.place.line))?;
        let rest: String = first.chars().skip(index(template.place.column)).collect();
        Some(rest.starts_with(['|', '>']))
    };
    if begins_below() != Some(true) {
        return template.place.clone();
    }
    let line = u32::try_from(line).unwrap_or(u32::MAX);
    Place {
        line: template.place.line.saturating_add(line),
        column: 1,
        width: 0,
        ..template.place.clone()
    }
}

/// Where the templates of a prompt use a variable.
fn use_of(name: &str, prompt: &Node, texts: &Texts) -> Place {
    let used = templates(prompt).into_iter().find(|template| {
        let text = template.text().unwrap_or_default();
        word(text, name).is_some()
    });
    let used = used.unwrap_or(prompt);
    let found = || {
        let text = texts.get(&*used.place.file)?;
        let from = index(used.place.line);
        let mut lines = text.lines().enumerate().skip(from);
        lines.find_map(|(number, line)| {
            let before = if number == from {
                index(used.place.column)
            } else {
                0
            };
            let start = line
                .char_indices()
                .nth(before)
                .map_or(line.len(), |(at, _)| at);
            let at = start + word(&line[start..], name)?;
            Some((number + 1, line[..at].chars().count() + 1))
        })
    };
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    match found() {
        Some((line, column)) => Place {
            line: number(line),
            column: number(column),
            width: number(name.chars().count()),
            ..used.place.clone()
        },
        None => used.place.clone(),
    }
}

/// The first occurrence of a name that is not a part of another one.
fn word(text: &str, name: &str) -> Option<usize> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let mut found = text.match_indices(name);
    let alone = found.find(|(at, _)| {
        !text[..*at].ends_with(is_part) && !text[at + name.len()..].starts_with(is_part)
    });
    alone.map(|(at, _)| at)
}

/// A number that counts from 1 as one that counts from 0.
fn index(number: u32) -> usize {
    number.saturating_sub(1) as usize
}
