//! What all benches share: cases that can be timed, the executor under them, and the peers that are measured beside us.
//!
//! No action is defined here: it would be linked into every bench, and the start-up benches count what is linked.

mod fillers;
pub mod peers;
pub mod startup;
mod suite;

pub use suite::{Case, Suite};

/// The arguments of the call that everybody is measured with.
///
/// ```
/// assert!(bench::ARGUMENTS.contains("hello"));
/// ```
pub const ARGUMENTS: &str = r#"{"a": 5, "b": "hello"}"#;

/// What everybody has to answer to it.
///
/// ```
/// assert_eq!(bench::ANSWER, "hello 5");
/// ```
pub const ANSWER: &str = "hello 5";

/// How many actions or tools everybody has to choose from.
///
/// ```
/// assert_eq!(bench::REGISTERED, 100);
/// ```
pub const REGISTERED: usize = 100;
