//! What went wrong while a flow ran: becomes the event `ColangError`.

/// The kind of those that reach a limit of the machine; the reference has no such errors.
const LIMIT: &str = "ColangLimitError";

/// An error of a flow, under the name that the reference gives to its like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) kind: &'static str,
    pub(crate) message: String,
}

impl Failure {
    pub(crate) fn runtime(message: impl Into<String>) -> Self {
        Self {
            kind: "ColangRuntimeError",
            message: message.into(),
        }
    }

    pub(crate) fn value(message: impl Into<String>) -> Self {
        Self {
            kind: "ColangValueError",
            message: message.into(),
        }
    }

    pub(crate) fn syntax(message: impl Into<String>) -> Self {
        Self {
            kind: "ColangSyntaxError",
            message: message.into(),
        }
    }

    pub(crate) fn is_limit(&self) -> bool {
        self.kind == LIMIT
    }

    pub(crate) fn limit(message: impl Into<String>) -> Self {
        Self {
            kind: LIMIT,
            message: message.into(),
        }
    }
}
