//! Parses and serializes realistic configurations, and checks the messages for invalid ones.

#![allow(
    clippy::needless_pass_by_value,
    reason = "rows read better without references"
)]

use serde_json::json;

use super::*;

fn read(config: Value) -> RailsConfig {
    serde_json::from_value(config).expect("a configuration")
}

/// A configuration with something in every group.
fn realistic() -> RailsConfig {
    read(json!({
        "colang_version": "2.x",
        "models": [
            {
                "type": "main", "engine": "openai", "model": "gpt-4o",
                "parameters": {"temperature": 0.2, "base_url": "https://example.com/v1"},
            },
            {
                "type": "content_safety", "engine": "nim", "model": "guard",
                "api_key_env_var": "NIM_KEY", "mode": "text", "cache": {"enabled": true},
            },
        ],
        "instructions": [{"type": "general", "content": "Talk about the ABC company."}],
        "sample_conversation": "user action: user said \"Hi\"\n",
        "prompts": [
            {
                "task": "self_check_input", "content": "Is {{ user_input }} polite?",
                "output_parser": "is_content_safe", "max_tokens": 3,
            },
            {
                "task": "generate_value", "models": ["openai/gpt-4o"], "stop": ["\n"],
                "messages": [{"type": "system", "content": "Generate."}, "{{ history | to_messages }}"],
            },
        ],
        "rails": {
            "input": {
                "flows": ["self check input", "content safety check input $model=content_safety"],
                "parallel": true,
            },
            "output": {"flows": ["self check output"], "streaming": {"enabled": true, "chunk_size": 100}},
            "config": {"jailbreak_detection": {"server_endpoint": "http://localhost:1337"}},
            "dialog": {"user_messages": {"embeddings_only_similarity_threshold": 0.75}},
            "actions": {"instant_actions": ["UtteranceBotAction"]},
        },
        "actions_server_url": "http://localhost:8001",
        "import_paths": ["shared"],
        "knowledge_base": {"folder": "docs"},
        "tracing": {"enabled": true, "adapters": [{"name": "FileSystem", "filepath": "t.jsonl"}]},
        "custom_data": {"limits": {"max_interactions": 5}, "team": "blue"},
        "passthrough": false,
    }))
}

#[track_caller]
fn check<T: PartialEq + std::fmt::Debug>(pick: impl Fn(&RailsConfig) -> T, expected: T) {
    assert_eq!(pick(&realistic()), expected);
}

#[track_caller]
fn check_error(config: Value, message: &str) {
    let error = serde_json::from_value::<RailsConfig>(config).expect_err("no configuration");
    assert_eq!(error.to_string(), message);
}

#[track_caller]
fn check_unknown(config: Value, expected: &[&str]) {
    assert_eq!(read(config).unknown_fields(), expected);
}

#[test]
fn rails_are_lists_of_flows() {
    check(
        |c| c.rails.output.flows.clone(),
        vec!["self check output".to_owned()],
    );
}

#[test]
fn a_model_is_found_by_type() {
    check(
        |c| {
            c.model("content_safety")
                .and_then(|m| m.api_key_env_var.clone())
        },
        Some("NIM_KEY".to_owned()),
    );
}

#[test]
fn there_may_be_no_model_of_a_type() {
    check(|c| c.model("embeddings").is_none(), true);
}

#[test]
fn a_model_chats_unless_told_otherwise() {
    check(
        |c| [c.models[0].mode, c.models[1].mode],
        [ModelMode::Chat, ModelMode::Text],
    );
}

#[test]
fn a_cache_has_the_references_size() {
    check(
        |c| {
            c.models[1]
                .cache
                .as_ref()
                .map(|cache| (cache.enabled, cache.maxsize))
        },
        Some((true, 50_000)),
    );
}

#[test]
fn a_prompt_is_found_by_task() {
    check(
        |c| c.prompt("self_check_input").and_then(|p| p.max_tokens),
        Some(3),
    );
}

#[test]
fn messages_of_a_prompt_are_templates_of_one_or_many() {
    let template = MessageTemplate {
        r#type: "system".to_owned(),
        content: "Generate.".to_owned(),
        extra: Settings::new(),
    };
    let many = PromptMessage::Text("{{ history | to_messages }}".to_owned());
    check(
        |c| c.prompts[1].messages.clone(),
        vec![PromptMessage::Template(template), many],
    );
}

#[test]
fn streaming_keeps_the_defaults_beside_what_is_given() {
    let streaming = |c: &RailsConfig| {
        (
            c.rails.output.streaming.chunk_size,
            c.rails.output.streaming.context_size,
        )
    };
    check(streaming, (100, 50));
}

#[test]
fn settings_of_a_rail_stay_json() {
    check(
        |c| c.rails.config["jailbreak_detection"]["server_endpoint"].clone(),
        json!("http://localhost:1337"),
    );
}

#[test]
fn settings_of_an_adapter_stay_json() {
    check(
        |c| c.tracing.adapters[0].extra["filepath"].clone(),
        json!("t.jsonl"),
    );
}

#[test]
fn custom_data_is_read_as_a_type() {
    #[derive(Deserialize, PartialEq, Debug)]
    struct Limits {
        max_interactions: u32,
    }
    let limits = |c: &RailsConfig| c.custom::<Limits>("limits").expect("readable");
    check(
        limits,
        Some(Limits {
            max_interactions: 5,
        }),
    );
}

#[test]
fn missing_custom_data_is_none() {
    check(|c| c.custom::<u32>("size").expect("nothing to read"), None);
}

#[test]
fn nothing_is_unknown_in_a_realistic_configuration() {
    check(RailsConfig::unknown_fields, Vec::new());
}

#[test]
fn a_written_configuration_reads_the_same() {
    let config = realistic();
    let text = serde_json::to_string(&config).expect("writable");
    assert_eq!(
        serde_json::from_str::<RailsConfig>(&text).expect("readable"),
        config
    );
}

#[test]
fn the_default_is_the_empty_configuration() {
    assert_eq!(read(json!({})), RailsConfig::default());
}

#[test]
fn the_defaults_are_the_references() {
    let written = serde_json::to_value(RailsConfig::default()).expect("writable");
    let provider = json!({"name": "default", "parameters": {}, "cache": {}});
    let expected = json!({
        "models": [], "user_messages": {}, "bot_messages": {}, "flows": [], "instructions": [], "docs": [],
        "actions_server_url": null, "sample_conversation": null, "prompts": [], "prompting_mode": "standard",
        "config_path": null, "import_paths": [], "imported_paths": {}, "lowest_temperature": 0.001,
        "enable_multi_step_generation": false, "colang_version": "1.0", "custom_data": {},
        "knowledge_base": {"folder": "kb", "embedding_search_provider": provider},
        "core": {"embedding_search_provider": provider},
        "rails": {
            "config": {},
            "input": {"flows": [], "parallel": false, "speculative_generation": false},
            "output": {
                "flows": [], "parallel": false,
                "streaming": {"enabled": false, "chunk_size": 200, "context_size": 50, "stream_first": true},
            },
            "retrieval": {"flows": []},
            "dialog": {
                "single_call": {"enabled": false, "fallback_to_multiple_calls": true},
                "user_messages": {
                    "embeddings_only": false,
                    "embeddings_only_similarity_threshold": null,
                    "embeddings_only_fallback_intent": null,
                },
            },
            "actions": {"instant_actions": null},
            "tool_output": {"flows": [], "parallel": false},
            "tool_input": {"flows": [], "parallel": false},
        },
        "streaming": false, "enable_rails_exceptions": false, "passthrough": null,
        "event_source_uid": "NeMoGuardrails-Colang-2.x",
        "tracing": {
            "enabled": false, "adapters": [{"name": "FileSystem"}],
            "span_format": "opentelemetry", "enable_content_capture": false,
        },
        "metrics": {"enabled": false},
        "raw_llm_call_action": "raw llm call",
    });
    assert_eq!(written, expected);
}

#[test]
fn null_is_not_given_where_the_reference_accepts_it() {
    let config = json!({
        "models": null, "instructions": null, "docs": null, "prompts": null, "prompting_mode": null,
        "import_paths": null, "imported_paths": null, "enable_multi_step_generation": null,
        "rails": {
            "input": {"parallel": null, "speculative_generation": null}, "output": {"parallel": null},
            "tool_input": {"parallel": null},
        },
    });
    assert_eq!(read(config), RailsConfig::default());
}

#[test]
fn a_prompt_without_limit_and_mode_says_so_with_null() {
    let config =
        read(json!({"prompts": [{"task": "t", "content": "c", "max_length": null, "mode": null}]}));
    assert_eq!(
        (
            config.prompts[0].max_length,
            config.prompts[0].mode.as_deref()
        ),
        (None, None)
    );
}

#[test]
fn the_last_of_two_prompts_counts() {
    let config =
        read(json!({"prompts": [{"task": "t", "content": "a"}, {"task": "t", "content": "b"}]}));
    assert_eq!(
        config
            .prompt("t")
            .and_then(|prompt| prompt.content.as_deref()),
        Some("b")
    );
}

#[test]
fn a_model_named_among_its_parameters_is_named() {
    let parameters = json!({"model_name": "falcon", "temperature": 0.5});
    let config =
        read(json!({"models": [{"type": "main", "engine": "hf", "parameters": parameters}]}));
    assert_eq!(config.models[0].model.as_deref(), Some("falcon"));
    assert_eq!(
        Value::from(config.models[0].parameters.reveal().clone()),
        json!({"temperature": 0.5})
    );
}

#[test]
fn a_span_format_of_the_future_is_kept() {
    assert_eq!(
        read(json!({"tracing": {"span_format": "dots"}}))
            .tracing
            .span_format,
        "dots"
    );
}

#[test]
fn unknown_fields_are_written_back_in_order() {
    let text = r#"{"zeta":1,"alpha":{"b":[null],"a":2}}"#;
    let config: RailsConfig = serde_json::from_str(text).expect("readable");
    assert_eq!(
        serde_json::to_string(&config.extra).expect("writable"),
        text
    );
    let written = serde_json::to_string(&config).expect("writable");
    assert!(
        written.ends_with(r#","zeta":1,"alpha":{"b":[null],"a":2}}"#),
        "{written}"
    );
}

#[test]
fn unknown_fields_of_every_group_are_named() {
    let provider = json!({"embedding_search_provider": {"nam": 1}, "y": 1});
    let config = json!({
        "model": 1,
        "models": [{"type": "main", "engine": "e", "model": "m", "kind": 1, "cache": {"max": 1}}],
        "instructions": [{"type": "general", "content": "c", "x": 1}],
        "docs": [{"format": "md", "content": "c", "x": 1}],
        "prompts": [{"task": "t", "messages": ["m", {"type": "user", "content": "c", "x": 1}], "max_lenght": 1}],
        "knowledge_base": provider.clone(), "core": provider,
        "rails": {
            "inputs": {},
            "input": {"flow": []}, "output": {"flow": []}, "retrieval": {"flow": []},
            "dialog": {"x": 1, "single_call": {"on": true}, "user_messages": {"x": 1}}, "actions": {"x": 1},
            "tool_output": {"x": 1}, "tool_input": {"x": 1},
        },
        "tracing": {"enable": true}, "metrics": {"enable": true},
    });
    check_unknown(
        config,
        &[
            "model",
            "models[0].kind",
            "models[0].cache.max",
            "instructions[0].x",
            "docs[0].x",
            "prompts[0].max_lenght",
            "prompts[0].messages[1].x",
            "knowledge_base.y",
            "knowledge_base.embedding_search_provider.nam",
            "core.y",
            "core.embedding_search_provider.nam",
            "tracing.enable",
            "metrics.enable",
            "rails.inputs",
            "rails.input.flow",
            "rails.output.flow",
            "rails.retrieval.flow",
            "rails.dialog.x",
            "rails.dialog.single_call.on",
            "rails.dialog.user_messages.x",
            "rails.actions.x",
            "rails.tool_output.x",
            "rails.tool_input.x",
        ],
    );
}

#[test]
fn free_groups_have_no_unknown_fields() {
    let config = json!({
        "custom_data": {"a": 1}, "rails": {"config": {"my_rail": 1}, "output": {"streaming": {"a": 1}}},
        "tracing": {"adapters": [{"a": 1}]},
    });
    check_unknown(config, &[]);
}

#[test]
fn an_unknown_mode_lists_the_known_ones() {
    check_error(
        json!({"models": [{"type": "main", "engine": "e", "model": "m", "mode": "caht"}]}),
        "unknown variant `caht`, expected `chat` or `text`",
    );
}

#[test]
fn a_model_needs_an_engine() {
    check_error(
        json!({"models": [{"type": "main", "model": "m"}]}),
        "missing field `engine`",
    );
}

#[test]
fn a_model_needs_a_name() {
    check_error(
        json!({"models": [{"type": "main", "engine": "e", "model": " "}]}),
        "the model of type `main` has no name, give it one in `model`",
    );
}

#[test]
fn a_model_is_named_once() {
    check_error(
        json!({"models": [{"type": "main", "engine": "e", "model": "a", "parameters": {"model": "a"}}]}),
        "the model of type `main` is named twice, keep only one of `model` and `parameters.model`",
    );
}

#[test]
fn a_prompt_needs_a_text() {
    check_error(
        json!({"prompts": [{"task": "greet", "content": ""}]}),
        "the prompt of task `greet` has no text, give it `content` or `messages`",
    );
}

#[test]
fn a_prompt_is_one_text_or_many() {
    check_error(
        json!({"prompts": [{"task": "greet", "content": "a", "messages": ["b"]}]}),
        "the prompt of task `greet` has both `content` and `messages`, keep one of them",
    );
}

#[test]
fn a_message_needs_type_and_content() {
    check_error(
        json!({"prompts": [{"task": "greet", "messages": [{"type": "user"}]}]}),
        "a message needs `type` and `content`, or is one text",
    );
}

#[test]
fn a_limit_is_at_least_one() {
    check_error(
        json!({"prompts": [{"task": "greet", "content": "a", "max_tokens": 0}]}),
        "found 0 where at least 1 is wanted; leave the field out for no limit of your own",
    );
}

#[test]
fn a_threshold_is_a_share() {
    check_error(
        json!({"rails": {"dialog": {"user_messages": {"embeddings_only_similarity_threshold": 75}}}}),
        "found 75 where a number from 0 to 1 is wanted",
    );
}

#[test]
fn flows_are_a_list() {
    check_error(
        json!({"rails": {"input": {"flows": "self check input"}}}),
        "invalid type: string \"self check input\", expected a sequence",
    );
}

#[test]
fn empty_rails_are_not_taken_for_none() {
    check_error(
        json!({"rails": {"input": {"flows": null}}}),
        "invalid type: null, expected a sequence",
    );
}

#[test]
fn a_message_has_its_place_in_the_text() {
    let error = serde_json::from_str::<RailsConfig>("{\n \"tracing\": {\"enabled\": 3}}")
        .expect_err("no boolean");
    assert_eq!((error.line(), error.column()), (2, 25));
}
