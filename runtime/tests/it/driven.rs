//! Sessions that someone else drives: actions and timers as data, their ends as data, the same again from the inputs.

use action_sdk::{ActionResult, Event, Extension, action};
use action_sdk_runtime::{
    ActionEnd, DrivenSession, Effects, OnChange, OpenAction, ProcessOptions, Runtime,
    RuntimeErrorKind,
};
use umim::Timestamp;

use crate::support::{block_on, builder, event, shorts};

/// Who calls.
struct Caller(&'static str);

/// Looks something up, which may be done again.
#[action(name = "DrivenLookAction", idempotent)]
async fn driven_look(what: String, caller: Extension<Caller>) -> String {
    format!("{what} for {}", caller.0)
}

/// Pays, which must not be done again.
#[action(name = "DrivenPayAction")]
async fn driven_pay() -> bool {
    true
}

/// Works in the background.
#[action(name = "DrivenSlowAction", execute_async, read_only)]
async fn driven_slow() -> i64 {
    7
}

const FLOWS: &str = r#"
import timing

@active
flow looking
  match Look() as $look
  $found = await DrivenLookAction(what=$look.what)
  send Found(found=$found)

@active
flow paying
  match Pay()
  $paid = await DrivenPayAction()
  send Paid(paid=$paid)

@active
flow slow
  match Slow()
  $number = await DrivenSlowAction()
  send Slept(number=$number)

@active
flow ringing
  match Ring()
  when wait 5
    send Rang()
  or when Quiet()
    send Quieted()

flow main
  match Never()
"#;

fn runtime() -> Runtime {
    let builder = builder(FLOWS).options(ProcessOptions::chat());
    builder.perform_timers().build().expect("a runtime")
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(seconds * 1_000_000)
}

fn started() -> DrivenSession {
    let mut session = runtime().session().driven();
    session.process(&[], at(0)).expect("it starts");
    assert!(session.take_effects().actions.is_empty());
    session
}

fn send(session: &mut DrivenSession, text: &str) -> Effects {
    session.process(&[event(text)], at(1)).expect("it is taken");
    session.take_effects()
}

/// The only action that is to be performed after an event.
fn action_after(session: &mut DrivenSession, text: &str) -> OpenAction {
    let effects = send(session, text);
    let [action] = &effects.actions[..] else {
        panic!("{effects:?}")
    };
    action.clone()
}

fn end(session: &mut DrivenSession, end: ActionEnd) -> Vec<String> {
    assert!(session.end_action(end, at(2)).expect("it is taken"));
    shorts(&session.take_effects().outputs)
}

fn resumed(session: &mut DrivenSession) -> DrivenSession {
    let saved = session.snapshot().expect("it can be saved");
    let resumed = runtime().resume_driven(saved, OnChange::Refuse);
    resumed.expect("it can be resumed").0
}

#[test]
fn an_action_is_handed_out_and_its_end_taken_in() {
    let mut session = started();
    let action = action_after(&mut session, r#"Look what="tea""#);
    assert_eq!(action.start.name(), "StartDrivenLookAction");
    assert!(session.is_waiting());
    let found = ActionEnd::new(&action.start, Ok(ActionResult::value("a cup"))).expect("a start");
    assert_eq!(end(&mut session, found), [r#"Found found="a cup""#]);
    assert!(!session.is_waiting());
}

#[test]
fn an_action_can_be_performed_here_and_sees_who_calls() {
    let mut session = started();
    session.session_mut().set_extension(Caller("Ada"));
    let action = action_after(&mut session, r#"Look what="tea""#);
    let performed = session.perform(&action.action_uid).expect("it is open");
    let found = block_on(performed);
    assert_eq!(end(&mut session, found), [r#"Found found="tea for Ada""#]);
}

#[test]
fn an_end_written_down_is_the_same_when_read() {
    let mut session = started();
    let action = action_after(&mut session, "Pay");
    let performed = session.perform(&action.action_uid).expect("it is open");
    let written = serde_json::to_string(&block_on(performed)).expect("it can be written");
    let read = serde_json::from_str(&written).expect("it can be read");
    assert_eq!(end(&mut session, read), ["Paid paid=true"]);
}

#[test]
fn an_end_counts_once() {
    let mut session = started();
    let action = action_after(&mut session, "Pay");
    let paid = ActionEnd::new(&action.start, Ok(ActionResult::value(true))).expect("a start");
    assert_eq!(end(&mut session, paid.clone()).len(), 1);
    assert!(!session.end_action(paid, at(3)).expect("it is taken"));
    assert!(session.take_effects().outputs.is_empty());
}

#[test]
fn what_may_run_again_is_told() {
    let mut session = started();
    assert!(action_after(&mut session, r#"Look what="tea""#).may_run_again);
    assert!(!action_after(&mut session, "Pay").may_run_again);
    assert!(action_after(&mut session, "Slow").may_run_again);
}

#[test]
fn flows_wait_only_for_actions_in_the_foreground() {
    let mut session = started();
    action_after(&mut session, "Slow");
    assert!(!session.is_waiting());
}

#[test]
fn an_interrupted_action_is_reported_as_failed() {
    let mut session = started();
    let action = action_after(&mut session, "Pay");
    let interrupted = session.interrupted(&action.action_uid).expect("it is open");
    let reason = interrupted.finished().value("failure_reason").cloned();
    assert!(reason.is_some_and(|reason| reason.to_string().contains("nobody knows")));
    assert_eq!(end(&mut session, interrupted), ["Paid paid=null"]);
}

#[test]
fn a_timer_is_set_at_its_time_and_fires_when_told() {
    let mut session = started();
    let effects = send(&mut session, "Ring");
    let timer = &effects.timers[0];
    assert_eq!((timer.began, timer.due), (at(1), at(6)));
    assert_eq!(session.next_timer(), Some(at(6)));
    assert!(
        session
            .fire_timer(&timer.action_uid, at(6))
            .expect("it fires")
    );
    assert_eq!(shorts(&session.take_effects().outputs), ["Rang"]);
    assert_eq!(session.next_timer(), None);
}

#[test]
fn what_is_no_longer_needed_is_told() {
    let mut session = started();
    let set = send(&mut session, "Ring").timers[0].action_uid.clone();
    let effects = send(&mut session, "Quiet");
    assert_eq!(shorts(&effects.outputs), ["Quieted"]);
    assert_eq!(effects.stopped, [set]);
}

#[test]
fn a_resumed_session_hands_out_what_is_open() {
    let mut session = started();
    let action = action_after(&mut session, "Pay");
    let timer = send(&mut session, "Ring").timers[0].clone();
    let effects = resumed(&mut session).take_effects();
    assert_eq!(effects.actions, [action]);
    assert_eq!(effects.timers, [timer]);
}

#[test]
fn the_same_inputs_give_the_same_again() {
    let mut session = started();
    let mut again = resumed(&mut session);
    let run = |session: &mut DrivenSession| {
        let action = action_after(session, r#"Look what="tea""#);
        let found = ActionEnd::new(&action.start, Ok(ActionResult::value(1))).expect("a start");
        session.end_action(found, at(2)).expect("it is taken");
        let outputs = session.take_effects().outputs;
        (
            action,
            outputs,
            session.snapshot().expect("it can be saved"),
        )
    };
    assert_eq!(run(&mut session), run(&mut again));
}

#[test]
fn a_refused_event_is_told_before_it_is_taken() {
    let mut session = started();
    let claims = Event::new("DrivenPayActionFinished").with("action_uid", "x");
    let error = session
        .check(&[claims])
        .expect_err("only this process may say so");
    assert_eq!(error.kind(), RuntimeErrorKind::Refused);
}
