//! Names of actions and arguments, held against what is there before anything runs.

use action_sdk_runtime::RuntimeErrorKind;

use crate::support::builder;

#[track_caller]
fn check(flow: &str, expected: &[&str]) {
    let flows = format!("flow main\n{flow}\n");
    match builder(&flows).build() {
        Ok(_) => assert!(expected.is_empty(), "nothing was found"),
        Err(error) => {
            assert_eq!(error.kind(), RuntimeErrorKind::Names);
            assert_eq!(error.problems(), expected);
        }
    }
}

#[test]
fn known_actions_are_fine() {
    check("  await AddAction(a=1, b=2)", &[]);
}

#[test]
fn those_of_umim_are_fine() {
    check("  await UtteranceBotAction(script=\"Hi\")", &[]);
}

#[test]
fn those_of_the_runtime_are_fine() {
    check("  await AddFlowsAction(config=\"\")", &[]);
}

#[test]
fn a_match_starts_nothing() {
    check("  match PlayAction.Finished()", &[]);
}

#[test]
fn an_unknown_one_is_found() {
    check(
        "  await AdAction(a=1, b=2)",
        &[
            "main.co:2:9: flow `main` starts `AdAction`, which nobody provides; did you mean `AddAction`?",
        ],
    );
}

#[test]
fn one_like_nothing_else_is_found() {
    check(
        "  start PlayTheTrumpetLoudlyAction() as $p",
        &[
            "main.co:2:9: flow `main` starts `PlayTheTrumpetLoudlyAction`, which nobody provides; register it, or declare it with `.caller_performs([..])`",
        ],
    );
}

#[test]
fn one_that_is_started_by_its_event_is_found() {
    check(
        "  send StartAdAction(a=1)",
        &[
            "main.co:2:8: flow `main` starts `AdAction`, which nobody provides; did you mean `AddAction`?",
        ],
    );
}

#[test]
fn all_are_found_at_once() {
    let flow = "  if True\n    when AdAction()\n      pass\n    or when UtteranceUserAction.Finished()\n      while True\n        await FialAction() and AddAction(a=1, c=2)";
    check(
        flow,
        &[
            "main.co:3:10: flow `main` starts `AdAction`, which nobody provides; did you mean `AddAction`?",
            "main.co:7:15: flow `main` starts `FialAction`, which nobody provides; did you mean `FailAction`?",
            "main.co:7:32: flow `main` gives `AddAction` the argument `c`, which it does not take; it takes [a, b]",
        ],
    );
}

#[test]
fn a_wrong_argument_is_found() {
    check(
        "  await IsFlowThereAction(flwo=\"x\")",
        &[
            "main.co:2:9: flow `main` gives `IsFlowThereAction` the argument `flwo`, which it does not take; did you mean `flow`?",
        ],
    );
}

#[test]
fn too_many_positional_arguments_are_found() {
    check(
        "  await AddAction(1, 2, 3)",
        &[
            "main.co:2:9: flow `main` gives `AddAction` 3 positional arguments, and it takes at most 2",
        ],
    );
}

#[test]
fn a_declared_one_is_fine() {
    let flows = "flow main\n  await PlayAction()\n";
    assert!(
        builder(flows)
            .caller_performs(["PlayAction"])
            .build()
            .is_ok()
    );
    assert!(
        builder(flows)
            .caller_performs(["OtherAction"])
            .build()
            .is_err()
    );
}

#[test]
fn any_name_can_be_declared() {
    assert!(
        builder("flow main\n  await PlayAction()\n")
            .caller_performs_any()
            .build()
            .is_ok()
    );
}

#[test]
fn leaving_out_an_unknown_action_is_told() {
    let error = builder("flow main\n  pass\n")
        .without("AddFlowAction")
        .build()
        .expect_err("unknown");
    assert_eq!(error.kind(), RuntimeErrorKind::UnknownName);
}

#[test]
fn a_program_without_main_is_told() {
    let error = builder("flow other\n  pass\n")
        .build()
        .expect_err("no main");
    assert_eq!(error.kind(), RuntimeErrorKind::Program);
}
