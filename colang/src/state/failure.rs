//! An error while a flow ran, and its place: becomes the event `ColangError`.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::program::{FlowConfig, Name, Position};

/// The type of errors about limits of the machine; the reference has none.
const LIMIT: &str = "ColangLimitError";

/// The place of a statement, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowPlace {
    /// The name of the flow.
    pub flow: Name,
    /// The file of the flow.
    pub file: Name,
    /// The line in that file, from 1.
    pub line: u32,
}

impl FlowPlace {
    /// The statement at a position; after the last one, the last.
    pub(crate) fn new(config: &FlowConfig, position: Position) -> Self {
        let last = || config.elements.last().map(|placed| placed.line);
        Self {
            flow: config.id.clone(),
            file: config.file.clone(),
            line: config.line(position).or_else(last).unwrap_or(1),
        }
    }
}

impl fmt::Display for FlowPlace {
    /// `main.co:4: flow `greet``.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { flow, file, line } = self;
        write!(f, "{file}:{line}: flow `{flow}`")
    }
}

/// An error of a flow, with the type that the reference uses for such errors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) kind: &'static str,
    pub(crate) message: String,
    /// Whether it is permanent, because what was referred to no longer exists.
    pub(crate) is_final: bool,
}

impl Failure {
    pub(crate) fn new(kind: &'static str, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            is_final: false,
        }
    }

    /// The error for a flow or an action that was removed.
    pub(crate) fn gone(what: &str) -> Self {
        Self {
            is_final: true,
            ..Self::runtime(format!("{what} is gone"))
        }
    }

    pub(crate) fn runtime(message: impl Into<String>) -> Self {
        Self::new("ColangRuntimeError", message)
    }

    pub(crate) fn value(message: impl Into<String>) -> Self {
        Self::new("ColangValueError", message)
    }

    pub(crate) fn syntax(message: impl Into<String>) -> Self {
        Self::new("ColangSyntaxError", message)
    }

    pub(crate) fn is_limit(&self) -> bool {
        self.kind == LIMIT
    }

    pub(crate) fn limit(message: impl Into<String>) -> Self {
        Self::new(LIMIT, message)
    }
}
