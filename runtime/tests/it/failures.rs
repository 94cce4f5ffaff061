//! Failures are visible, and do not affect anything else.

use crate::support::{block_on, check, runtime, send};

/// Starts an action and reports how it ended.
fn flows(action: &str) -> String {
    format!(
        "flow main\n  match Go()\n  start {action} as $a\n  match $a.Finished(is_success=False) as $end\n  send Out(status=$end.status, value=$end.return_value, why=$end.failure_reason)\n  match Never()\n"
    )
}

#[track_caller]
fn check_failure(action: &str, why: &str) {
    let expected = format!("Out status=\"failed\" value=null why={why:?}");
    check(&flows(action), &["Go"], &[&expected]);
}

#[test]
fn an_error_is_told() {
    check_failure(
        "FailAction()",
        "action `FailAction` failed: there is no paper",
    );
}

#[test]
fn a_panic_is_told() {
    check_failure(
        "PanicAction()",
        "action `PanicAction`: it panicked: out of ink",
    );
}

#[test]
fn a_panic_after_a_wait_is_told() {
    check_failure(
        "PanicLaterAction()",
        "action `PanicLaterAction`: it panicked: out of ink",
    );
}

#[test]
fn a_deadline_is_told() {
    check_failure(
        "StuckAction()",
        "action `StuckAction`: it did not finish within 2s",
    );
}

#[test]
fn a_missing_argument_is_told() {
    let why = "action `GreetAction`: argument `person` (Person) is missing";
    check_failure("GreetAction()", why);
}

#[test]
fn an_argument_of_another_type_is_told() {
    let why = "action `AddAction`: argument `b` (i64) cannot be read: invalid type: string \"x\", expected i64";
    check_failure("AddAction(a=1, b=\"x\".lower())", why);
}

#[test]
fn a_result_that_no_variable_can_hold_is_told() {
    let why = "action `OverflowAction`: the event `OverflowActionFinished` cannot be taken: the whole number 18446744073709551615 does not fit into 64 bits";
    check_failure("OverflowAction()", why);
}

#[test]
fn an_argument_that_is_no_json_is_an_error_of_the_flow() {
    let flows = "@active\nflow watch\n  match ColangError() as $e\n  send Seen()\n  match Never()\n\nflow job\n  match Go()\n  await AddAction(a=float(\"nan\"), b=1)\n  send NotReached()\n\nflow main\n  start job\n  match Never()\n";
    check(flows, &["Go"], &["Seen"]);
}

#[test]
fn the_flow_that_awaits_goes_on_with_none() {
    let flows =
        "flow main\n  match Go()\n  $x = await FailAction()\n  send Out(x=$x)\n  match Never()\n";
    check(flows, &["Go"], &["Out x=null"]);
}

#[test]
fn one_in_the_background_is_told() {
    let flows = "flow main\n  start StuckInBackgroundAction() as $a\n  match $a.Finished(is_success=False)\n  send Out()\n  match Never()\n";
    block_on(async {
        let mut session = runtime(flows).session();
        assert!(send(&mut session, &[]).await.is_empty());
        let pushed = session
            .next_event()
            .await
            .expect("no error")
            .expect("an event");
        assert_eq!(pushed.name(), "Out");
    });
}

#[test]
fn a_session_survives_a_panic_in_the_middle() {
    let flows = "flow main\n  while True\n    match Go()\n    $x = await PanicLaterAction()\n    $y = await AddAction(a=1, b=1)\n    send Out(x=$x, y=$y)\n";
    check(flows, &["Go", "Go"], &["Out x=null y=2", "Out x=null y=2"]);
}

#[test]
fn one_session_panics_and_the_other_does_not_notice() {
    let flows = "flow main\n  match Go() as $go\n  if $go.panics\n    await PanicLaterAction()\n  $n = await SlowAction(n=7)\n  send Out(n=$n)\n  match Never()\n";
    block_on(async {
        let runtime = runtime(flows);
        let (mut one, mut other) = (runtime.session(), runtime.session());
        send(&mut one, &[]).await;
        send(&mut other, &[]).await;
        let (one, other) = tokio::join!(
            send(&mut one, &["Go panics=true"]),
            send(&mut other, &["Go panics=false"])
        );
        assert_eq!(
            (one, other),
            (vec!["Out n=7".to_owned()], vec!["Out n=7".to_owned()])
        );
    });
}

#[test]
fn a_loop_without_a_wait_is_an_error_of_its_flow() {
    let flows = "@active\nflow watch\n  match ColangError() as $error\n  send Seen()\n  match Never()\n\nflow main\n  start answer\n  start spin\n  match Never()\n\nflow spin\n  match Go()\n  while True\n    pass\n\n@loop(\"answer\")\nflow answer\n  while True\n    match Ping()\n    send Pong()\n";
    block_on(async {
        let mut session = runtime(flows).session();
        send(&mut session, &[]).await;
        assert!(
            send(&mut session, &["Go"])
                .await
                .contains(&"Seen".to_owned())
        );
        assert_eq!(send(&mut session, &["Ping"]).await, ["Pong"]);
    });
}

#[test]
fn added_flows_that_start_unknown_actions_are_an_error_of_the_flows() {
    let flows = "@active\nflow watch\n  match ColangError() as $error\n  send Seen(error=$error.error)\n  match Never()\n\nflow main\n  match Go()\n  await AddFlowsAction(config=\"flow learned\\n  await AdAction(a=1, b=2)\\n\")\n  match Never()\n";
    let seen = "Seen error=\"added flows:2:9: flow `learned` starts `AdAction`, which nobody provides; did you mean `AddAction`?\"";
    check(flows, &["Go"], &[seen]);
}

const RAILS: &str = "flow input rails $text\n  await check $text\n  send Passed()\n\nflow check $text\n  $ok = await FailAction()\n  send Checked()\n\nflow main\n  match Go()\n  input rails \"hello\"\n  send Through()\n  match Never()\n";

#[test]
fn a_check_that_could_not_be_made_did_not_pass() {
    check(RAILS, &["Go"], &[]);
}

#[test]
fn a_setting_lets_it_pass() {
    let sources = [("main.co", RAILS)];
    let config = action_sdk_runtime::parse_config("rails: {fail_open: yes}", sources);
    let config = config.expect("a configuration");
    let codes = config
        .warnings()
        .iter()
        .map(action_sdk_runtime::Problem::code);
    assert_eq!(
        codes.collect::<Vec<_>>(),
        [action_sdk_runtime::Code::FailsOpen]
    );
    let runtime = crate::support::builder_of(config).build();
    let expected = ["Checked", "Passed", "Through"];
    crate::support::check_with(&runtime.expect("a runtime"), &["Go"], &expected);
}
