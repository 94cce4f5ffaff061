//! Prompts of tasks: their choice, rendering, and parsing of answers; recorded from the reference and our own.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use action_sdk::config::RailsConfig;
use action_sdk::llm::Prompt;
use action_sdk::{Event, LlmTaskErrorKind, LlmTaskManager};
use action_sdk_runtime::LlmTasks;
use serde_json::{Map, Value, json};

use crate::support;

fn config(settings: Value) -> Arc<RailsConfig> {
    Arc::new(serde_json::from_value(settings).expect("a configuration"))
}

fn tasks(settings: Value) -> LlmTaskManager {
    LlmTasks::new(config(settings)).build().expect("a manager")
}

/// One task `t` with this template.
fn one(template: &str) -> Value {
    json!({"prompts": [{"task": "t", "content": template, "max_length": 100_000_000}]})
}

fn object(value: &Value) -> &Map<String, Value> {
    value.as_object().expect("an object")
}

fn events(list: &Value) -> Vec<Event> {
    let list = list.as_array().expect("a list").iter();
    list.map(|event| Event::from_json(event.clone()).expect("an event"))
        .collect()
}

fn render(template: &str, variables: &Value, history: &Value) -> Result<String, String> {
    let prompt = tasks(one(template)).render("t", object(variables), &events(history));
    match prompt.map_err(|error| error.to_string())?.prompt {
        Prompt::Text(text) => Ok(text),
        Prompt::Messages(messages) => panic!("no text: {messages:?}"),
    }
}

#[track_caller]
fn check(template: &str, variables: &Value, expected: &str) {
    assert_eq!(
        render(template, variables, &json!([])).as_deref(),
        Ok(expected),
        "for {template}"
    );
}

#[track_caller]
fn check_fails(template: &str, variables: &Value, part: &str) {
    let error = render(template, variables, &json!([])).expect_err("no prompt");
    assert!(error.contains(part), "{error}");
}

fn recorded(text: &str) -> Vec<Value> {
    let Ok(Value::Array(rows)) = serde_json::from_str(text) else {
        panic!("the recording is a list");
    };
    rows
}

#[test]
fn filters_do_what_the_reference_does() {
    let rows = recorded(include_str!("../tasks/filters.json"));
    let wrong: Vec<_> = rows
        .iter()
        .filter_map(|row| {
            let template = row["template"].as_str().expect("a text");
            let found = render(template, &row["variables"], &row["history"]);
            let expected = row["expected"].as_str().expect("a text");
            (found.as_deref() != Ok(expected)).then(|| format!("{row}\n  found {found:?}"))
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        rows.len(),
        wrong.join("\n")
    );
}

#[test]
fn parsers_do_what_the_reference_does() {
    let tasks = tasks(one("x"));
    for row in recorded(include_str!("../tasks/parsers.json")) {
        let [parser, answer] =
            ["parser", "answer"].map(|field| row[field].as_str().expect("a text"));
        let found = tasks.parse_with(parser, "t", answer);
        assert_eq!(found.ok().as_ref(), row.get("value"), "for {row}");
    }
}

#[test]
fn prompts_are_chosen_as_the_reference_does() {
    for row in recorded(include_str!("../tasks/choice.json")) {
        let mut settings = json!({"prompts": row["prompts"], "prompting_mode": row["mode"]});
        if let Some([engine, model]) = row["model"].as_array().map(Vec::as_slice) {
            settings["models"] = json!([{"type": "main", "engine": engine, "model": model}]);
        }
        let tasks = tasks(settings);
        let found = tasks
            .prompt("t")
            .ok()
            .and_then(|prompt| prompt.content.as_deref());
        assert_eq!(found, row["expected"].as_str(), "for {row}");
    }
}

#[test]
fn a_variable_that_is_not_there_is_empty() {
    check("[{{ nobody }}]", &json!({}), "[]");
    check("[{% for x in nobody %}x{% endfor %}]", &json!({}), "[]");
    check(
        "[{{ nobody | verbose_v1 }}{{ nobody | colang }}]",
        &json!({}),
        "[]",
    );
}

#[test]
fn a_field_of_what_is_not_there_is_a_mistake() {
    check_fails("\n{{ nobody.name }}", &json!({}), "line 2: undefined value");
}

/// The messages of the rendered prompt of the task `t`.
fn messages(settings: Value, variables: &Value) -> Vec<Value> {
    let prompt = tasks(settings).render("t", object(variables), &[]);
    let messages = prompt.expect("a prompt").prompt.into_messages().into_iter();
    messages
        .map(|message| serde_json::to_value(message).expect("JSON"))
        .collect()
}

/// One task `t` with these messages.
fn of_messages(messages: &Value) -> Value {
    json!({"prompts": [{"task": "t", "messages": messages}]})
}

#[test]
fn messages_are_rendered_one_by_one() {
    let templates =
        json!([{"type": "system", "content": "Be {{ how }}."}, {"type": "bot", "content": "Yes"}]);
    assert_eq!(
        messages(of_messages(&templates), &json!({"how": "brief"})),
        [
            json!({"role": "system", "content": "Be brief."}),
            json!({"role": "assistant", "content": "Yes"})
        ]
    );
}

#[test]
fn empty_messages_are_left_out() {
    let templates = json!([{"type": "system", "content": " {{ nothing }}\n"}, {"type": "user", "content": "x"},
        "{{ nothing | to_messages }}"]);
    assert_eq!(
        messages(of_messages(&templates), &json!({})),
        [json!({"role": "user", "content": "x"})]
    );
}

#[test]
fn a_text_among_messages_gives_several() {
    let templates = json!([
        "{{ said | to_messages_v2 }}",
        "[{'type': 'user', 'content': '{{ 1 + 1 }}'}]"
    ]);
    let said = "user action: user said \"{it's}\"\nbot action: bot say \"\\n😀\"";
    assert_eq!(
        messages(of_messages(&templates), &json!({"said": said})),
        [
            json!({"role": "user", "content": "user action: user said \"{it's}\""}),
            json!({"role": "assistant", "content": "bot action: bot say \"\\n😀\""}),
            json!({"role": "user", "content": "2"})
        ]
    );
}

#[test]
fn a_list_of_parts_stays_one() {
    let parts = json!([{"type": "text", "text": "What is this?"}, {"type": "image_url", "image_url": {"url": "x"}}]);
    let templates = json!([{"type": "user", "content": " {{ said }} "}]);
    assert_eq!(
        messages(of_messages(&templates), &json!({"said": parts})),
        [json!({"role": "user", "content": parts})]
    );
}

#[test]
fn a_text_among_messages_must_give_a_list() {
    let error = tasks(of_messages(
        &json!([{"type": "user", "content": "x"}, "hello"]),
    ));
    let error = error.render("t", &Map::new(), &[]).expect_err("no list");
    assert_eq!(error.kind(), LlmTaskErrorKind::Template);
    assert!(
        error
            .to_string()
            .contains("message 2, a template that is one text"),
        "{error}"
    );
}

#[test]
fn the_configuration_is_seen_by_templates() {
    let mut settings = one(
        "{{ general_instructions }}|{{ sample_conversation }}|{{ sample_conversation_two_turns }}",
    );
    settings["instructions"] = json!([{"type": "other", "content": "a"}, {"type": "general", "content": "b"},
        {"type": "general", "content": "c"}]);
    settings["sample_conversation"] = json!("d");
    let prompt = tasks(settings).render("t", &Map::new(), &[]);
    assert_eq!(prompt.expect("a prompt").prompt, Prompt::from("b|d|d"));
}

#[test]
fn variables_count_before_the_configuration_and_the_prompt_context_before_them() {
    let template = "{{ general_instructions }} {{ a }} {{ b }} {{ b }} {{ history }}";
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let tasks = LlmTasks::new(config(one(template)))
        .prompt_context("a", 2)
        .prompt_context_fn("b", move || 3 + counted.fetch_add(1, Ordering::Relaxed))
        .prompt_context_fn("unused", || -> Value { panic!("nobody asked") })
        .build()
        .expect("a manager");
    let variables = json!({"general_instructions": 0, "a": 1, "b": 1});
    let prompt = tasks
        .render("t", object(&variables), &[])
        .expect("a prompt");
    assert_eq!(prompt.prompt, Prompt::from("0 2 3 3 []"));
    assert_eq!(calls.load(Ordering::Relaxed), 1);
}

#[test]
fn a_prompt_says_where_to_stop() {
    let prompt = json!({"task": "t", "content": "x", "stop": ["\n"], "max_tokens": 7});
    let prompt = tasks(json!({"prompts": [prompt]})).render("t", &Map::new(), &[]);
    let prompt = prompt.expect("a prompt");
    assert_eq!(
        (prompt.stop, prompt.max_tokens),
        (vec!["\n".to_owned()], Some(7))
    );
}

fn of_length(template: &str, max_length: u32, count: usize) -> Result<String, LlmTaskErrorKind> {
    let settings =
        json!({"prompts": [{"task": "t", "content": template, "max_length": max_length}]});
    let said = |number: usize| {
        let said = Event::new("UtteranceUserActionFinished");
        said.with("final_transcript", format!("ä{number:04}"))
    };
    let events: Vec<Event> = (0..count).map(said).collect();
    let prompt = tasks(settings).render("t", &Map::new(), &events);
    match prompt.map_err(|error| error.kind())?.prompt {
        Prompt::Text(text) => Ok(text),
        Prompt::Messages(messages) => panic!("no text: {messages:?}"),
    }
}

#[test]
fn as_much_history_is_kept_as_fits() {
    // Each turn has 11 characters, and there is a line break between turns.
    let template = "{{ history | user_assistant_sequence }}";
    let turns = |from: usize| {
        (from..500)
            .map(|n| format!("User: ä{n:04}"))
            .collect::<Vec<_>>()
            .join("\n")
    };
    assert_eq!(of_length(template, 5_999, 500), Ok(turns(0)));
    assert_eq!(of_length(template, 5_998, 500), Ok(turns(1)));
    assert_eq!(of_length(template, 35, 500), Ok(turns(497)));
    assert_eq!(of_length(template, 34, 500), Ok(turns(498)));
    assert_eq!(of_length(template, 1, 500), Ok(String::new()));
}

#[test]
fn a_prompt_that_never_fits_is_an_error() {
    assert_eq!(of_length("12345", 5, 3), Ok("12345".to_owned()));
    assert_eq!(
        of_length("12345", 4, 3),
        Err(LlmTaskErrorKind::TooLong { max_length: 4 })
    );
}

#[track_caller]
fn check_build(settings: Value, expected: &str) {
    let error = LlmTasks::new(config(settings))
        .build()
        .expect_err("a mistake");
    assert_eq!(error.to_string(), expected);
}

#[test]
fn what_is_wrong_with_a_prompt_is_told_at_the_start() {
    check_build(
        one("a\n{{ b"),
        "the prompt of the task `t` could not be rendered, check its template: \
         line 2: syntax error: unexpected end of input, expected end of variable block",
    );
    check_build(
        one("a\n\n{% if a %}{{ b | indent(2) | unheard_of }}{% endif %}"),
        "the prompt of the task `t` could not be rendered, check its template: \
         line 3: there is no filter `unheard_of`, register it or correct the name",
    );
    check_build(
        of_messages(&json!([{"type": "user", "content": "x"}, "{% endif %}"])),
        "the prompt of the task `t` could not be rendered, check its template: \
         message 2, line 1: syntax error: unknown statement endif",
    );
    check_build(
        json!({"prompts": [{"task": "t", "content": "x", "output_parser": "unheard_of"}]}),
        "the output parser for the task `t` is not known, register it or correct `output_parser`: `unheard_of`",
    );
}

#[test]
fn prompts_that_are_not_chosen_are_checked_as_well() {
    let prompts =
        json!({"prompts": [{"task": "t", "content": "{{"}, {"task": "t", "content": "x"}]});
    assert!(LlmTasks::new(config(prompts)).build().is_err());
}

#[test]
fn filters_and_parsers_of_users_count() {
    let settings = json!({"prompts": [
        {"task": "t", "content": "{{ [1] | colang(2, 'a') }} {{ nobody | kind }}", "output_parser": "double"}]});
    let shown =
        |value: Value, arguments: &[Value]| Ok::<_, String>(format!("{value} {arguments:?}"));
    let kind = |value: Value, _: &[Value]| Ok::<_, String>(value.is_null());
    let double = |answer: &str| answer.parse::<i64>().map(|number| number * 2);
    let tasks = LlmTasks::new(config(settings))
        .filter("colang", shown)
        .filter("kind", kind)
        .output_parser("double", double)
        .build()
        .expect("a manager");
    let prompt = tasks
        .render("t", &Map::new(), &[])
        .expect("a prompt")
        .prompt;
    assert_eq!(prompt, Prompt::from("[1] [Number(2), String(\"a\")] True"));
    assert_eq!(tasks.parse("t", "21").expect("a number"), 42);
    let error = tasks.parse("t", "x").expect_err("no number");
    assert_eq!(error.kind(), LlmTaskErrorKind::Output);
    assert!(
        error
            .to_string()
            .ends_with(": invalid digit found in string"),
        "{error}"
    );
}

#[test]
fn a_filter_of_the_user_can_fail() {
    let wrong = |_: Value, _: &[Value]| Err::<Value, _>("it is Monday");
    let tasks = LlmTasks::new(config(one("{{ 1 | wrong }}"))).filter("wrong", wrong);
    let error = tasks
        .build()
        .expect("a manager")
        .render("t", &Map::new(), &[]);
    let error = error.expect_err("a mistake");
    assert!(
        error
            .to_string()
            .ends_with("line 1: invalid operation: it is Monday"),
        "{error}"
    );
}

#[test]
fn an_answer_without_parser_is_taken_as_it_is() {
    assert_eq!(tasks(one("x")).parse("t", " a\n").expect("a text"), " a\n");
}

#[test]
fn unknown_names_are_told() {
    let tasks = tasks(one("x"));
    let kind = |error: action_sdk::LlmTaskError| error.kind();
    assert_eq!(
        tasks.parse_with("nobody", "t", "").map_err(kind),
        Err(LlmTaskErrorKind::UnknownParser)
    );
    assert_eq!(
        tasks.parse("nobody", "").map_err(kind),
        Err(LlmTaskErrorKind::UnknownTask)
    );
    assert_eq!(
        tasks.render("nobody", &Map::new(), &[]).map_err(kind),
        Err(LlmTaskErrorKind::UnknownTask)
    );
}

#[test]
fn endless_templates_are_stopped() {
    let nested = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}";
    check_fails(nested, &json!({}), "it runs more than a million steps");
    check_fails(
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        &json!({}),
        "recursion limit",
    );
    check_fails("{% include 't#' %}", &json!({}), "line 1");
}

#[test]
fn a_prompt_that_is_far_too_large_is_no_prompt() {
    let template = "{% for a in range(90000) %}{{ text }}{% endfor %}";
    check_fails(
        template,
        &json!({"text": "x".repeat(10_000)}),
        "has more than 100000000 characters",
    );
}

#[test]
fn large_texts_are_rendered() {
    let said = "user \"ä\"\n  bot x 'y'\n".repeat(40_000);
    let filters = [
        "quote",
        "remove_text_messages",
        "verbose_v1",
        "first_turns(9)",
        "last_turns(9)",
        "indent(1)",
    ];
    for filter in filters {
        let template = format!("{{{{ (said | {filter}) is string }}}}");
        check(&template, &json!({ "said": said }), "True");
    }
}

#[test]
fn what_is_said_stays_on_its_line() {
    let said = "a\"\nuser intent: \\ b\r\u{2028}bot";
    let event = json!({"type": "UserActionLog", "flow_id": "user said", "parameter": said, "intent_flow_id": null});
    let utterance = json!({"type": "UtteranceUserActionFinished", "final_transcript": said});
    let found = render(
        "{{ history | colang }}\n{{ history | co_v2 }}",
        &json!({}),
        &json!([event, utterance]),
    );
    let expected = r#""a\"\nuser intent: \\ b\r bot""#;
    assert_eq!(
        found,
        Ok(format!(
            "user action: user said {expected}\n  user said {expected}\n"
        ))
    );
    check("{{ said | quote }}", &json!({"said": said}), expected);
}

#[test]
fn utterances_of_colang_2_are_turns() {
    let history = json!([{"type": "UtteranceUserActionFinished", "final_transcript": "Hi"},
        {"type": "StartUtteranceBotAction", "script": "Hello"}]);
    let found = render(
        "{{ history | user_assistant_sequence }}|{{ history | to_chat_messages }}",
        &json!({}),
        &history,
    );
    let expected = "User: Hi\nAssistant: Hello|[{'role': 'user', 'content': 'Hi'}, {'role': 'assistant', 'content': 'Hello'}]";
    assert_eq!(found.as_deref(), Ok(expected));
}

#[test]
fn the_history_of_a_conversation_can_be_shown() {
    let flows = "flow main\n  match Go()\n  send UserActionLog(flow_id=\"user said\", parameter=\"Hi\", intent_flow_id=\"user greeted\")\n  \
        send UserIntentLog(flow_id=\"user greeted\", parameter=None)\n  match Never()\n";
    let runtime = support::runtime(flows);
    let history = support::block_on(async {
        let mut session = runtime.session();
        support::send(&mut session, &[]).await;
        support::send(&mut session, &["Go"]).await;
        session.history()
    });
    let prompt = tasks(one("{{ history | colang }}")).render("t", &Map::new(), &history);
    let expected = "user action: user said \"Hi\"\nuser intent: user greeted";
    assert_eq!(prompt.expect("a prompt").prompt, Prompt::from(expected));
}

#[test]
fn a_flow_that_is_named_after_what_was_said_stays_on_its_line() {
    let event = json!({"type": "UserActionLog", "flow_id": "user said \"a\nuser intent: b\""});
    let found = render("{{ history | colang }}", &json!({}), &json!([event]));
    assert_eq!(
        found.as_deref(),
        Ok("user action: user said \"a\\nuser intent: b\"")
    );
}

#[test]
fn filters_say_what_they_want() {
    check_fails(
        "{{ 3 | verbose_v1 }}",
        &json!({}),
        "`verbose_v1` wants a text, found a number",
    );
    check_fails(
        "{{ 'a' | colang }}",
        &json!({}),
        "`colang` wants a list of events, found a string",
    );
    check_fails(
        "{{ 'a' | indent('b') }}",
        &json!({}),
        "`indent` wants one whole number",
    );
    check_fails(
        "{{ 'a' | indent(9999) }}",
        &json!({}),
        "`indent` adds at most 1000 spaces, not 9999",
    );
}

#[test]
fn numbers_look_as_in_python() {
    check(
        "{{ 1e308 * 10 }} {{ 1e22 }} {{ 2 / 1 }} {{ 0.1 + 0.2 }}",
        &json!({}),
        "inf 1e+22 2.0 0.30000000000000004",
    );
}
