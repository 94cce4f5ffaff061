//! Reports list entries that have no effect, most often because another entry replaces them.

use std::collections::HashMap;

use action_sdk::nearest_name;
use colang::diagnostic::Code;

use super::tree::{Node, Table, Tree};
use crate::problem::Problem;
use crate::tasks::variables;

/// The only type of instructions that is used.
const GENERAL: &str = "general";

/// The entries without effect in the merged settings of all files.
pub(super) fn warnings(settings: &Table) -> Vec<Problem> {
    let mut found = models(items(settings, "models"));
    found.extend(instructions(items(settings, "instructions")));
    found.extend(prompts(items(settings, "prompts")));
    found
}

fn items<'a>(settings: &'a Table, list: &str) -> &'a [Node] {
    settings.get(list).map_or(&[], |entry| entry.node.items())
}

fn models(models: &[Node]) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut first: HashMap<&str, &Node> = HashMap::new();
    for (number, model) in models.iter().enumerate() {
        let path = format!("models[{number}]");
        let text = |field: &str| model.get(field).and_then(Node::text);
        let kind = text("type").unwrap_or_default();
        if let Some(other) = first.get(kind) {
            let help = format!("of type `{kind}` the one at {} counts", other.place);
            found.push(without_effect(model, &path).help(help));
            continue;
        }
        first.insert(kind, model);
        if text("mode") == Some("text") {
            let problem = without_effect(model, &format!("{path}.mode"));
            found.push(problem.help("every model is given messages"));
        }
    }
    found
}

fn instructions(instructions: &[Node]) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut first: Option<&Node> = None;
    for (number, instruction) in instructions.iter().enumerate() {
        let path = format!("instructions[{number}]");
        let Some(kind) = instruction.get("type") else {
            continue;
        };
        let is_general = kind.text() == Some(GENERAL);
        let help = match first {
            _ if !is_general => format!("only instructions of type `{GENERAL}` are read"),
            Some(other) => format!("of type `{GENERAL}` the one at {} counts", other.place),
            None => {
                first = Some(instruction);
                continue;
            }
        };
        found.push(without_effect(instruction, &path).help(help));
    }
    found
}

/// Of several prompts for the same purpose, the last one counts.
fn prompts(prompts: &[Node]) -> Vec<Problem> {
    let mut last: HashMap<String, (usize, &Node)> = HashMap::new();
    let mut found = Vec::new();
    for (number, prompt) in prompts.iter().enumerate() {
        found.extend(misspelt_task(prompt, number));
        if ["content", "messages"]
            .iter()
            .all(|text| prompt.get(text).is_none())
        {
            continue;
        }
        let Some((before, other)) = last.insert(purpose(prompt), (number, prompt)) else {
            continue;
        };
        if other == prompt {
            continue;
        }
        let task = prompt.get("task").and_then(Node::text).unwrap_or_default();
        let help = format!("for the task `{task}` the one at {} counts", prompt.place);
        let path = format!("prompts[{before}]");
        found.push(without_effect(other, &path).help(help));
    }
    found
}

/// A prompt whose task is nearly that of the runtime, which would use its own prompt instead.
fn misspelt_task(prompt: &Node, number: usize) -> Option<Problem> {
    let node = prompt.get("task")?;
    let (task, place) = (node.text()?, &node.place);
    let name = task.split(" $").next().unwrap_or_default();
    if variables::tasks().any(|known| known == name) {
        return None;
    }
    let near = nearest_name(name, variables::tasks())?;
    let help = format!("did you mean `{near}`?");
    let path = format!("prompts[{number}].task");
    let message = format!("the runtime has no task `{task}`, and asks with a prompt of its own");
    Some(
        Problem::at(Code::UnknownTask, place, message)
            .about(&path)
            .help(help),
    )
}

/// The purpose of a prompt: its task, models and mode.
fn purpose(prompt: &Node) -> String {
    let mode = prompt.get("mode").map(|mode| match &mode.tree {
        Tree::Text(mode) => format!("{mode:?}"),
        Tree::Null | Tree::Bool(_) | Tree::Number(_) | Tree::List(_) | Tree::Table(_) => {
            "none".to_owned()
        }
    });
    let mode = mode.unwrap_or_else(|| "\"standard\"".to_owned());
    let models = prompt.get("models").map_or(&[][..], Node::items).iter();
    let models: Vec<_> = models.filter_map(Node::text).collect();
    let task = prompt.get("task").and_then(Node::text);
    format!("{task:?} {mode} {models:?}")
}

fn without_effect(entry: &Node, path: &str) -> Problem {
    let message = format!("`{path}` has no effect here");
    Problem::at(Code::UnusedSetting, &entry.place, message).about(path)
}
