//! Prompts of tasks: which one, what it renders to, how an answer is read; recorded from the reference and our own.

use std::sync::Arc;

use action_sdk::config::RailsConfig;
use action_sdk::llm::Prompt;
use action_sdk::{Event, LlmTaskManager};
use action_sdk_runtime::LlmTasks;
use serde_json::{Map, Value, json};

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
    check("[{{ nobody | verbose_v1 }}{{ nobody | colang }}]", &json!({}), "[]");
}

#[test]
fn a_field_of_what_is_not_there_is_a_mistake() {
    check_fails("\n{{ nobody.name }}", &json!({}), "line 2: undefined value");
}
