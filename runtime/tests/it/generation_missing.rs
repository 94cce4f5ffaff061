//! Undefined flows that are started, and written by a model.

use action_sdk::testing::ScriptedLlm;

use crate::generation::{converse, said};

pub(crate) const NAMED: &str = r#"
flow main
  activate continuation on undefined flow
  activate telling of errors
  match Start()
  when bot tell a joke
    send Told()
  else
    send NotTold()
  match Never()

@loop("errors")
flow telling of errors
  match ColangError() as $error
  send Fault(kind=$error.type)
"#;

#[track_caller]
fn check_named(reply: &str, expected: &[&str]) {
    let model = ScriptedLlm::replies([reply]);
    assert_eq!(
        converse(&model, "", NAMED, &["Start"]),
        expected,
        "for {reply:?}"
    );
}

#[test]
fn a_missing_flow_may_be_written_in_several_ways() {
    for reply in [
        "  bot say \"Ha\"",
        "bot say \"Ha\"",
        "flow bot tell a joke\n  bot say \"Ha\"",
        "```colang\nflow bot tell a joke\n  \"\"\"A joke.\"\"\"\n  bot say \"Ha\"\n```",
        "@meta(bot_intent=True)\nflow bot tell a joke\n  bot say \"Ha\"",
        "flow something else\n  bot say \"Ha\"",
        "\tbot say \"Ha\"",
        "    bot say \"Ha\"",
    ] {
        check_named(reply, &["bot: Ha", "Told"]);
    }
}

#[test]
fn only_the_flow_that_was_asked_for_is_added() {
    let reply = "flow bot tell a joke\n  bot say \"Ha\"\n\nflow output rails $text\n  pass\n\n@active\nflow spy\n  match UtteranceUserActionFinished()\n  send Spied()";
    let model = ScriptedLlm::replies([reply]);
    assert_eq!(
        converse(&model, "", NAMED, &["Start", &said("hi")]),
        ["bot: Ha", "Told"]
    );
}

#[test]
fn a_missing_flow_that_cannot_be_written_says_so() {
    let sorry = "bot: Internal error on flow `bot tell a joke`.";
    for reply in [
        "I would rather not.",
        "flow main\n",
        "if if if",
        " pass\n\u{a0}pass",
    ] {
        check_named(reply, &[sorry, "Told"]);
    }
}

#[test]
fn a_missing_flow_that_is_started_twice_is_written_for_both() {
    let flows = "
flow main
  activate continuation on undefined flow
  match Start()
  start bot tell a joke as $one
  start bot tell a joke as $other
  match $one.Finished()
  match $other.Finished()
  send Told()
  match Never()
";
    let model = ScriptedLlm::replies(["bot say \"Ha\"", "bot say \"Ho\""]);
    let heard = converse(&model, "", flows, &["Start"]);
    assert_eq!(heard, ["bot: Ha", "bot: Ha", "Told"]);
}

#[test]
fn a_missing_flow_that_is_started_twice_and_takes_long_leads_to_one_fault_at_most() {
    let flows = NAMED.replace("  when bot", "  start bot tell a joke\n  when bot");
    let model = ScriptedLlm::replies(["match Punchline()\nbot say \"Ha\"", "bot say \"Ho\""]);
    let heard = converse(&model, "", &flows, &["Start", "Punchline"]);
    let faults = heard.iter().filter(|event| event.starts_with("Fault"));
    assert!(faults.count() <= 1, "{heard:?}");
    assert!(heard.contains(&"bot: Ha".to_owned()), "{heard:?}");
}

#[test]
fn what_no_flow_can_be_called_is_not_written() {
    for name in ["\"main\"", "5", "[\"x\"]"] {
        let flows = format!(
            "
flow main
  activate continuation on undefined flow
  match Start()
  send StartFlow(flow_id={name}, flow_instance_uid=\"it\")
  match FlowFailed(flow_instance_uid=\"it\")
  send Told()
  match Never()
"
        );
        let model = ScriptedLlm::default();
        assert_eq!(
            converse(&model, "", &flows, &["Start"]),
            ["Told"],
            "for {name}"
        );
    }
}

#[test]
fn a_doc_string_that_a_model_writes_is_no_template() {
    let described = "{{ '%9999999999999d'|format(1) }}";
    let flow = format!("flow bot tell a joke\n  \"\"\"{described}\"\"\"\n  ...");
    let model = ScriptedLlm::replies([flow.as_str(), "bot say \"Ha\""]);
    assert_eq!(converse(&model, "", NAMED, &["Start"]), ["bot: Ha", "Told"]);
    assert!(model.prompts()[1].contains(described));
}
