//! A dependency in `Cargo.toml` that is never mentioned in the code. There is no warning; this test states the facts,
//! and shows the two lines that turn them into an error.

use action_sdk::prelude::*;

#[track_caller]
fn check_problem(builder: action_sdk::ActionDispatcherBuilder, words: &[&str]) {
    let problem = builder
        .build()
        .expect_err("something is missing")
        .to_string();
    for words in words {
        assert!(problem.contains(words), "{words:?} is not in: {problem}");
    }
}

#[test]
fn its_actions_are_missing() {
    assert!(Registry::linked().is_empty());
}

#[test]
fn an_expected_crate_says_what_to_write() {
    let builder = ActionDispatcher::builder().expect_crate("linking-leaf");
    let linked = "no action of crate `linking-leaf` is linked";
    check_problem(
        builder,
        &[
            linked,
            "add `use linking_leaf as _;`",
            "never_mentioned.rs:",
        ],
    );
}

#[test]
fn an_expected_action_says_what_to_write() {
    let builder = ActionDispatcher::builder().expect_actions(["LeafAction"]);
    let absent = "expected action `LeafAction` is not there";
    check_problem(
        builder,
        &[absent, "add `use that_crate as _;`", "never_mentioned.rs:"],
    );
}

#[test]
fn everything_that_is_missing_is_told_at_once() {
    let builder = ActionDispatcher::builder()
        .expect_crate("linking_leaf")
        .expect_crate("linking-mid");
    check_problem(
        builder,
        &[
            "add `use linking_leaf as _;`",
            "add `use linking_mid as _;`",
        ],
    );
}
