//! The version of Colang that a configuration is written for.

use colang::diagnostic::Code;

use super::tree::{Node, Table, Tree};
use crate::problem::Problem;

/// The only version of Colang that is supported here, in its canonical spelling.
pub(super) const WRITTEN: &str = "2.x";

/// Whether it is this version, in any spelling.
fn is_ours(node: &Node) -> bool {
    match &node.tree {
        Tree::Text(version) => matches!(version.trim(), "2.x" | "2.0" | "2"),
        Tree::Number(number) => number.as_f64() == Some(2.0),
        Tree::Null | Tree::Bool(_) | Tree::List(_) | Tree::Table(_) => false,
    }
}

/// What is wrong with the version.
pub(super) fn problem(node: &Node) -> Option<Problem> {
    if is_ours(node) {
        return None;
    }
    let found = match &node.tree {
        Tree::Text(version) if version.chars().count() <= 40 => format!("{version:?}"),
        Tree::Number(number) => number.to_string(),
        Tree::Null | Tree::Bool(_) | Tree::Text(_) | Tree::List(_) | Tree::Table(_) => {
            node.describe().to_owned()
        }
    };
    let message = format!("`colang_version` is {found}, and only Colang 2 is run here");
    let problem = Problem::at(Code::WrongVersion, &node.place, message).about("colang_version");
    Some(problem.help(format!(
        "write `colang_version: \"{WRITTEN}\"`, and the flows in Colang 2"
    )))
}

/// Replaces the version by its canonical spelling.
pub(super) fn put_in_order(settings: &mut Table) {
    if let Some(entry) = settings.get_mut("colang_version")
        && is_ours(&entry.node)
    {
        entry.node.tree = Tree::Text(WRITTEN.to_owned());
    }
}
