//! Reads YAML into settings with places.
//!
//! YAML 1.1 where people use it: `yes`, `no`, `on` and `off` are booleans, `012` is ten, `<<` merges. A key given twice
//! is an error. Unlike PyYAML, dates stay texts, and `1e3` is a number.

use std::sync::Arc;
use std::thread;

use serde_saphyr::options::{DuplicateKeyPolicy, MergeKeyPolicy, NonFiniteFloatPolicy};

use super::problem::{ConfigProblem, Place};
use super::tree::{Node, Table, Tree};

/// How many values aliases (`*name`) may stand for, all together.
const MOST_REPEATED: usize = 100_000;

/// How deep values may be nested.
const DEEPEST: usize = 64;

/// What reading a text takes that is nested as deep: 45 kB a level without optimisation.
const STACK: usize = 8 * 1024 * 1024;

/// The settings of one YAML text; `name` is what messages call it.
///
/// It is read on a stack of its own, since that of the caller may be too small.
pub(super) fn read(name: &str, text: &str) -> Result<Table, ConfigProblem> {
    let failed = |why: String| ConfigProblem::in_file(name, format!("this cannot be read: {why}"));
    thread::scope(|scope| {
        let reader = thread::Builder::new().stack_size(STACK);
        let reader = reader.spawn_scoped(scope, || read_here(name, text));
        let reader = reader.map_err(|error| failed(error.to_string()))?;
        let read = reader.join();
        read.unwrap_or_else(|_| Err(failed("its reader panicked".to_owned())))
    })
}

fn read_here(name: &str, text: &str) -> Result<Table, ConfigProblem> {
    let options = serde_saphyr::options! {
        duplicate_keys: DuplicateKeyPolicy::Error,
        merge_keys: MergeKeyPolicy::Merge,
        legacy_octal_numbers: true,
        strict_booleans: false,
        non_finite_float_policy: NonFiniteFloatPolicy::Reject,
        with_snippet: false,
        budget: serde_saphyr::budget! { max_depth: DEEPEST },
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: MOST_REPEATED },
    };
    let file: Arc<str> = name.into();
    let text = text.trim_start_matches('\u{feff}');
    let read: Option<Node> = serde_saphyr::from_str_with_options(text, options)
        .map_err(|error| malformed(&file, &error))?;
    let Some(mut node) = read else {
        return Ok(Table::new());
    };
    node.set_file(&file, text);
    match node.tree {
        Tree::Null => Ok(Table::new()),
        Tree::Table(table) => Ok(table),
        Tree::Bool(_) | Tree::Number(_) | Tree::Text(_) | Tree::List(_) => {
            let message = format!(
                "settings are expected, each as `name: value`, and this is {}",
                node.describe()
            );
            let help = "begin with a setting, such as `colang_version: \"2.x\"`";
            Err(ConfigProblem::at(&node.place, message).help(help))
        }
    }
}

fn malformed(file: &Arc<str>, error: &serde_saphyr::Error) -> ConfigProblem {
    let message = error.without_snippet().to_string();
    let message = message.lines().next().unwrap_or_default();
    let Some(at) = error.location() else {
        return ConfigProblem::in_file(&**file, message);
    };
    let number = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    let place = Place {
        file: Arc::clone(file),
        line: number(at.line()),
        column: number(at.column()),
    };
    ConfigProblem::at(&place, message)
}
