//! What settings and flows may mention, for editors and other tools: the names of settings, the flows of the library, the
//! members of events.

use colang::syntax::ast::Flow;

use crate::analysis;
use crate::config;
use crate::library;

pub use crate::config::Setting;

/// The settings below a key, given by its path: `["rails", "input"]`. Lists on the way do not count. Without a path, those
/// of the whole configuration; empty if nothing is known about what is below.
///
/// ```
/// use action_sdk_runtime::vocabulary::settings;
///
/// let names: Vec<_> = settings(&["rails", "input"]).into_iter().map(|setting| setting.name).collect();
/// assert!(names.contains(&"flows"));
/// ```
#[must_use]
pub fn settings(path: &[&str]) -> Vec<Setting> {
    config::settings(path)
}

/// The sources of the library, each with the name under which messages mention it.
pub fn library_sources() -> impl Iterator<Item = (String, &'static str)> {
    library::sources()
}

/// What can be imported from the library, with `.` between the parts.
pub fn library_imports() -> impl Iterator<Item = String> {
    library::imports().map(|path| path.replace('/', "."))
}

/// The members that each variable of a flow has, as far as it is known to what the variable refers.
#[must_use]
pub fn members_of_variables(flow: &Flow) -> Vec<(String, Vec<String>)> {
    analysis::members_of_variables(flow)
}

/// The members of an event of an action, such as `UtteranceUserAction` and `Finished`.
#[must_use]
pub fn members_of_event(action: &str, event: &str) -> Vec<String> {
    analysis::members_of_event(action, event)
}
