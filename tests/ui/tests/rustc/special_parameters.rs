//! Special parameters with the wrong type.

use crate::{check, check_notes};

#[track_caller]
fn check_special(name: &str, expected: &str) {
    let case = format!("special_{name}");
    check(
        &case,
        &[(
            &format!("the special parameter `{name}` cannot have type `i64`"),
            "i64",
        )],
    );
    let ours = format!("`{name}` is filled in by the runtime, not from the call's arguments");
    let ordinary = format!("for an ordinary argument called `{name}` write `#[arg] {name}: i64`");
    check_notes(&case, &[expected, &ours, &ordinary]);
}

#[test]
fn context() {
    check_special("context", "expected `&Context`");
}

#[test]
fn events() {
    check_special("events", "expected `&[Event]`");
}

#[test]
fn config() {
    check_special("config", "expected `&RailsConfig`");
}

#[test]
fn llm() {
    check_special(
        "llm",
        "expected `Option<&dyn Llm>`, or `&dyn Llm` if the action needs it",
    );
}

#[test]
fn llm_task_manager() {
    check_special(
        "llm_task_manager",
        "expected `&LlmTaskManager`, or `Option<&LlmTaskManager>`",
    );
}

#[test]
fn state_without_its_feature() {
    check_special(
        "state",
        "the special parameter `state` needs the feature `state` of `action-sdk`",
    );
    check_notes(
        "special_state",
        &["features = [\"state\"] }`, then take `state: &State`"],
    );
}

#[test]
fn state_as_it_is_meant_without_its_feature() {
    let words = "the special parameter `state` needs the feature `state` of `action-sdk`";
    check("special_state_lent", &[(words, "&State")]);
}

#[test]
fn tracker() {
    check_special("tracker", "expected `&Tracker`, or `Option<&Tracker>`");
}

#[test]
fn domain() {
    check_special("domain", "expected `&Domain`, or `Option<&Domain>`");
}

#[test]
fn dispatcher() {
    check_special("dispatcher", "expected `&CollectingDispatcher`");
}

#[test]
fn cancel() {
    check_special("cancel", "expected `&CancellationToken`");
}

#[test]
fn a_mutable_context_says_how_a_variable_is_changed() {
    let words = "the special parameter `context` cannot have type `&mut action_sdk::Context`";
    check("special_context_mutable", &[(words, "&mut Context")]);
    check_notes(
        "special_context_mutable",
        &["return `ActionResult::with_context_update(..)`"],
    );
}

#[test]
fn an_owned_context() {
    let words = "the special parameter `context` cannot have type `action_sdk::Context`";
    check("special_context_owned", &[(words, "Context")]);
}

#[test]
fn an_option_of_something_else() {
    let words = "the special parameter `context` cannot have type `Option<std::string::String>`";
    check("special_context_optional", &[(words, "Option<String>")]);
}

#[test]
fn an_option_of_something_else_where_the_real_one_may_be_missing() {
    let words = "the special parameter `tracker` cannot have type `Option<std::string::String>`";
    check("special_tracker_optional", &[(words, "Option<String>")]);
}

#[test]
fn a_boxed_model() {
    let words =
        "the special parameter `llm` cannot have type `Box<(dyn action_sdk::Llm + 'static)>`";
    check("special_llm_boxed", &[(words, "Box<dyn Llm>")]);
}
