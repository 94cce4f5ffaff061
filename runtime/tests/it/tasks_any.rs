//! For any text: nothing panics, and the text stays on one line of the prompt.

use std::sync::{Arc, LazyLock};

use action_sdk::config::RailsConfig;
use action_sdk::{Context, Event, LlmTaskManager};
use action_sdk_runtime::LlmTasks;
use proptest::prelude::*;
use serde_json::{Value, json};

const PARSERS: [&str; 11] = [
    "user_intent",
    "bot_intent",
    "bot_message",
    "verbose_v1",
    "is_content_safe",
    "nemoguard_parse_prompt_safety",
    "nemoguard_parse_response_safety",
    "nemotron_reasoning_parse_prompt_safety",
    "nemotron_reasoning_parse_response_safety",
    "nemotron_content_safety_parse_prompt_safety",
    "nemotron_content_safety_parse_response_safety",
];

const ALL: &str = "{{ text | remove_text_messages | verbose_v1 | indent(3) | quote }}{{ text | first_turns(2) }}\
    {{ text | last_turns(2) | one_line }}{{ text | to_intent_messages }}{{ text | to_intent_messages_2 }}\
    {{ history | co_v2 }}{{ history | colang_without_identifiers }}{{ history | to_chat_messages }}\
    {{ history | user_assistant_sequence }}{{ history }}";

static TASKS: LazyLock<LlmTaskManager> = LazyLock::new(|| {
    let messages = json!(["{{ text | to_messages }}", "{{ history | colang | to_messages_v2 }}",
        "{{ text | to_messages_v2 }}", {"type": "user", "content": ALL}]);
    let prompts = json!({"prompts": [{"task": "all", "messages": messages, "max_length": 1_000_000},
        {"task": "colang", "content": "{{ history | colang }}"}, {"task": "text", "content": "{{ [text] }}"}]});
    let config: RailsConfig = serde_json::from_value(prompts).expect("a configuration");
    let tasks = LlmTasks::new(Arc::new(config));
    tasks.build().expect("a manager")
});

/// Strings similar to those that filters and parsers look for.
fn text() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        "\\PC{0,3}",
        "[ \n\r\"'\\\\{}:,\u{2028}\u{85}]{1,3}",
        proptest::sample::select(vec![
            "user \"",
            "\"\n  ",
            "bot ",
            "user action: ",
            "\n\n",
            "User intent: ",
            "<think>",
            "</think>",
            "User Safety: ",
            "Safety Categories:",
            "Prompt harm: ",
            "unharmful",
            "unsafe",
            "safe",
            "no ",
            "{{",
            "%}",
        ])
        .prop_map(str::to_owned),
    ];
    proptest::collection::vec(part, 0..12).prop_map(|parts| parts.concat())
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        text().prop_map(Value::from),
        Just(json!(null)),
        Just(json!([{"type": "text", "text": 1}, 2, null])),
        any::<i64>().prop_map(Value::from),
        Just(json!({"a": [1.5, {}]})),
    ]
}

fn event() -> impl Strategy<Value = Event> {
    let names = vec![
        "UserActionLog",
        "UserIntentLog",
        "BotActionLog",
        "BotIntentLog",
        "UserMessage",
        "SystemMessage",
        "UtteranceUserActionFinished",
        "StartUtteranceBotAction",
        "StartTool",
        "LookUpActionFinished",
    ];
    let fields = vec![
        "flow_id",
        "intent_flow_id",
        "parameter",
        "text",
        "content",
        "final_transcript",
        "script",
        "flow_name",
        "action_name",
        "return_value",
        "uid",
    ];
    let fields = proptest::collection::vec((proptest::sample::select(fields), value()), 0..6);
    (proptest::sample::select(names), fields).prop_map(|(name, fields)| {
        let event = Event::new(name);
        fields
            .into_iter()
            .fold(event, |event, (name, value)| event.with(name, value))
    })
}

proptest! {
    #[test]
    fn prompts_are_rendered(text in text(), events in proptest::collection::vec(event(), 0..6)) {
        let variables = Context::new().with("text", text);
        let prompt = TASKS.render("all", variables.as_map(), &events);
        prop_assert!(prompt.is_ok(), "{:?}", prompt);
    }

    #[test]
    fn answers_are_read_or_refused(text in text()) {
        for parser in PARSERS {
            let parsed = TASKS.parse_with(parser, "all", &text);
            prop_assert!(parsed.is_ok_and(|value| value.is_string() || value[0].is_boolean()) || parser.contains("parse_"));
        }
    }

    #[test]
    fn each_logged_event_is_one_line(events in proptest::collection::vec(text(), 0..6)) {
        let logged = |said: &String| Event::new("BotIntentLog").with("flow_id", said.as_str()).with("parameter", said.as_str());
        let logged: Vec<Event> = events.iter().map(logged).collect();
        let prompt = TASKS.render("colang", Context::new().as_map(), &logged).expect("a prompt").prompt;
        let text = prompt.into_messages()[0].text().into_owned();
        let lines = text.lines().filter(|line| !line.is_empty());
        prop_assert!(lines.clone().all(|line| line.starts_with("bot intent: ")), "{}", text);
        prop_assert_eq!(lines.count(), events.len());
    }
}

#[test]
fn long_answers_are_read_in_one_go() {
    let parts = [
        "User Safety:",
        "Prompt harm: unharmful ",
        "<think>",
        "</think>",
        "safe ",
        " \n",
        "Safety Categories: a",
    ];
    for part in parts {
        let answer = part.repeat(20_000);
        for parser in PARSERS {
            let parsed = TASKS.parse_with(parser, "all", &answer);
            assert!(
                parsed.is_ok() || parser.contains("parse_"),
                "{parser} for {part:?}"
            );
        }
    }
}
