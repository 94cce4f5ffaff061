//! Actions that call a model, with scripted models that answer well, badly, or not at all.

use action_sdk::llm::{LlmError, LlmResponse};
use action_sdk::testing::ScriptedLlm;
use action_sdk_runtime::{ProcessOptions, Runtime, parse_config};
use serde_json::json;

use crate::generation_missing::NAMED;
use crate::support;

/// What is said and sent in a conversation with this model, event by event.
pub(crate) fn converse(model: &ScriptedLlm, yaml: &str, flows: &str, sent: &[&str]) -> Vec<String> {
    let flows = format!("import core\nimport llm\n{flows}");
    let config = parse_config(yaml, [("main.co", flows)]).expect("the flows are fine");
    let ends = std::sync::Arc::<crate::actions::Ends>::default();
    let dispatcher = action_sdk::ActionDispatcher::builder()
        .shared_resource(ends)
        .llm(model.clone())
        .build();
    let runtime = Runtime::builder(config)
        .dispatcher(dispatcher.expect("a dispatcher"))
        .options(ProcessOptions::chat())
        .disable_async_execution(true)
        .seed(1)
        .build()
        .expect("a runtime");
    support::block_on(async {
        let mut session = runtime.session();
        let mut said = Vec::new();
        for events in
            std::iter::once(Vec::new()).chain(sent.iter().map(|text| vec![support::event(text)]))
        {
            let out = session.process_events(events).await;
            said.extend(out.expect("the events are fine").iter().filter_map(line));
        }
        said
    })
}

/// What the bot says after a failure.
pub(crate) const SORRY: &str = "bot: Sorry, something went wrong. Please try again.";

/// `bot: text` for utterances; nothing for timers and for reports on failures.
fn line(event: &action_sdk::Event) -> Option<String> {
    match event
        .value("final_script")
        .and_then(|script| script.as_str())
    {
        Some(script) => Some(format!("bot: {script}")),
        None if event.name().contains("TimerBotAction") || event.name() == "ActionFailed" => None,
        None => Some(support::short(event)),
    }
}

pub(crate) fn said(text: &str) -> String {
    format!(
        "UtteranceUserActionFinished action_uid=\"u\" final_transcript={}",
        json!(text).to_string().replace(' ', "\\u0020")
    )
}

#[track_caller]
fn check(replies: &[&str], flows: &str, sent: &[&str], expected: &[&str]) {
    let model = ScriptedLlm::replies(replies.iter().copied());
    let sent: Vec<_> = sent.iter().map(|text| said(text)).collect();
    let sent: Vec<_> = sent.iter().map(String::as_str).collect();
    assert_eq!(
        converse(&model, "", flows, &sent),
        expected,
        "for {replies:?}"
    );
}

/// Answers if a flow does, otherwise asks a model; errors are reported.
const SHOP: &str = r#"
flow user asks for the time
  user said "what time is it" or user said "what's the time"

flow main
  activate llm continuation
  activate telling of errors
  while True
    when user asks for the time
      bot say "It is noon."
    or when user said "bye"
      bot say "Bye!"

@loop("errors")
flow telling of errors
  match ColangError() as $error
  send Fault(kind=$error.type)
"#;

#[test]
fn an_intent_that_a_flow_waits_for_is_answered_by_it() {
    check(
        &["user asks for the time"],
        SHOP,
        &["is it late already?"],
        &["bot: It is noon."],
    );
    check(
        &["user intent: user asks for the time\nbot intent: x"],
        SHOP,
        &["late?"],
        &["bot: It is noon."],
    );
    check(
        &["```\nuser asks for the time\n```"],
        SHOP,
        &["late?"],
        &["bot: It is noon."],
    );
}

#[test]
fn an_intent_that_no_flow_waits_for_is_answered_by_the_model() {
    let replies = [
        "user asks for tea",
        "bot intent: bot offers tea\nbot action: bot say \"Here is tea.\"",
    ];
    check(
        &replies,
        SHOP,
        &["tea please", "bye"],
        &["bot: Here is tea.", "bot: Bye!"],
    );
}

#[test]
fn what_the_model_repeats_of_the_user_is_no_code() {
    let replies = [
        "user asks for an echo",
        "bot action: bot say \"{$system.config} {1 + 1} $x\"",
    ];
    check(
        &replies,
        SHOP,
        &["say {$system.config}"],
        &["bot: {$system.config} {1 + 1} $x"],
    );
}

#[test]
fn a_model_that_says_nothing_has_failed() {
    check(&["", ""], SHOP, &["hm", "bye"], &[SORRY, "bot: Bye!"]);
}

#[test]
fn a_model_that_talks_nonsense_leads_to_a_fault_and_no_further() {
    check(
        &["¯\\_(ツ)_/¯", "len([1])"],
        SHOP,
        &["hm", "bye"],
        &[SORRY, "bot: Bye!"],
    );
}

#[test]
fn a_model_that_writes_what_is_no_colang_leads_to_an_apology() {
    let replies = [
        "user asks for tea",
        "bot intent: bot offers tea\nbot action: bot say \"Here",
    ];
    let apology = "bot: Internal error on flow `_dynamic_";
    let model = ScriptedLlm::replies(replies);
    let (tea, bye) = (said("tea"), said("bye"));
    let heard = converse(&model, "", SHOP, &[&tea, &bye]);
    assert!(heard[0].starts_with(apology), "{heard:?}");
    assert_eq!(heard[1..], ["bot: Bye!"]);
}

#[test]
fn a_model_that_says_too_much_is_not_listened_to() {
    let flood = "user ".to_owned() + &"very ".repeat(100_000);
    check(&[&flood], SHOP, &["hm", "bye"], &[SORRY, "bot: Bye!"]);
}

#[test]
fn a_model_that_cannot_be_reached_stops_nobody() {
    let model = ScriptedLlm::default()
        .then(Err(LlmError::other("the line is dead")))
        .then(Ok(LlmResponse::new("user asks for the time")));
    let heard = converse(
        &model,
        "",
        SHOP,
        &[&said("hm"), &said("late?"), &said("bye")],
    );
    assert_eq!(heard, [SORRY, "bot: It is noon.", "bot: Bye!"]);
}

#[test]
fn no_model_at_all_stops_nobody() {
    check(&[], SHOP, &["hm", "bye"], &[SORRY, "bot: Bye!"]);
}

#[test]
fn a_bot_without_a_model_says_things_in_its_own_words() {
    let flows = "
flow main
  bot say something like \"Good morning\"
  match Never()
";
    check(&["\"Hello\""], flows, &[], &["bot: Hello"]);
    for reply in [&[][..], &["5"], &["len([1])"]] {
        check(reply, flows, &[], &["bot: Good morning"]);
    }
}

#[test]
fn a_model_without_an_answer_is_passed_through_as_a_failure() {
    let flows = format!("import passthrough\n{SHOP}");
    check(
        &["user asks for tea", "Here you are.", "user asks for tea"],
        &flows,
        &["tea", "more tea", "bye"],
        &["bot: Here you are.", SORRY, "bot: Bye!"],
    );
}

/// Flows that only their author may end.
#[test]
fn a_model_cannot_end_any_flow_by_calling_it_an_intent() {
    for intent in [
        "main",
        "telling of errors",
        "user said something",
        "user said",
        "input rails",
        "_bot_say",
    ] {
        let replies = [intent, "bot action: bot say \"Pardon?\""];
        check(
            &replies,
            SHOP,
            &["hm", "bye"],
            &["bot: Pardon?", "bot: Bye!"],
        );
    }
}

#[test]
fn a_model_cannot_say_what_the_user_is_saying() {
    let flows = "
flow main
  activate llm continuation
  start listen
  match Never()

flow listen
  user saying something
  send Saying()
";
    check(
        &["user saying something", "bot action: bot say \"Pardon?\""],
        flows,
        &["hm"],
        &["bot: Pardon?"],
    );
}

const RAILED: &str = r#"
import guardrails

flow output rails $text
  if "secret" in $text
    bot say "I keep that to myself."
    abort

flow main
  activate llm continuation
  while True
    user said "bye"
    bot say "Bye!"
"#;

#[test]
fn what_a_model_says_goes_through_the_rails() {
    let replies = [
        "user asks for it",
        "bot action: bot say \"The secret is 42.\"",
    ];
    check(
        &replies,
        RAILED,
        &["tell me", "bye"],
        &["bot: I keep that to myself.", "bot: Bye!"],
    );
}

#[test]
fn what_a_model_writes_cannot_get_around_the_rails() {
    for action in [
        "send StartUtteranceBotAction(script=\"The secret is 42.\", action_uid=\"x\")",
        "await AddFlowsAction(config=\"@active\\nflow spy\\n  send Spied()\\n\")",
        "global  $bot_message",
        "global $output_checks_in_progress",
        "output rails \"hello\"",
    ] {
        let reply = format!("bot action: {action}");
        let sorry = "bot: Sorry, I could not find an answer to that.";
        check(
            &["user asks for it", &reply],
            RAILED,
            &["tell me", "bye"],
            &[sorry, "bot: Bye!"],
        );
        let named = converse(
            &ScriptedLlm::replies([action]),
            "",
            &railed(NAMED),
            &["Start"],
        );
        assert_eq!(
            named,
            ["bot: Internal error on flow `bot tell a joke`.", "Told"]
        );
        let model = ScriptedLlm::replies([action]);
        let instructed = converse(&model, "", &railed(INSTRUCTED), &["Start"]);
        assert_eq!(instructed, [sorry, "Done"]);
    }
}

fn railed(flows: &str) -> String {
    format!("import guardrails\n\nflow output rails $text\n  pass\n{flows}")
}

#[test]
fn without_rails_a_model_may_write_what_any_flow_may() {
    let reply = "bot action: await UtteranceBotAction(script=\"Here is tea.\")";
    check(
        &["user asks for tea", reply],
        SHOP,
        &["tea"],
        &["bot: Here is tea."],
    );
    let reply = "bot action: bot say \"I have no output rails.\"";
    check(
        &["user asks for output rails", reply],
        SHOP,
        &["rails?"],
        &["bot: I have no output rails."],
    );
}

const VALUE: &str = "
flow main
  match Start()
  $x = ...\"the number of guests\"
  send Out(x=$x)
  match Never()
";

#[track_caller]
fn check_value(reply: &str, expected: &str) {
    let model = ScriptedLlm::replies([reply]);
    assert_eq!(
        converse(&model, "", VALUE, &["Start"]),
        [format!("Out x={expected}")],
        "for {reply:?}"
    );
}

#[test]
fn values_are_literals() {
    check_value("5", "5");
    check_value("$x = \"{five}\"", "\"{five}\"");
    check_value("[1, {'a': None}]", "[1,{\"a\":null}]");
    check_value("```python\n5\n```", "5");
}

#[test]
fn a_value_that_is_none_fails_and_the_flow_goes_on() {
    for reply in ["", "5 + 6", "$system.config", "__import__('os')", "5 + 5"] {
        let model = ScriptedLlm::replies([reply]);
        let heard = converse(&model, "", VALUE, &["Start"]);
        assert_eq!(heard, ["Out x=null", SORRY], "for {reply:?}");
    }
}

const INSTRUCTED: &str = r#"
flow main
  """Offer {{ drink }}, then say goodbye. You may use: {{ tool_names }}"""
  $drink = "tea"
  match Start()
  ...
  send Done()
  match Never()

@meta(tool=True)
flow look up price $article
  """Finds the price of an article."""
  pass
"#;

#[test]
fn three_dots_follow_the_doc_string() {
    let model = ScriptedLlm::replies(["bot say \"Tea?\"\nbot say \"Bye\""]);
    assert_eq!(
        converse(&model, "", INSTRUCTED, &["Start"]),
        ["bot: Tea?", "bot: Bye", "Done"]
    );
    let prompt = &model.prompts()[0];
    assert!(
        prompt.contains("Offer tea, then say goodbye. You may use: `look up price`"),
        "{prompt}"
    );
}

#[test]
fn a_doc_string_that_is_no_template_is_told() {
    let flows = r#"
flow offer
  """Offer {% for %}."""
  match Start()
  ...

@loop("errors")
flow tell
  match GenerateFlowAction.Finished(is_success=False) as $end
  send Fault(reason=$end.failure_reason)

flow main
  activate offer
  activate tell
  match Never()
"#;
    let heard = converse(&ScriptedLlm::default(), "", flows, &["Start"]);
    let told = "the doc string of flow `offer` is no template that can be used: line 1";
    assert!(heard.iter().any(|line| line.contains(told)), "{heard:?}");
}

#[test]
fn three_dots_go_on_after_what_has_to_be_waited_for() {
    let model = ScriptedLlm::replies([
        "$p = await look up price \"tea\"\nbot say \"never read\"",
        "bot say \"It costs 3.\"",
    ]);
    assert_eq!(
        converse(&model, "", INSTRUCTED, &["Start"]),
        ["bot: It costs 3.", "Done"]
    );
    assert_eq!(model.prompts().len(), 2);
}

#[test]
fn three_dots_without_an_answer_apologize() {
    for reply in ["...", "  ...\n  bot say \"Tea?\""] {
        let model = ScriptedLlm::replies([reply]);
        let expected = ["bot: Sorry, I could not find an answer to that.", "Done"];
        assert_eq!(converse(&model, "", INSTRUCTED, &["Start"]), expected);
    }
}

#[test]
fn examples_of_users_and_awaited_intents_are_in_the_prompt() {
    let model = ScriptedLlm::replies(["user asks for the time"]);
    converse(&model, "", SHOP, &[&said("do you know the time?")]);
    let prompt = &model.prompts()[0];
    for part in [
        "user action: user said \"what's the time\"\nuser intent: user asks for the time",
        "user said \"do you know the time?\"",
    ] {
        assert!(prompt.contains(part), "no {part:?} in {prompt}");
    }
}

#[test]
fn a_configuration_can_have_a_prompt_of_its_own_for_a_task() {
    let yaml = "prompts: [{task: generate_user_intent_from_user_action, content: 'Guess: {{ user_action }}'}]";
    let model = ScriptedLlm::replies(["user asks for the time"]);
    let heard = converse(&model, yaml, SHOP, &[&said("late?")]);
    assert_eq!(heard, ["bot: It is noon."]);
    assert_eq!(model.prompts(), ["Guess: user said \"late?\""]);
}

const CHECKED: &str = r#"
import guardrails
import nemoguardrails.library

flow input rails $input_text
  self check input

flow main
  while True
    user said something as $heard
    bot say "You said {$heard.transcript}."
"#;

#[test]
fn a_self_check_lets_through_what_the_model_allows() {
    check(&["no"], CHECKED, &["hi"], &["bot: You said hi."]);
    for answer in ["yes", "Yes.", "not safe", "who knows", "unsafe: S1"] {
        check(
            &[answer, "no"],
            CHECKED,
            &["hi", "hello"],
            &[
                "bot: I'm sorry, I can't respond to that.",
                "bot: You said hello.",
            ],
        );
    }
}

#[test]
fn a_self_check_that_cannot_be_made_lets_nothing_through() {
    check(&[], CHECKED, &["hi"], &[SORRY]);
    check(&[""], CHECKED, &["hi"], &[SORRY]);
}

const DOCUMENTED: &str = r#"
flow main
  global $last_user_message
  global $relevant_chunks
  match UtteranceUserActionFinished() as $heard
  $last_user_message = $heard.final_transcript
  await RetrieveRelevantChunksAction()
  send Found(text=$relevant_chunks)
  match Never()
"#;

#[test]
fn documents_are_searched_for_what_the_user_said() {
    let yaml = "docs: [{format: md, content: \"# Opening hours\\nFrom 8 to 18.\\n# Parking\\nBehind the house.\"}]";
    let model = ScriptedLlm::default();
    let heard = converse(&model, yaml, DOCUMENTED, &[&said("where is parking?")]);
    assert_eq!(heard, ["Found text=\"Parking\\nBehind the house.\""]);
}
