//! Merges the settings of several files: lists are concatenated, tables are merged key by key. Other values must not
//! differ.

use colang::diagnostic::Code;

use super::tree::{Entry, Node, Table, Tree};
use crate::problem::Problem;

/// A list without duplicate entries.
const ONCE: &str = "import_paths";

/// Merges the settings of another file; returns contradictions.
pub(super) fn join(settings: &mut Table, more: Table) -> Vec<Problem> {
    let mut contradictions = Vec::new();
    tables(settings, more, "", &mut contradictions);
    contradictions
}

fn tables(known: &mut Table, more: Table, path: &str, found: &mut Vec<Problem>) {
    for (key, entry) in more {
        let path = match path {
            "" => key.clone(),
            path => format!("{path}.{key}"),
        };
        match known.get_mut(&key) {
            Some(before) => values(before, entry, &path, found),
            None => {
                known.insert(key, entry);
            }
        }
    }
}

fn values(known: &mut Entry, more: Entry, path: &str, found: &mut Vec<Problem>) {
    match (&mut known.node.tree, more.node.tree) {
        (_, Tree::Null) => {}
        (before @ Tree::Null, tree) => {
            *before = tree;
            known.key = more.key;
            known.node.place = more.node.place;
        }
        (Tree::Table(before), Tree::Table(more)) => tables(before, more, path, found),
        (Tree::List(before), Tree::List(more)) => lists(before, more, path),
        (_, tree) => {
            let more = Node::new(more.node.place, tree);
            if known.node != more {
                found.push(contradiction(&known.node, &more, path));
            }
        }
    }
}

fn lists(known: &mut Vec<Node>, more: Vec<Node>, path: &str) {
    for item in more {
        if path != ONCE || !known.contains(&item) {
            known.push(item);
        }
    }
}

fn contradiction(before: &Node, after: &Node, path: &str) -> Problem {
    let message = format!("`{path}` is something else than at {}", before.place);
    let problem = Problem::at(Code::ConflictingSettings, &after.place, message).about(path);
    problem.help("both files belong to this configuration: keep one of the two")
}
