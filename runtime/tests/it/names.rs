//! Names of actions and arguments are checked before anything runs.

use action_sdk_runtime::RuntimeErrorKind;

use crate::support::{builder, config};

#[track_caller]
fn check(flow: &str, expected: &[&str]) {
    let flows = format!("flow main\n{flow}\n");
    match builder(&flows).build() {
        Ok(_) => assert!(expected.is_empty(), "nothing was found"),
        Err(error) => {
            assert_eq!(error.kind(), RuntimeErrorKind::Names);
            let found = error.problems().iter().map(ToString::to_string);
            assert_eq!(found.collect::<Vec<_>>(), expected);
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
            "main.co:2:9: flow `main` starts `PlayTheTrumpetLoudlyAction`, which nobody provides; if it is in another crate, is that linked? write `use that_crate as _;` (no crate with actions of yours is linked); register one made by hand with `.register(..)`, and declare one that your host performs with `.caller_performs([..])`",
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
            "main.co:7:47: flow `main` gives `AddAction` the argument `c`, which it does not take; it takes [a, b]",
        ],
    );
}

#[test]
fn a_wrong_argument_is_found() {
    check(
        "  await IsFlowThereAction(flwo=\"x\")",
        &[
            "main.co:2:27: flow `main` gives `IsFlowThereAction` the argument `flwo`, which it does not take; did you mean `flow`?",
        ],
    );
}

#[test]
fn too_many_positional_arguments_are_found() {
    check(
        "  await AddAction(1, 2, 3)",
        &[
            "main.co:2:25: flow `main` gives `AddAction` 3 positional arguments, and it takes at most 2",
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

#[test]
fn a_missing_argument_is_found() {
    check(
        "  await AddAction(a=1)",
        &["main.co:2:9: flow `main` gives `AddAction` no argument `b` (i64), which it needs"],
    );
}

#[test]
fn positional_arguments_are_not_missing() {
    check("  await AddAction(1, b=2)", &[]);
    check("  await AddAction(1, 2)", &[]);
}

#[test]
fn optional_arguments_are_not_missing() {
    check("  await ChooseAction(limit=5, address={})", &[]);
}

#[test]
fn an_argument_whose_type_may_be_an_alias_of_an_option_is_let_through() {
    check("  await ChooseAction(limit=5)", &[]);
    check("  await GreetAction()", &[]);
}

#[test]
fn arguments_of_the_start_event_are_found() {
    check(
        "  send StartAddAction(a=\"1\", b=2)",
        &[
            "main.co:2:25: flow `main` gives `AddAction` a string as the argument `a` (i64); it takes a whole number",
        ],
    );
}

#[test]
fn literals_of_a_wrong_type_are_found() {
    for (arguments, found) in [
        (
            "limit=\"5\"",
            "a string as the argument `limit` (u8); it takes a whole number from 0 to 255",
        ),
        (
            "limit=-1",
            "the number -1 as the argument `limit` (u8); it takes a whole number from 0 to 255",
        ),
        (
            "limit=1.0",
            "a number with a fraction as the argument `limit` (u8); it takes a whole number from 0 to 255",
        ),
        (
            "limit=None",
            "`None` as the argument `limit` (u8); it takes a whole number from 0 to 255",
        ),
        (
            "limit=1, text=5",
            "the number 5 as the argument `text` (Option<&str>); it takes a string",
        ),
        (
            "limit=1, factor=\"2\"",
            "a string as the argument `factor` (f64); it takes a number",
        ),
        (
            "limit=1, words=\"a\"",
            "a string as the argument `words` (Option<Vec<String>>); it takes a list",
        ),
        (
            "limit=1, loud=1",
            "the number 1 as the argument `loud` (Option<bool>); it takes `True` or `False`",
        ),
    ] {
        let last = arguments.rsplit(['=']).next().unwrap_or_default();
        let column = "  await ChooseAction(".len() + arguments.len() - last.len() + 1;
        let problem = format!("main.co:2:{column}: flow `main` gives `ChooseAction` {found}");
        check(&format!("  await ChooseAction({arguments})"), &[&problem]);
    }
}

#[test]
fn values_that_may_be_right_are_let_through() {
    check(
        "  await ChooseAction(limit=$x, text=\"{$y}\", factor=2, words=[\"a\"], loud=not $z, address=5)",
        &[],
    );
    check(
        "  await ChooseAction(limit=5, text=None, factor=None, words=None)",
        &[],
    );
}

#[test]
fn members_of_the_end_of_an_action_are_found() {
    check(
        "  match AddAction.Finished(retrun_value=5)",
        &[
            "main.co:2:28: flow `main` asks `AddAction.Finished` for `retrun_value`, which it does not have; did you mean `return_value`?",
        ],
    );
    check(
        "  match AddActionFinished(is_sucess=True)",
        &[
            "main.co:2:27: flow `main` asks `AddAction.Finished` for `is_sucess`, which it does not have; did you mean `is_success`?",
        ],
    );
}

#[test]
fn members_that_are_read_are_found() {
    check(
        "  start AddAction(a=1, b=2) as $add\n  match $add.Finished() as $e\n  send Out(v=\"{$e.return_vlaue}\")",
        &[
            "main.co:4:19: flow `main` asks `AddAction.Finished` for `return_vlaue`, which it does not have; did you mean `return_value`?",
        ],
    );
    check(
        "  await AddAction(a=1, b=2) as $add\n  send Out(v=$add.return_vlaue)",
        &[
            "main.co:3:19: flow `main` asks `AddAction` for `return_vlaue`, which it does not have; did you mean `return_value`?",
        ],
    );
}

#[test]
fn members_that_there_are_are_fine() {
    check(
        "  start AddAction(a=1, b=2) as $add\n  match $add.Finished(is_success=True, action_uid=$add.uid) as $e\n  send Out(v=$e.return_value, n=$e.name, a=$e.arguments, r=$add.return_value, x=$add.a, s=$add.status.value)",
        &[],
    );
}

#[test]
fn members_of_what_may_be_something_else_are_let_through() {
    let twice = "  start AddAction(a=1, b=2) as $x\n  $x = {\"any\": 1}\n  send Out(v=$x.any)";
    check(twice, &[]);
    check("  match Custom(any=1) as $x\n  send Out(v=$x.other)", &[]);
    check("  match UnknownAction.Finished(any=1)", &[]);
}

#[track_caller]
fn check_warnings(flow: &str, expected: &[&str]) {
    let config = config(&format!("flow main\n{flow}\n  match Never()\n"));
    assert_eq!(crate::config::warnings(&config), expected);
}

#[test]
fn members_of_speech_are_warned_of() {
    check_warnings(
        "  match UtteranceUserAction.Finished(final_transcrpt=\"hi\")",
        &[
            "main.co:2:38: flow `main` asks `UtteranceUserAction.Finished` for `final_transcrpt`, which it does not have; did you mean `final_transcript`?",
        ],
    );
    check_warnings(
        "  match UtteranceUserActionFinished() as $e\n  send Out(v=$e.transcript)",
        &[
            "main.co:3:17: flow `main` asks `UtteranceUserAction.Finished` for `transcript`, which it does not have; did you mean `final_transcript`?",
        ],
    );
}

#[test]
fn members_that_speech_has_are_fine() {
    check_warnings(
        "  match UtteranceUserAction.Finished(is_success=True) as $e\n  send Out(v=$e.final_transcript, u=$e.action_uid, t=$e.action_finished_at)",
        &[],
    );
}

const GREET: &str = "flow greet $name $loud=False -> $greeting\n  $words = 3\n  match A()\n";

#[track_caller]
fn check_flow_members(statements: &str, expected: &[&str]) {
    let flows = format!("flow main\n{statements}\n  match Never()\n\n{GREET}");
    assert_eq!(crate::config::warnings(&config(&flows)), expected);
}

#[test]
fn members_of_flows_are_warned_of() {
    check_flow_members(
        "  start greet \"Ada\" as $g\n  match $g.Finished() as $e\n  send Out(v=$e.return_vlaue)",
        &[
            "main.co:4:17: flow `main` asks `greet` for `return_vlaue`, which it does not have; did you mean `return_value`?",
        ],
    );
    check_flow_members(
        "  match greet.Finished(nmae=\"Ada\")",
        &[
            "main.co:2:24: flow `main` asks `greet` for `nmae`, which it does not have; did you mean `name`?",
        ],
    );
    check_flow_members(
        "  greet \"Ada\" as $g\n  send Out(v=\"{$g.greting}\")",
        &[
            "main.co:3:19: flow `main` asks `greet` for `greting`, which it does not have; did you mean `greeting`?",
        ],
    );
}

#[test]
fn members_that_flows_have_are_fine() {
    check_flow_members(
        "  start greet \"Ada\" as $g\n  match $g.Finished(name=\"Ada\", return_value=1) as $e\n  send Out(v=$e.return_value, f=$e.flow.uid, g=$g.greeting, w=$g.words, s=$g.status.value, c=$g.context.any)",
        &[],
    );
}

#[test]
fn a_flow_that_shares_the_variables_of_another_may_have_any() {
    let start = "  start plain(context=$self.context) as $p\n  send Out(v=$p.any)\n\nflow plain\n  match A()\n\n@active\nflow other\n  greet \"Ada\"";
    check_flow_members(start, &[]);
}
