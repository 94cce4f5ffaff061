//! The SDK under another name: renamed for a whole crate, at every action, behind a facade.

use action_sdk::prelude::*;
use linking_facade_user as _;

#[track_caller]
fn check(name: &str, invocation: Invocation, expected: i64) {
    let dispatcher = ActionDispatcher::builder()
        .resource(linking_renamed::Shared(40))
        .resource(linking_renamed_each::SharedEach(50))
        .build();
    let dispatcher = dispatcher.expect("everything that the actions need is there");
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.expect("a runtime without drivers can be built");
    let result = runtime.block_on(dispatcher.call(name, invocation));
    assert_eq!(
        result
            .map(|result| result.return_value)
            .expect("it succeeds"),
        expected,
        "for {name}"
    );
}

#[test]
fn one_line_renames_it_for_a_crate() {
    check("RenamedAction", Invocation::new().arg("value", 3), 3);
    check("RenamedMethodAction", Invocation::new(), 40);
}

#[test]
fn every_action_can_be_told_its_name() {
    check("RenamedEachAction", Invocation::new().arg("value", 3), 3);
    check("RenamedEachMethodAction", Invocation::new(), 50);
    check(
        "RenamedEachByMacroAction",
        Invocation::new().arg("any", 1),
        1,
    );
}

#[test]
fn a_facade_brings_it_along() {
    check(
        "ThroughFacadeAction",
        Invocation::new().arg("value", 3).context("user", "Ada"),
        5,
    );
}

#[test]
fn a_facades_macro_writes_actions() {
    check("ThroughFacadeMacroAction", Invocation::new(), 7);
}

#[test]
fn each_action_knows_the_crate_that_defines_it() {
    let registry = Registry::linked();
    let action = registry
        .find("ThroughFacadeMacroAction")
        .expect("it is linked");
    assert_eq!(action.crate_name(), "linking-facade-user");
}
