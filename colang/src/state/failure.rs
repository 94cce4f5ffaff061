//! What went wrong while a flow ran: becomes the event `ColangError`.

/// The kind of those that reach a limit of the machine; the reference has no such errors.
const LIMIT: &str = "ColangLimitError";

/// An error of a flow, under the name that the reference gives to its like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) kind: &'static str,
    pub(crate) message: String,
    /// Whether it will be so for ever: what was meant is gone.
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

    /// A flow or an action that was removed.
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
