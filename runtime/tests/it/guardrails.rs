//! Rails of the library: what they let pass, what they block, and that no message bypasses them.

use std::collections::BTreeSet;

use action_sdk::action;
use action_sdk_runtime::{Config, ProcessOptions, parse_config};

use crate::support;

/// Waits for an external verdict on each message.
pub(crate) const SLOW_RAIL: &str = "
flow output rails $text
  match Checked(text=$text) as $verdict
  if not $verdict.ok
    abort
";

/// Each says something with its own event, and again after it was blocked.
const TWO_SPEAKERS: &str = "
@loop(\"left\")
flow left
  match Left() as $go
  bot say $go.text

@loop(\"right\")
flow right
  match Right() as $go
  bot say $go.text

flow main
  activate left
  activate right
  match Never()
";

/// Checks the texts that are said, and the names of other events, after these events one by one.
#[track_caller]
pub(crate) fn check(flows: &[&str], sent: &[&str], expected: &[&str]) {
    let flows = format!("import guardrails\n{}", flows.join("\n"));
    let config = parse_config("", [("main.co", flows)]).expect("the flows are fine");
    check_config(config, sent, expected);
}

#[track_caller]
pub(crate) fn check_config(config: Config, sent: &[&str], expected: &[&str]) {
    assert_eq!(heard(config, 1, sent), expected);
}

/// Checks that the result is one of these for every seed, and that each of them occurs.
#[track_caller]
fn check_any(flows: &[&str], sent: &[&str], expected: &[&[&str]]) {
    let flows = format!("import guardrails\n{}", flows.join("\n"));
    let config = parse_config("", [("main.co", flows)]).expect("the flows are fine");
    let found = (0..12).map(|seed| heard(config.clone(), seed, sent));
    let found: BTreeSet<_> = found.collect();
    let expected = expected.iter();
    let expected = expected.map(|texts| texts.iter().map(|text| (*text).to_owned()).collect());
    assert_eq!(found, expected.collect());
}

/// The output, with the conversation saved and resumed before every event.
pub(crate) fn heard(config: Config, seed: u64, sent: &[&str]) -> Vec<String> {
    let builder = support::builder_of(config);
    let builder = builder.caller_performs_any().seed(seed);
    let runtime = builder.build().expect("a runtime");
    let out = support::block_on(async {
        let mut session = runtime.session();
        let mut out = support::send(&mut session, &[]).await;
        for event in sent {
            let event = match event.strip_prefix("user: ") {
                Some(text) => format!(
                    "UtteranceUserActionFinished action_uid=\"{text}\" final_transcript=\"{text}\""
                ),
                None => (*event).to_owned(),
            };
            let saved = session.snapshot().expect("it can be saved");
            session = runtime.resume(saved).expect("it can be taken up again");
            out.extend(support::send(&mut session, &[&event]).await);
        }
        out
    });
    let out = out
        .iter()
        .filter(|event| !event.starts_with("ActionFailed "));
    let out = out.map(|event| {
        let script = event.strip_prefix("StartUtteranceBotAction script=");
        script.map_or(event.as_str(), |script| script.trim_matches('"'))
    });
    out.map(str::to_owned).collect()
}

#[test]
fn an_input_rail_blocks() {
    let flows = "
flow input rails $text
  if \"bad\" in $text
    abort

flow talk
  user said something
  send Heard()

flow main
  activate talk
  match Never()
";
    check(&[flows], &["user: bad", "user: good"], &["Heard"]);
}

#[test]
fn an_output_rail_blocks_every_time() {
    let (no, yes) = ("Checked text=\"a\" ok=false", "Checked text=\"b\" ok=true");
    check(
        &[SLOW_RAIL, TWO_SPEAKERS],
        &[
            "Left text=\"a\"",
            no,
            "Left text=\"a\"",
            no,
            "Left text=\"b\"",
            yes,
        ],
        &["b"],
    );
}

#[test]
fn an_output_rail_changes_the_message() {
    let flows = "
flow output rails $text
  global $bot_message
  $bot_message = $text.replace(\"1234\", \"****\")

flow main
  match Go()
  bot say \"the code is 1234\"
";
    check(&[flows], &["Go"], &["the code is ****"]);
}

#[test]
fn an_input_rail_changes_the_message() {
    let flows = "
flow input rails $text
  global $user_message
  $user_message = $text.upper()

flow main
  global $user_message
  user said something as $heard
  send Heard(said=$heard.transcript, message=$user_message)
  match Never()
";
    check(
        &[flows],
        &["user: hi"],
        &["Heard said=\"hi\" message=\"HI\""],
    );
}

#[test]
fn a_message_of_another_flow_is_checked_while_a_check_goes_on() {
    check(
        &[SLOW_RAIL, TWO_SPEAKERS],
        &[
            "Left text=\"a\"",
            "Right text=\"b\"",
            "Checked text=\"a\" ok=true",
            "Checked text=\"b\" ok=false",
        ],
        &["a"],
    );
}

#[test]
fn one_that_is_blocked_lets_the_next_one_be_checked() {
    check(
        &[SLOW_RAIL, TWO_SPEAKERS],
        &[
            "Left text=\"a\"",
            "Right text=\"b\"",
            "Checked text=\"a\" ok=false",
            "Checked text=\"b\" ok=true",
        ],
        &["b"],
    );
}

#[test]
fn a_message_that_waits_for_its_check_does_not_change_the_one_being_checked() {
    let rail = "
flow output rails $text
  global $bot_message
  match Checked()
  $bot_message = \"{$bot_message}!\"
";
    check(
        &[rail, TWO_SPEAKERS],
        &["Left text=\"a\"", "Right text=\"b\"", "Checked", "Checked"],
        &["a!", "b!"],
    );
}

#[test]
fn a_message_stopped_in_its_check_leaves_the_check_on() {
    let flows = "
flow speak
  match Go()
  start bot say \"a\" as $said
  match Stop()
  send $said.Stop()
  match Again()
  bot say \"b\"

flow main
  activate speak
  match Never()
";
    check(
        &[SLOW_RAIL, flows],
        &["Go", "Stop", "Again", "Checked text=\"b\" ok=false"],
        &[],
    );
    check(
        &[SLOW_RAIL, flows],
        &["Go", "Stop", "Again", "Checked text=\"b\" ok=true"],
        &["b"],
    );
}

#[test]
fn a_message_waiting_behind_one_that_is_stopped_is_checked() {
    let flows = "
@loop(\"stoppable\")
flow stoppable
  match Go()
  start bot say \"a\" as $said
  match Stop()
  send $said.Stop()

flow main
  activate stoppable
  match Other()
  bot say \"b\"
";
    check(
        &[SLOW_RAIL, flows],
        &["Go", "Other", "Stop", "Checked text=\"b\" ok=true"],
        &["b"],
    );
}

#[test]
fn what_an_output_rail_says_is_not_checked() {
    let flows = "
flow output rails $text
  if \"secret\" in $text
    bot say \"that is a secret\"
    abort

flow main
  match Go()
  bot say \"secret\"
";
    check(&[flows], &["Go"], &["that is a secret"]);
}

#[test]
fn what_an_output_rail_says_does_not_take_the_place_of_the_message() {
    let flows = "
flow output rails $text
  start bot say \"one moment\"

flow main
  match Go()
  bot say \"hello\"
";
    let expected = ["one moment", "StopUtteranceBotAction", "hello"];
    check(&[flows], &["Go"], &expected);
}

#[test]
fn what_an_input_rail_says_is_checked() {
    let flows = "
flow input rails $text
  bot say \"secret\"
  abort

flow output rails $text
  if \"secret\" in $text
    abort

flow main
  user said something
";
    check(&[flows], &["user: hi"], &[]);
}

#[test]
fn the_unexpected_goes_through_the_rails() {
    let flows = "
flow input rails $text
  if \"bad\" in $text
    abort

flow talk
  user said something unexpected
  send Heard()

flow main
  activate talk
  match Never()
";
    check(&[flows], &["user: bad", "user: odd"], &["Heard"]);
}

#[test]
fn of_two_flows_that_answer_one_is_checked_and_says_its_own() {
    let flows = "
flow output rails $text
  global $bot_message
  if $bot_message == \"What?\"
    abort

flow greet
  user said \"hi\"
  bot say \"Hello\"

flow ask
  user said something
  bot say \"What?\"

flow main
  activate greet
  activate ask
  match Never()
";
    check_any(&[flows], &["user: hi"], &[&["Hello"], &[]]);
}

#[test]
fn flows_that_say_the_same_say_it_once() {
    let flows = "
flow left
  match Go()
  bot say \"a\"

flow right
  match Go()
  bot say \"a\"

flow main
  activate left
  activate right
  match Never()
";
    let yes = "Checked text=\"a\" ok=true";
    check(&[SLOW_RAIL, flows], &["Go", yes], &["a"]);
}

#[test]
fn the_variable_tells_whether_a_check_goes_on() {
    let flows = "
@loop(\"tell\")
flow tell
  global $output_rails_in_progress
  match Ask()
  send Told(checking=$output_rails_in_progress)

flow main
  activate tell
  activate left
  activate right
  match Never()
";
    let speakers = TWO_SPEAKERS.split("flow main").next().unwrap_or_default();
    check(
        &[SLOW_RAIL, speakers, flows],
        &[
            "Left text=\"a\"",
            "Ask",
            "Checked text=\"a\" ok=false",
            "Ask",
        ],
        &["Told checking=true", "Told checking=false"],
    );
}

#[test]
fn a_gesture_beside_a_message_is_made() {
    let flows = "
flow gesture
  await GestureBotAction(gesture=\"wave\")

flow main
  match Go()
  start bot say \"a\" and gesture
  match Never()
";
    let yes = "Checked text=\"a\" ok=true";
    check(
        &[SLOW_RAIL, flows],
        &["Go", yes],
        &["StartGestureBotAction gesture=\"wave\"", "a"],
    );
}

#[action]
async fn is_polite(#[arg(context)] user_message: String) -> bool {
    user_message != "bad"
}

#[test]
fn messages_that_come_together_are_checked_each() {
    let flows = "
import guardrails

flow input rails $text
  $polite = await IsPoliteAction()
  if not $polite
    abort

@loop(\"one\")
flow one
  user said \"bad\"
  send HeardBad()

@loop(\"two\")
flow two
  user said \"good\"
  send HeardGood()

flow main
  activate one
  activate two
  match Never()
";
    let runtime = support::builder(flows).build().expect("a runtime");
    let said = |text| {
        format!("UtteranceUserActionFinished action_uid=\"{text}\" final_transcript=\"{text}\"")
    };
    let sent = [said("bad"), said("good")];
    let heard = support::block_on(async {
        let mut session = runtime.session();
        support::send(&mut session, &[]).await;
        support::send(&mut session, &sent.each_ref().map(String::as_str)).await
    });
    assert_eq!(heard, ["HeardGood"]);
}

/// Each check has two steps, of which the second reads the variable.
const SLOW_INPUT_RAIL: &str = "
flow input rails $text
  global $user_message
  match Checked(text=$text)
  if $user_message != $text or \"bad\" in $user_message
    abort
";

const LISTENERS: &str = "
flow greet
  user said \"hi\"
  send Greet()

flow ask
  user said something
  send Ask()

@loop(\"other\")
flow other
  user said \"bad\" or user said \"fine\"
  send Other()

flow main
  activate greet
  activate ask
  activate other
  match Never()
";

#[test]
fn what_is_said_while_something_is_checked_is_checked_next() {
    let (bad, hi) = ("Checked text=\"bad\"", "Checked text=\"hi\"");
    check(
        &[SLOW_INPUT_RAIL, LISTENERS],
        &["user: bad", "user: hi", bad, hi],
        &["Greet"],
    );
    check(
        &[SLOW_INPUT_RAIL, LISTENERS],
        &["user: fine", "user: hi", hi, "Checked text=\"fine\"", hi],
        &["Ask", "Other", "Greet"],
    );
}

#[test]
fn flows_that_hear_the_same_compete_after_a_check_before_them() {
    let later = "  match Later()\n  user said something\n";
    let flows = LISTENERS.replace("  user said something\n", later);
    check_any(
        &[SLOW_INPUT_RAIL, &flows],
        &[
            "user: fine",
            "Later",
            "user: hi",
            "Checked text=\"fine\"",
            "Checked text=\"hi\"",
        ],
        &[&["Other", "Ask"], &["Other", "Greet"]],
    );
}

#[test]
fn many_messages_at_once_are_all_checked() {
    let speaker =
        |n| format!("@loop(\"l{n}\")\nflow speaker{n}\n  match Go()\n  bot say \"m{n}\"\n");
    let speakers: Vec<_> = (0..5).map(speaker).collect();
    let activations: String = (0..5).map(|n| format!("  activate speaker{n}\n")).collect();
    let main = format!("flow main\n{activations}  match Never()\n");
    let flows = [
        "import guardrails\n",
        SLOW_RAIL,
        &speakers.join("\n"),
        &main,
    ]
    .join("\n");
    let config = parse_config("", [("main.co", flows)]).expect("the flows are fine");
    let verdict = |n| format!("Checked text=\"m{n}\" ok={}", n != 2);
    let verdicts = (0..25).map(|at| verdict(at % 5));
    let sent: Vec<_> = ["Go".to_owned()].into_iter().chain(verdicts).collect();
    let sent: Vec<_> = sent.iter().map(String::as_str).collect();
    let mut said = heard(config, 1, &sent);
    said.sort_unstable();
    assert_eq!(said, ["m0", "m1", "m3", "m4"]);
}

#[test]
fn dozens_of_messages_at_once_are_all_said() {
    let speaker =
        |n| format!("@loop(\"l{n}\")\nflow speaker{n}\n  match Go()\n  bot say \"m{n}\"\n");
    let speakers: Vec<_> = (0..36).map(speaker).collect();
    let activations: String = (0..36)
        .map(|n| format!("  activate speaker{n}\n"))
        .collect();
    let main = format!("flow main\n{activations}  match Never()\n");
    let rail = "flow output rails $text\n  await AddAction(a=1, b=2)\n";
    let flows = ["import guardrails\n", rail, &speakers.join("\n"), &main].join("\n");
    let runtime = support::builder(&flows)
        .options(ProcessOptions::chat())
        .build()
        .expect("a runtime");
    let said = support::block_on(async {
        let mut session = runtime.session();
        support::send(&mut session, &[]).await;
        let go = vec![support::event("Go")];
        let events = session.process_events(go).await;
        let events = events.expect("the event is fine");
        let said = events
            .iter()
            .filter(|event| event.value("final_script").is_some());
        said.count()
    });
    assert_eq!(said, 36);
}
