//! `docs/models.md` lists the built-in actions correctly.

use action_sdk::ParamKind;
use action_sdk::prelude::*;

const PAGE: &str = include_str!("../../../docs/models.md");

/// The built-in actions that are linked; the others are intrinsic.
fn built_in() -> Vec<ActionDescriptor> {
    let registry = Registry::linked();
    let own = |action: &&ActionDescriptor| {
        action.crate_name() == "action-sdk-runtime" && action.is_replaceable()
    };
    registry.iter().filter(own).cloned().collect()
}

fn arguments(action: &ActionDescriptor) -> String {
    let params = action.params().iter();
    let names = params.filter(|param| param.kind() == ParamKind::Argument);
    let names: Vec<_> = names.map(|param| format!("`{}`", param.name())).collect();
    names.join(", ")
}

#[test]
fn it_lists_every_built_in_action_with_its_arguments() {
    let actions = built_in();
    assert_eq!(actions.len(), 15);
    for action in actions {
        let row =
            format!("| `{}` | {} |", action.name(), arguments(&action)).replace("|  |", "| |");
        assert!(PAGE.contains(&row), "no row {row}");
        assert!(action.is_system_action(), "{}", action.name());
    }
}

#[test]
fn it_lists_the_actions_that_look_into_the_engine() {
    let builder = crate::support::builder("flow main\n  match Never()\n");
    let error = builder
        .without("NoSuchAction")
        .build()
        .expect_err("there is none");
    let text = error.to_string();
    let (_, names) = text
        .split_once("those are ")
        .expect("it tells which there are");
    for name in names.split(", ") {
        assert!(
            PAGE.contains(&format!("| `{name}` | ")),
            "no row for {name}"
        );
    }
}
