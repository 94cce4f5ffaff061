//! The work of a program before its first call: collecting the linked actions, building a dispatcher.

use crate::Suite;
use action_sdk::prelude::*;

/// Start-up cases with all actions that are linked into the calling program.
///
/// ```standalone_crate
/// bench::fillers!([a] [a b]);
///
/// let suite = bench::startup::suite(2);
/// assert_eq!(suite.cases().len(), 3);
/// ```
///
/// # Panics
///
/// If the number of linked actions is not `actions`, or their names clash.
#[must_use]
pub fn suite(actions: usize) -> Suite {
    let mut suite = Suite::new();
    suite.add(
        "registry",
        move |linked: &Registry| linked.len() == actions,
        async || Registry::linked(),
    );
    suite.add(
        "dispatcher, linked",
        move |dispatcher: &ActionDispatcher| dispatcher.actions().count() == actions,
        async || built(Registry::linked()),
    );
    suite.add(
        "dispatcher, by hand",
        move |dispatcher: &ActionDispatcher| dispatcher.actions().count() == actions,
        async move || built((0..actions).map(by_hand).collect()),
    );
    suite
}

fn built(registry: Registry) -> ActionDispatcher {
    let dispatcher = ActionDispatcher::builder().registry(registry).build();
    dispatcher.expect("fillers have different names and need nothing")
}

fn by_hand(index: usize) -> ActionDescriptor {
    let code = |call: std::sync::Arc<Call>| async move { call.argument::<i64>("count") };
    ActionDescriptor::new(format!("Filler{index}Action"), code)
        .expect("the name keeps the rules")
        .with_description("Says how much of something there is, and to whom.")
        .with_param(ParamDescriptor::argument("count", "i64").with_description("how much"))
        .with_param(ParamDescriptor::argument("what", "String").with_description("of what"))
}
