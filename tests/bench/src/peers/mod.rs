//! Other SDKs, each giving the same answer in its own idiom.

mod rmcp;
mod tools_rs;

use crate::Suite;

/// Adds the cases of all other SDKs: called with literals, with an existing map, and from JSON string to JSON string.
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
