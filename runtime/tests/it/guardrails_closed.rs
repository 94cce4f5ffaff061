//! Rails fail closed: checks that cannot be made, that are ended from outside, or whose outcome is misread.

use std::sync::Arc;

use action_sdk::{ActionDescriptor, ActionDispatcher, ActionError, RailOutcome, action};
use action_sdk_runtime::Runtime;

use crate::actions::Ends;
use crate::guardrails::{SLOW_RAIL, check};
use crate::support::{self, SORRY};

#[test]
fn an_action_that_fails_below_a_rail_blocks() {
    let flows = "
flow output rails $text
  my check

flow my check
  await FailAction()

flow main
  match Go()
  bot say \"hello\"
";
    check(&[flows], &["Go"], &[SORRY]);
}

#[test]
fn an_action_that_fails_below_a_rail_blocks_also_where_its_end_is_matched() {
    let flows = "
flow output rails $text
  start FailAction() as $check
  match $check.Finished()

flow main
  match Go()
  bot say \"hello\"
";
    check(&[flows], &["Go"], &[SORRY]);
}

#[test]
fn a_rail_may_look_for_the_failure_of_an_action() {
    let flows = "
flow output rails $text
  start FailAction() as $check
  when $check.Finished(is_success=True)
    pass
  or when $check.Finished(is_success=False)
    send CheckFailed()

flow main
  match Go()
  bot say \"hello\"
";
    check(&[flows], &["Go"], &["CheckFailed", "hello"]);
}

/// Checks that a flow which does this while a message is being checked has no effect.
#[track_caller]
fn check_meddling(statement: &str) {
    let flows = format!(
        "
flow output rails $text
  my check $text

flow my check $text
  match Checked()

flow main
  start bot say \"secret\"
  match Go()
  {statement}
  match Never()
"
    );
    check(&[&flows], &["Go", "Checked"], &[]);
}

#[test]
fn nobody_ends_a_check_so_that_the_message_passes() {
    check_meddling("send FinishFlow(flow_id=\"output rails\")");
    check_meddling("send FinishFlow(flow_id=\"run output rails\")");
    check_meddling("send FinishFlow(flow_id=\"my check\")");
    check_meddling("send StopFlow(flow_id=\"output rails\")");
}

#[test]
fn what_the_user_means_may_be_found_from_outside_of_a_rail() {
    let flows = "
flow output rails $text
  user confirms

flow user confirms
  match Confirmed()

@loop(\"model\")
flow model
  match Found()
  send FinishFlow(flow_id=\"user confirms\")

flow main
  activate model
  bot say \"hello\"
  match Never()
";
    check(&[flows], &["Found"], &["hello"]);
}

#[test]
fn a_rail_may_end_its_own_checks() {
    let flows = "
flow output rails $text
  start long check as $check
  send FinishFlow(flow_id=\"long check\")
  match $check.Finished()

flow long check
  match Never()

flow main
  match Go()
  bot say \"hello\"
";
    check(&[flows], &["Go"], &["hello"]);
}

#[test]
fn a_conversation_cannot_take_the_rails_out_of_what_speaks_and_hears() {
    let flows = "
flow main
  match Go()
  await RemoveFlowsAction(flow_ids=[\"_bot_say\"])
  await AddFlowsAction(config=\"flow _bot_say $text\\n  await UtteranceBotAction(script=$text)\\n\")
  bot say \"secret\"
";
    check(&[SLOW_RAIL, flows], &["Go"], &[]);
}

#[test]
fn where_nobody_can_tell_whether_there_are_rails_nothing_passes() {
    let flows = "
import guardrails

flow main
  user said something
  send Heard()
";
    let fails = |_| async { Err::<(), _>(ActionError::failed("not now")) };
    let fails = ActionDescriptor::new("CheckFlowDefinedAction", fails).expect("a name");
    let runtime = Runtime::builder(support::config(flows))
        .dispatcher(
            ActionDispatcher::builder()
                .shared_resource(Arc::<Ends>::default())
                .register(fails)
                .build()
                .expect("a dispatcher"),
        )
        .without("CheckFlowDefinedAction")
        .build();
    let user = "UtteranceUserActionFinished action_uid=\"a\" final_transcript=\"hi\"";
    let sorry = format!("StartUtteranceBotAction script=\"{SORRY}\"");
    support::check_with(&runtime.expect("a runtime"), &[user], &[&sorry]);
}

#[action]
async fn judge(text: String) -> RailOutcome {
    match text.contains("bad") {
        true => RailOutcome::block(),
        false => RailOutcome::allow(),
    }
}

#[track_caller]
fn check_judged(condition: &str, expected: &[&str]) {
    let flows = format!(
        "
flow input rails $text
  $outcome = await JudgeAction(text=$text)
  if {condition}
    abort

flow talk
  user said something as $heard
  send Heard(text=$heard.transcript)

flow main
  activate talk
  match Never()
"
    );
    check(&[&flows], &["user: bad", "user: good"], expected);
}

#[test]
fn a_verdict_that_is_asked_for_what_it_does_not_have_blocks() {
    check_judged("$outcome.is_blocked", &["Heard text=\"good\""]);
    check_judged(
        "$outcome.metadata.rule",
        &["Heard text=\"bad\"", "Heard text=\"good\""],
    );
    check_judged("$outcome.is_bocked", &[]);
}
