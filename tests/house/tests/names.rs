//! The rules for names exist twice: in the macro crate, which depends on none of our crates, and in `umim`, for names
//! that are only known at run time. This test compares both, word for word.

#[allow(
    dead_code,
    reason = "what derives a name from a function has no twin in `umim`"
)]
#[path = "../../../sdk-macros/src/name.rs"]
mod name;

use proptest::prelude::*;

/// The answer about a name: what is wrong, and what to do.
type Verdict = Result<(), (String, String)>;

fn of_the_macro(name: &str) -> Verdict {
    name::check(name).map_err(|problem| (problem.message, problem.help))
}

fn of_umim(name: &str) -> Verdict {
    umim::check_action_name(name).map_err(|error| (error.problem(), error.help()))
}

#[track_caller]
fn check(name: &str) {
    assert_eq!(of_the_macro(name), of_umim(name), "for {name:?}");
    if let Err(error) = umim::check_action_name(name) {
        assert_eq!(
            name::suggest(name),
            error.suggestion(),
            "as a better name for {name:?}"
        );
    }
}

#[test]
fn on_names_that_a_flow_can_call() {
    for name in [
        "CustomTestAction",
        "GetStartedAction",
        "RestartAction",
        "ActionAction",
        "X1Action",
        "Fetch_dataAction",
    ] {
        assert_eq!(of_umim(name), Ok(()), "for {name}");
        check(name);
    }
}

#[test]
fn on_names_that_break_a_rule() {
    for name in [
        "",
        "_",
        "Action",
        "action",
        "_action",
        "CustomTest",
        "custom_test_action",
        "customTestAction",
        "My Test-Action",
        "fs.read_file",
        "2faCheckAction",
        "_FooAction",
        "PrüfeAction",
        "ÜberAction",
        "Reaction",
        "Start",
        "StartAction",
        "StopAction",
        "ChangeAction",
        "StartEngineAction",
        "StopwatchAction",
        "ChangeOfHeartAction",
        "StartStopAction",
        "StartStartAction",
        "StopChangeStartAction",
        "startAction",
        "action_action_action",
        "Start_engineAction",
        "StartActionAction",
    ] {
        assert_ne!(of_umim(name), Ok(()), "for {name}");
        check(name);
    }
}

/// Names made of the parts that the rules look at.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("Action"),
        Just("action"),
        Just("_action"),
        Just("Start"),
        Just("Stop"),
        Just("Change"),
        Just("start"),
        Just("_"),
        Just("-"),
        Just(" "),
        Just("2"),
        Just("ü"),
        Just("Custom"),
        Just("test"),
    ];
    prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn on_names_made_of_what_the_rules_look_at(name in pieces()) {
        check(&name);
    }

    #[test]
    fn on_any_text(name in any::<String>()) {
        check(&name);
    }

    #[test]
    fn every_suggestion_is_a_name_that_a_flow_can_call(name in pieces()) {
        prop_assert_eq!(of_umim(&name::suggest(&name)), Ok(()));
    }

    #[test]
    fn every_derived_name_is_a_name_or_reads_as_an_event(function in "[a-z_][a-z0-9_]{0,12}") {
        if let Some(derived) = name::derive(&function) {
            let kind = umim::check_action_name(&derived).err().map(|error| error.kind());
            let is_event = matches!(kind, Some(umim::ActionNameErrorKind::ReadsAsEvent(_)));
            prop_assert!(kind.is_none() || is_event, "{} gives {}", function, derived);
        }
    }
}
