//! Errors of building a dispatcher, all reported at once.

use super::{block_on, host, parameters::Db};
use action_sdk::prelude::*;
use action_sdk::testing::ScriptedLlm;
use action_sdk::{BuildErrors, BuildProblemKind};

fn by_hand(name: &'static str) -> ActionDescriptor {
    ActionDescriptor::new(name, |_| async { Ok::<_, ActionError>("by hand") })
        .expect("the name is right")
}

fn kinds(errors: &BuildErrors) -> Vec<BuildProblemKind> {
    errors
        .problems()
        .iter()
        .map(action_sdk::BuildProblem::kind)
        .collect()
}

#[track_caller]
fn check(builder: action_sdk::ActionDispatcherBuilder, kind: BuildProblemKind, parts: &[&str]) {
    let errors = builder.build().expect_err("there is a mistake");
    assert_eq!(kinds(&errors), [kind]);
    for part in parts {
        assert!(errors.to_string().contains(part), "{errors} lacks {part}");
    }
}

#[test]
fn duplicates_name_both_places() {
    let parts = [
        "duplicate action `DoubleAction`",
        "it::call::double (sdk/tests/it/call.rs:",
        "sdk/tests/it/build.rs:",
    ];
    check(
        host().register(by_hand("DoubleAction")),
        BuildProblemKind::Duplicate,
        &parts,
    );
}

#[test]
fn the_parts_of_a_problem_can_be_read_one_by_one() {
    let errors = ActionDispatcher::builder()
        .llm(ScriptedLlm::default())
        .build()
        .expect_err("there is no database");
    let rows = errors
        .problems()
        .iter()
        .find(|problem| problem.subject() == "RowsAction");
    assert_eq!(
        rows.and_then(action_sdk::BuildProblem::parameter),
        Some("db")
    );
}

#[test]
fn aliases_count_as_names() {
    let alias = by_hand("OtherAction").with_alias("action_fetch");
    check(
        host().register(alias),
        BuildProblemKind::Duplicate,
        &["duplicate alias `action_fetch`"],
    );
}

#[test]
fn a_resource_in_an_arc_is_told_from_one_that_is_missing() {
    let errors = ActionDispatcher::builder()
        .resource(std::sync::Arc::new(Db { rows: 3 }))
        .build()
        .expect_err("that is another type");
    let part = "needs resource `it::parameters::Db` (parameter `db`), which was not registered; \
                an `Arc` of one was: offer that with `.shared_resource(..)`";
    assert!(errors.to_string().contains(part), "{errors}");
}

#[test]
fn missing_resources_name_action_and_parameter() {
    let errors = ActionDispatcher::builder()
        .build()
        .expect_err("there is nothing");
    let text = errors.to_string();
    let part = "needs resource `it::parameters::Db` (parameter `db`), which was not registered; add `.resource(..)`";
    assert!(text.contains(part), "{text}");
    assert!(text.contains("(parameter `self`)"), "{text}");
    assert!(
        kinds(&errors).contains(&BuildProblemKind::MissingLlm),
        "{text}"
    );
    assert!(
        kinds(&errors).contains(&BuildProblemKind::MissingLlmTaskManager),
        "{text}"
    );
}

#[test]
fn a_model_of_its_own_is_a_model() {
    let host = ActionDispatcher::builder().registry(
        Registry::linked()
            .iter()
            .filter(|action| action.name() == "AskAction")
            .cloned()
            .collect(),
    );
    assert!(
        host.action_llm("AskAction", ScriptedLlm::default())
            .build()
            .is_ok()
    );
}

#[test]
fn one_resource_of_each_type() {
    check(
        host().resource(Db { rows: 4 }),
        BuildProblemKind::DuplicateResource,
        &["`it::parameters::Db`", "build.rs:"],
    );
}

#[test]
fn unknown_names_come_with_the_nearest() {
    let unknown = BuildProblemKind::UnknownName;
    check(
        host().without("DoubelAction"),
        unknown,
        &[
            "`.without(..)` at sdk/tests/it/build.rs:",
            "`DoubleAction`?",
        ],
    );
    check(
        host().replace(by_hand("DoubelAction")),
        unknown,
        &["`.replace(..)` at", "did you mean `DoubleAction`?"],
    );
    check(
        host().action_llm("Nobody", ScriptedLlm::default()),
        unknown,
        &["`.action_llm(..)` at", "`Nobody`"],
    );
}

#[test]
fn expected_actions_and_crates_must_be_there() {
    let absent = BuildProblemKind::AbsentAction;
    check(
        host().expect_actions(["DoubleAction", "XyzAction"]),
        absent,
        &["`XyzAction`", "add `use that_crate as _;`"],
    );
    let parts = [
        "no action of crate `other-actions` is linked",
        "add `use other_actions as _;`",
    ];
    check(
        host().expect_crate("other-actions"),
        BuildProblemKind::AbsentCrate,
        &parts,
    );
    assert!(
        host()
            .expect_crate("action-sdk")
            .expect_crate("it")
            .build()
            .is_ok()
    );
}

#[test]
fn everything_is_reported_at_once() {
    let errors = host()
        .register(by_hand("DoubleAction"))
        .without("Nobody")
        .expect_crate("other-actions")
        .expect_actions(["XyzAction"])
        .build()
        .expect_err("there are four mistakes");
    assert_eq!(errors.problems().len(), 4);
    assert!(
        errors
            .to_string()
            .starts_with("4 problems keep the dispatcher from being built:\n- ")
    );
}

#[test]
fn an_action_can_be_taken_out() {
    let dispatcher = host()
        .without("double")
        .build()
        .expect("it is there to be taken out");
    assert!(dispatcher.action("DoubleAction").is_none());
}

#[test]
fn an_action_can_be_replaced() {
    let dispatcher = host()
        .replace(by_hand("DoubleAction"))
        .build()
        .expect("it is there to be replaced");
    let result = block_on(dispatcher.call("DoubleAction", Invocation::new().arg("anything", 1)));
    assert_eq!(result.expect("it answers").return_value, "by hand");
}

#[test]
fn names_made_at_run_time_obey_the_rules() {
    for name in [
        "",
        "custom_test",
        "Action",
        "StartEngineAction",
        "My Test-Action",
        "StopwatchAction",
        "ÄAction",
    ] {
        let made = ActionDescriptor::new(name, |_| async { Ok::<_, ActionError>(()) });
        let error = made.expect_err(name).to_string();
        assert!(
            error.contains("rename it to") || error.contains("for example"),
            "for {name}: {error}"
        );
    }
}

#[test]
fn declared_parameters_are_held_against_arguments() {
    let typed = by_hand("TypedAction").with_param(ParamDescriptor::argument("value", "i64"));
    let dispatcher = host().register(typed).build().expect("nothing is missing");
    let error = block_on(dispatcher.call("TypedAction", Invocation::new().arg("valu", 1)))
        .expect_err("a slip");
    assert_eq!(error.kind(), ActionErrorKind::UnknownArgument);
    assert!(block_on(dispatcher.call("TypedAction", Invocation::new().positional(1))).is_ok());
}
