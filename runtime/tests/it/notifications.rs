//! How the library reports errors: those in flows, of actions that fail, and both within checks.

use crate::guardrails::{check, heard};
use crate::support::{self, SORRY};

const NOTIFIED: &str = "
flow main
  activate notification of colang errors \"sorry\"
  activate job
  match Never()
";

/// Checks the reports of the library; each of these flows runs after `Go`, or is a check.
#[track_caller]
fn hears(flows: &str, expected: &[&str]) {
    check(&[NOTIFIED, flows], &["Go"], expected);
}

#[test]
fn an_error_in_a_flow_is_heard() {
    hears("flow job\n  match Go()\n  $x = [1][4]\n", &["sorry"]);
}

#[test]
fn an_action_that_fails_is_heard() {
    hears(
        "flow job\n  match Go()\n  await FailAction()\n  send Done()\n",
        &["Done", "sorry"],
    );
}

#[test]
fn an_action_in_the_background_that_fails_is_heard() {
    hears(
        "flow job\n  match Go()\n  start FailAction()\n  match Never()\n",
        &["sorry"],
    );
}

#[test]
fn an_action_that_is_given_a_wrong_value_is_heard() {
    hears(
        "flow job\n  match Go()\n  $a = \"one\"\n  await AddAction(a=$a, b=2)\n  match Never()\n",
        &["sorry"],
    );
}

#[test]
fn an_action_that_is_stopped_is_no_error() {
    let job = "flow job\n  match Go()\n  start SlowAction(n=1) as $slow\n  send $slow.Stop()\n  match Never()\n";
    let flows = format!("import core\n{NOTIFIED}\n{job}");
    let heard = heard(support::config(&flows), 1, &["Go"]);
    assert!(!heard.contains(&"sorry".to_owned()), "{heard:?}");
}

#[test]
fn an_error_in_a_check_is_heard() {
    let input_rails = "flow input rails $text\n  $x = [1][4]\n";
    let job = "flow job\n  user said something\n  send Heard()\n";
    check(&[NOTIFIED, input_rails, job], &["user: hi"], &["sorry"]);
}

#[test]
fn an_action_that_fails_in_a_check_is_heard() {
    let input_rails = "flow input rails $text\n  await FailAction()\n";
    let job = "flow job\n  user said something\n  send Heard()\n";
    check(&[NOTIFIED, input_rails, job], &["user: hi"], &["sorry"]);
}

#[test]
fn an_error_in_the_check_of_what_it_says_is_not_heard_for_ever() {
    let output_rails = "flow output rails $text\n  $x = [1][4]\n";
    let job = "flow job\n  match Go()\n  bot say \"hi\"\n  send Said()\n";
    hears(&format!("{output_rails}\n{job}"), &[]);
}

#[test]
fn an_action_that_fails_in_the_check_of_what_it_says_is_not_heard_for_ever() {
    let output_rails = "flow output rails $text\n  await FailAction()\n";
    let job = "flow job\n  match Go()\n  bot say \"hi\"\n  send Said()\n";
    hears(&format!("{output_rails}\n{job}"), &[SORRY]);
}

#[test]
fn nobody_is_told_of_a_failed_action_who_does_not_ask() {
    let flows = "
flow observer
  match UnhandledEvent(event=\"ActionFailed\")
  send Unhandled()

flow main
  activate observer
  match Go()
  await FailAction()
  match Never()
";
    check(&[flows], &["Go"], &[SORRY]);
}
