//! Shared by all benches: cases that can be timed, their executor, and the other SDKs that are measured for
//! comparison.
//!
//! No action is defined here: it would be linked into every bench, and the start-up benches count the linked actions.

mod fillers;
pub mod peers;
pub mod startup;
mod suite;

pub use suite::{Case, Suite};

/// The arguments of the call that is measured for every SDK.
///
/// ```
/// assert!(bench::ARGUMENTS.contains("hello"));
/// ```
pub const ARGUMENTS: &str = r#"{"a": 5, "b": "hello"}"#;

/// The expected answer.
///
/// ```
/// assert_eq!(bench::ANSWER, "hello 5");
/// ```
pub const ANSWER: &str = "hello 5";

/// How many actions or tools every SDK has to choose from.
///
/// ```
/// assert_eq!(bench::REGISTERED, 100);
/// ```
pub const REGISTERED: usize = 100;
