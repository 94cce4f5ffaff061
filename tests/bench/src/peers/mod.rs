//! The other SDKs, each asked for the same answer in its own idiom.

mod rmcp;
mod tools_rs;

use crate::Suite;

/// Adds the cases of all peers: called with literals, with a map that is there already, and from text to text.
///
/// ```
/// let mut suite = bench::Suite::new();
/// bench::peers::add_to(&mut suite);
/// assert!(suite.cases().iter().any(|case| case.name() == "rmcp/literals"));
/// ```
pub fn add_to(suite: &mut Suite) {
    rmcp::add_to(suite);
    tools_rs::add_to(suite);
}
