//! What flows print and write to the log.

use std::fmt;

use colang::program::Name;
use colang::value::Value;

/// An output of a flow with `print` or `log`; see [`RuntimeBuilder::log`](crate::RuntimeBuilder::log).
///
/// ```
/// use action_sdk_runtime::Logged;
///
/// assert_eq!(Logged::Print("hello".into()).to_string(), "hello");
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Logged {
    /// The value of a `print`.
    Print(Value),
    /// The value of a `log`.
    Log {
        /// The uid of the flow instance.
        flow: Name,
        /// What it writes.
        value: Value,
    },
}

impl fmt::Display for Logged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Print(value) => write!(f, "{value}"),
            Self::Log { flow, value } => write!(f, "{flow}: {value}"),
        }
    }
}
