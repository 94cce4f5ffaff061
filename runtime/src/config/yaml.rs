//! Reads YAML into settings with places.
//!
//! It follows YAML 1.1 where people use it: `yes`, `no`, `on` and `off` are booleans, `012` is ten, `<<` merges.
//! Duplicate keys are an error. Unlike in PyYAML, dates stay strings, and `1e3` is a number.

use std::sync::Arc;
use std::thread;

use colang::diagnostic::Code;
use serde_saphyr::Error;
use serde_saphyr::budget::BudgetBreach;
use serde_saphyr::options::{DuplicateKeyPolicy, MergeKeyPolicy, NonFiniteFloatPolicy};

use super::tree::{Node, Table, Tree};
use crate::problem::{Place, Problem};

/// How many values all aliases (`*name`) may expand to in total.
const MOST_REPEATED: usize = 100_000;

/// How deeply values may be nested.
const DEEPEST: usize = 64;

/// The stack that is needed to parse a value of that depth: 45 kB per level without optimisation.
const STACK: usize = 8 * 1024 * 1024;

/// The settings of a YAML string; `name` is used in messages.
///
/// It is parsed on a stack of its own, since that of the caller may be too small.
pub(super) fn read(name: &str, text: &str) -> Read {
    let failed = |why: String| {
        Problem::in_file(
            Code::InvalidYaml,
            name,
            format!("this cannot be read: {why}"),
        )
    };
    thread::scope(|scope| {
        let reader = thread::Builder::new().stack_size(STACK);
        let reader = reader.spawn_scoped(scope, || read_here(name, text));
        let reader = match reader {
            Ok(reader) => reader,
            Err(error) => return Read::failed(failed(error.to_string())),
        };
        let read = reader.join();
        read.unwrap_or_else(|_| Read::failed(failed("its reader panicked".to_owned())))
    })
}

/// What was read of a YAML string.
pub(super) struct Read {
    /// Empty if it is malformed.
    pub(super) table: Table,
    pub(super) malformed: Option<Problem>,
}

impl Read {
    fn failed(problem: Problem) -> Self {
        Self {
            table: Table::new(),
            malformed: Some(problem),
        }
    }
}

fn read_here(name: &str, text: &str) -> Read {
    let malformed = match read_with(DuplicateKeyPolicy::Error, name, text) {
        Ok(table) => {
            return Read {
                table,
                malformed: None,
            };
        }
        Err(problem) => problem,
    };
    // If keys are given twice, the others can still be checked.
    let table = read_with(DuplicateKeyPolicy::FirstWins, name, text);
    Read {
        table: table.unwrap_or_default(),
        malformed: Some(malformed),
    }
}

fn read_with(duplicates: DuplicateKeyPolicy, name: &str, text: &str) -> Result<Table, Problem> {
    let options = serde_saphyr::options! {
        duplicate_keys: duplicates,
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
            Err(Problem::at(Code::InvalidYaml, &node.place, message).help(help))
        }
    }
}

fn malformed(file: &Arc<str>, error: &Error) -> Problem {
    let (message, help) = words(error.without_snippet());
    let number = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    let problem = match error.location() {
        Some(at) => {
            let place = Place {
                file: Arc::clone(file),
                line: number(at.line()),
                column: number(at.column()),
                width: 0,
            };
            Problem::at(Code::InvalidYaml, &place, message)
        }
        None => Problem::in_file(Code::InvalidYaml, &**file, message),
    };
    match help {
        Some(help) => problem.help(help),
        None => problem,
    }
}

/// What is wrong and how to fix it, for people who do not know the parser.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the errors of the parser are many, and not ours"
)]
fn words(error: &Error) -> (String, Option<&'static str>) {
    match error {
        Error::AliasError { error, .. } => words(error.without_snippet()),
        Error::DuplicateMappingKey { key, .. } => {
            let key = key.as_deref().unwrap_or_default();
            let help = "keep one, or put both into one list or table";
            (format!("the key `{key}` is given twice"), Some(help))
        }
        Error::MultipleDocuments { .. } => {
            let message = "a second document begins, and settings are one".to_owned();
            (message, Some("take the line `---` out, or use two files"))
        }
        Error::NonFiniteFloat { .. } => {
            let help = "write another number, or put the text in quotes";
            ("this number is not finite".to_owned(), Some(help))
        }
        Error::NullIntoString { .. } => {
            let help = "write a name before the colon";
            ("a key is empty".to_owned(), Some(help))
        }
        Error::Budget {
            breach: BudgetBreach::Depth { .. },
            ..
        } => (format!("values are nested more than {DEEPEST} deep"), None),
        Error::AliasReplayLimitExceeded { .. } => {
            let message = format!("aliases stand for more than {MOST_REPEATED} values in all");
            (message, Some("write out what is needed"))
        }
        other => {
            let text = other.to_string();
            let text = text.lines().next().unwrap_or_default();
            let (text, _place) = text.split_once(" at line ").unwrap_or((text, ""));
            (text.to_owned(), None)
        }
    }
}
