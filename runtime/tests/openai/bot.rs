//! A bot with models from its configuration, which it calls.

use action_sdk::{ActionDispatcher, Event};
use action_sdk_runtime::{ProcessOptions, Runtime, openai, parse_config};
use serde_json::Value;

use crate::server::{Asked, Reply, Server, answer_of, block_on};

const FLOWS: &str = r#"
import core
import llm

flow main
  activate llm continuation
  match RestartEvent()
"#;

const CHECKED: &str = r#"
import core

flow main
  user said something
  $passes = await SelfCheckInputAction(user_message="bomb?")
  $size = ..."how big is it?"
  bot say "{$size}"
"#;

fn said(text: &str) -> Event {
    Event::new("UtteranceUserActionFinished")
        .with("action_uid", "u")
        .with("final_transcript", text)
}

/// The bot's answers, and the requests to its models.
fn converse(yaml: &str, flows: &str, user: &str, replies: &[&str]) -> (Vec<String>, Vec<Asked>) {
    block_on(async {
        let replies = replies.iter().map(|text| Reply::json(&answer_of(text)));
        let server = Server::answering(replies).await;
        let yaml = yaml.replace("URL", &server.url);
        let config = parse_config(&yaml, [("main.co", flows)]).expect("a configuration");
        let models = openai::models_with(config.rails(), |_| Some("sk-0123456789".to_owned()));
        let dispatcher = models.expect("models").offer(ActionDispatcher::builder());
        let runtime = Runtime::builder(config)
            .dispatcher(dispatcher.build().expect("a dispatcher"))
            .disable_async_execution(true)
            .options(ProcessOptions::chat())
            .build()
            .expect("a runtime");
        let mut session = runtime.session();
        let mut texts = Vec::new();
        for events in [Vec::new(), vec![said(user)]] {
            let out = session.process_events(events).await;
            let out = out.expect("the events are fine");
            let script = |event: &Event| {
                event
                    .value("final_script")
                    .and_then(Value::as_str)
                    .map(str::to_owned)
            };
            texts.extend(out.iter().filter_map(script));
        }
        (texts, server.asked())
    })
}

#[test]
fn an_unexpected_utterance_is_answered() {
    let yaml =
        "models:\n  - {type: main, engine: openai, model: gpt-4o, parameters: {base_url: URL}}\n";
    let answer = "user intent: user asked about ice\nbot intent: bot say cold\nbot action: bot say \"Ice is cold.\"";
    let (texts, asked) = converse(yaml, FLOWS, "is ice cold?", &[answer, answer]);
    assert_eq!(texts, ["Ice is cold."]);
    assert_eq!(asked[0].body["model"], "gpt-4o");
    assert_eq!(
        asked[0].header("authorization"),
        Some("Bearer sk-0123456789")
    );
    assert!(asked[0].body.to_string().contains("is ice cold?"));
}

#[test]
fn a_task_is_asked_of_its_own_model() {
    let yaml = "
models:
  - {type: main, engine: vllm, model: large, parameters: {base_url: URL}}
  - {type: self_check_input, engine: vllm, model: small, parameters: {base_url: URL}}
  - {type: generate_value_from_instruction, engine: vllm, model: exact, parameters: {base_url: URL}}
";
    let (texts, asked) = converse(yaml, CHECKED, "is ice cold?", &["no", "7"]);
    let models: Vec<&Value> = asked.iter().map(|asked| &asked.body["model"]).collect();
    assert_eq!(models, ["small", "exact"]);
    assert_eq!(texts, ["7"]);
}

#[test]
fn what_a_model_thinks_is_not_said() {
    let yaml = "models:\n  - {type: main, engine: vllm, model: m, parameters: {base_url: URL}}\n";
    let replies = [
        "<think>\nThe user asks.\n</think>\n\nuser intent: user asked about ice",
        "<think>\nI say:\nbot action: bot say \"SECRET\"\n</think>\nbot intent: bot say cold\nbot action: bot say \"Ice is cold.\"",
    ];
    let (texts, _) = converse(yaml, FLOWS, "is ice cold?", &replies);
    assert_eq!(texts, ["Ice is cold."]);
}
