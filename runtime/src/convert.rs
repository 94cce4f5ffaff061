//! Converts between the two forms of an event: JSON outside, values inside.

use action_sdk::{ActionError, ActionErrorKind, Context};
use colang::machine::Machine;
use colang::value::{Event, Fields, ValueError};

/// The event in its external form; an argument that is not JSON is left out.
pub(crate) fn to_outside(event: &Event) -> umim::Event {
    Machine::to_umim(event).unwrap_or_else(|_| {
        let arguments = event.arguments.iter();
        let readable = arguments.filter_map(|(name, value)| Some((name, value.to_json().ok()?)));
        let bare = umim::Event::new(&*event.name);
        readable.fold(bare, |event, (name, value)| event.with(&**name, value))
    })
}

/// The global variables for actions; one that is not JSON is left out.
pub(crate) fn to_context(globals: &Fields) -> Context {
    let readable = globals.iter();
    let readable =
        readable.filter_map(|(name, value)| Some((name.to_string(), value.to_json().ok()?)));
    readable.collect()
}

/// The error for an argument or result that no variable can hold.
pub(crate) fn unfit(what: &str, error: ValueError) -> ActionError {
    let message = format!("`{what}` does not fit into a variable: {error}");
    ActionError::new(ActionErrorKind::Output, message).with_source(error)
}
