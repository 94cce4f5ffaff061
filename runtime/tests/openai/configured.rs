//! From `models:` of a configuration to clients.

use action_sdk::config::RailsConfig;
use action_sdk::{ActionDispatcher, Llm};
use action_sdk_runtime::openai::{Models, OpenAi, OpenAiError, OpenAiErrorKind, models_with};
use serde_json::{Value, json};

use crate::server::{Asked, Reply, Server, answer_of, block_on};

const KEY: &str = "sk-0123456789";

/// An environment in which each of these variables contains the key.
fn env(set: &[&str]) -> impl Fn(&str) -> Option<String> {
    let set: Vec<String> = set.iter().map(|name| (*name).to_owned()).collect();
    move |name| {
        set.iter()
            .any(|set| set == name)
            .then(|| format!("{KEY}\n"))
    }
}

fn config(models: Value) -> RailsConfig {
    serde_json::from_value(json!({ "models": models })).expect("a configuration")
}

/// One model of type `main` with these parameters.
fn model(engine: &str, parameters: Value, set: &[&str]) -> Result<OpenAi, OpenAiError> {
    let entry = json!({"type": "main", "engine": engine, "model": "m", "parameters": parameters});
    of(entry, set)
}

fn of(entry: Value, set: &[&str]) -> Result<OpenAi, OpenAiError> {
    let config = config(json!([entry]));
    OpenAi::from_model(&config.models[0], env(set))
}

#[track_caller]
fn check_url(engine: &str, parameters: Value, set: &[&str], expected: &str) {
    let model = model(engine, parameters, set).expect("a model");
    let found = (
        model.model_name(),
        model.provider_name(),
        model.provider_url(),
    );
    assert_eq!(found, ("m", Some(engine), Some(expected)));
}

#[track_caller]
fn check_error(entry: Value, kind: OpenAiErrorKind, expected: &str) {
    let error = of(entry, &[]).expect_err("no model");
    assert_eq!((error.kind(), error.to_string().as_str()), (kind, expected));
}

#[track_caller]
fn check_parameter(engine: &str, parameters: Value, expected: &str) {
    let error = model(
        engine,
        parameters,
        &["OPENAI_API_KEY", "AZURE_OPENAI_API_KEY"],
    );
    let error = error.expect_err("no model");
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (OpenAiErrorKind::Parameter, expected)
    );
}

/// The request of a model with this configuration, to a server whose URL replaces `URL`.
fn asked(entry: Value, set: &[&str]) -> Asked {
    block_on(async {
        let server = Server::answering([Reply::json(&answer_of("Yes."))]).await;
        let root = server.url.trim_end_matches("/v1");
        let entry = entry.to_string().replace("URL", root);
        let entry = serde_json::from_str(&entry).expect("JSON");
        let model = of(entry, set).expect("a model");
        model.generate("ice?".into()).await.expect("an answer");
        server.asked().remove(0)
    })
}

#[track_caller]
fn check_authorization(entry: Value, set: &[&str], expected: Option<&str>) {
    assert_eq!(asked(entry, set).header("authorization"), expected);
}

fn here(mut parameters: Value) -> Value {
    parameters["base_url"] = "URL/v1".into();
    json!({"type": "main", "engine": "openai", "model": "m", "parameters": parameters})
}

#[test]
fn engines_have_addresses() {
    check_url(
        "openai",
        json!({}),
        &["OPENAI_API_KEY"],
        "https://api.openai.com/v1",
    );
    check_url(
        "nim",
        json!({}),
        &["NVIDIA_API_KEY"],
        "https://integrate.api.nvidia.com/v1",
    );
    check_url(
        "nvidia_ai_endpoints",
        json!({}),
        &["NVIDIA_API_KEY"],
        "https://integrate.api.nvidia.com/v1",
    );
    check_url("ollama", json!({}), &[], "http://localhost:11434/v1");
}

#[test]
fn any_engine_can_have_an_address() {
    check_url(
        "vllm",
        json!({"base_url": "http://localhost:8000/v1/"}),
        &[],
        "http://localhost:8000/v1",
    );
    check_url(
        "openai",
        json!({"base_url": "http://localhost:8000/v1"}),
        &[],
        "http://localhost:8000/v1",
    );
}

#[test]
fn an_address_is_shown_without_secrets() {
    let url = "https://me:secret@example.com/v1?key=secret#secret";
    check_url(
        "vllm",
        json!({ "base_url": url }),
        &[],
        "https://example.com/v1",
    );
}

#[test]
fn a_deployment_has_its_address() {
    let parameters = json!({
        "azure_endpoint": "https://mine.openai.azure.com/", "azure_deployment": "d", "api_version": "2024-02-15",
    });
    let expected = "https://mine.openai.azure.com/openai/deployments/d";
    check_url(
        "azure",
        parameters.clone(),
        &["AZURE_OPENAI_API_KEY"],
        expected,
    );
    check_url(
        "azure_openai",
        parameters,
        &["AZURE_OPENAI_API_KEY"],
        expected,
    );
}

#[test]
fn a_deployment_is_asked_with_version_and_key() {
    let parameters = json!({"base_url": "URL", "azure_deployment": "d", "api_version": "2024-02-15", "top_p": 0.5});
    let entry = json!({"type": "main", "engine": "azure", "model": "m", "parameters": parameters});
    let asked = asked(entry, &["AZURE_OPENAI_API_KEY"]);
    assert_eq!(
        asked.line,
        "POST /openai/deployments/d/chat/completions?api-version=2024-02-15 HTTP/1.1"
    );
    assert_eq!(
        (asked.header("api-key"), asked.header("authorization")),
        (Some(KEY), None)
    );
    let expected =
        json!({"model": "m", "messages": [{"role": "user", "content": "ice?"}], "top_p": 0.5});
    assert_eq!(asked.body, expected);
}

#[test]
fn the_key_comes_from_the_environment() {
    check_authorization(
        here(json!({})),
        &["OPENAI_API_KEY"],
        Some(&format!("Bearer {KEY}")),
    );
}

#[test]
fn the_key_comes_from_the_variable_that_is_named() {
    let mut entry = here(json!({"api_key": "other"}));
    entry["api_key_env_var"] = "MINE".into();
    check_authorization(entry, &["MINE"], Some(&format!("Bearer {KEY}")));
}

#[test]
fn the_key_may_stand_in_the_parameters() {
    check_authorization(
        here(json!({"api_key": "given"})),
        &["OPENAI_API_KEY"],
        Some("Bearer given"),
    );
}

#[test]
fn a_service_elsewhere_may_need_no_key() {
    check_authorization(here(json!({})), &[], None);
}

#[test]
fn parameters_go_to_the_service() {
    let parameters = json!({
        "temperature": 0.2, "max_tokens": 7, "stop": ["\n"], "chat_template_kwargs": {"thinking": false},
        "timeout": 5, "connect_timeout": 1.5, "max_retries": 0, "include_usage_in_stream": false,
        "default_headers": {"X-Tier": "gold", "x-n": 3}, "default_query": {"a": true}, "api_key": null,
    });
    let asked = asked(here(parameters), &[]);
    assert_eq!(asked.line, "POST /v1/chat/completions?a=true HTTP/1.1");
    assert_eq!(
        (asked.header("x-tier"), asked.header("x-n")),
        (Some("gold"), Some("3"))
    );
    let expected = json!({
        "model": "m", "messages": [{"role": "user", "content": "ice?"}],
        "temperature": 0.2, "max_tokens": 7, "stop": ["\n"], "chat_template_kwargs": {"thinking": false},
    });
    assert_eq!(asked.body, expected);
}

#[test]
fn an_unknown_engine_is_an_error() {
    check_error(
        json!({"type": "main", "engine": "anthropic", "model": "claude"}),
        OpenAiErrorKind::UnknownEngine,
        "the model `claude` of type `main` is of the engine `anthropic`, and known are only `openai`, `nim`, `nvidia_ai_endpoints`, `ollama`, `azure`, `azure_openai`; if it speaks the OpenAI API, say where in `parameters.base_url`, else implement `Llm` for it",
    );
}

#[test]
fn a_missing_key_is_an_error() {
    check_error(
        json!({"type": "main", "engine": "openai", "model": "gpt-4o"}),
        OpenAiErrorKind::MissingKey,
        "the model `gpt-4o` of type `main` needs a key, and the environment variable `OPENAI_API_KEY` is not set; set it, or name another one in `api_key_env_var`",
    );
}

#[test]
fn a_named_variable_must_be_set() {
    let mut entry = here(json!({"api_key": "other", "base_url": "http://localhost/v1"}));
    entry["api_key_env_var"] = "MINE".into();
    check_error(
        entry,
        OpenAiErrorKind::MissingKey,
        "the model `m` of type `main` needs a key, and the environment variable `MINE` is not set; set it, or name another one in `api_key_env_var`",
    );
}

#[test]
fn a_parameter_has_its_type() {
    for (name, value, wanted) in [
        ("base_url", json!(3), "a text"),
        ("api_key", json!(["x"]), "a text"),
        ("timeout", json!("long"), "a number of seconds above 0"),
        ("timeout", json!(0), "a number of seconds above 0"),
        ("connect_timeout", json!(-1), "a number of seconds above 0"),
        ("max_retries", json!(1.5), "a whole number from 0 on"),
        ("include_usage_in_stream", json!("no"), "`true` or `false`"),
        (
            "default_headers",
            json!(["x"]),
            "a mapping of names to texts",
        ),
        (
            "default_query",
            json!({"x": null}),
            "a mapping of names to texts",
        ),
    ] {
        let expected =
            format!("`parameters.{name}` of the model `m` of type `main` is not {wanted}");
        check_parameter("openai", json!({ name: value }), &expected);
    }
}

#[test]
fn a_model_has_a_name() {
    let error = OpenAi::builder(" ").build().expect_err("no model");
    let expected = (
        OpenAiErrorKind::Unnamed,
        "a model has no name, give it one in `model`",
    );
    assert_eq!((error.kind(), error.to_string().as_str()), expected);
}

#[test]
fn an_address_is_one() {
    let expected = "the model `m` cannot be reached at its `base_url`, relative URL without a base; write it like `https://api.openai.com/v1`";
    check_parameter("openai", json!({"base_url": "example.com/v1"}), expected);
    let expected = "the model `m` cannot be reached at its `base_url`, `ftp` is neither `https` nor `http`; write it like `https://api.openai.com/v1`";
    check_parameter(
        "openai",
        json!({"base_url": "ftp://example.com/v1"}),
        expected,
    );
}

#[test]
fn a_header_holds_no_line_ends() {
    let expected = "the header `x-a` of the model `m` holds what no header may hold, such as the end of a line";
    check_parameter(
        "openai",
        json!({"default_headers": {"x-a": "b\nc"}}),
        expected,
    );
}

#[test]
fn a_deployment_needs_its_parameters() {
    let whose = "the model `m` of type `main`";
    let needs = |name: &str, example: &str| {
        format!("{whose} needs `parameters.{name}` for the engine `azure`, such as `{example}`")
    };
    let mut parameters = json!({});
    for (name, example) in [
        ("azure_endpoint", "https://my-resource.openai.azure.com/"),
        ("azure_deployment", "my-deployment"),
        ("api_version", "2024-02-15-preview"),
    ] {
        check_parameter("azure", parameters.clone(), &needs(name, example));
        parameters[name] = example.into();
    }
    parameters["base_url"] = "https://other.example.com".into();
    let twice = "`parameters.base_url` and `parameters.azure_endpoint` of the model `m` of type `main` say the same, keep only one";
    check_parameter("azure", parameters.clone(), twice);
    parameters["base_url"] = Value::Null;
    parameters["default_query"] = json!({"api-version": "1"});
    let twice = "`parameters.api_version` and `parameters.default_query.api-version` of the model `m` of type `main` say the same, keep only one";
    check_parameter("azure", parameters, twice);
}

#[test]
fn no_debug_text_shows_a_secret() {
    let parameters = json!({
        "base_url": "http://me:secret@localhost/v1?a=secret", "default_headers": {"x-a": "secret"}, "api_key": "secret",
    });
    let model = model("openai", parameters, &[]).expect("a model");
    assert_eq!(
        format!("{model:?}"),
        r#"OpenAi { model: "m", provider: "openai", url: "http://localhost/v1", .. }"#
    );
    let builder = OpenAi::builder("m")
        .api_key("secret")
        .header("x-a", "secret")
        .query("a", "secret");
    let builder = builder
        .base_url("http://me:secret@localhost/v1")
        .option("user", "secret");
    assert!(!format!("{builder:?}").contains("secret"));
}

#[track_caller]
fn check_name(engine: &str, name: &str, value: Value, why: &str) {
    let expected =
        format!("the model `m` of type `main` cannot be used: `parameters.{name}` {why}");
    check_parameter(engine, json!({ name: value }), &expected);
}

#[test]
fn names_of_other_clients_are_not_for_the_service() {
    for (name, ours) in [
        ("openai_api_base", "`base_url`"),
        ("api_base", "`base_url`"),
        ("baseurl", "`base_url`"),
        ("baseURL", "`base_url`"),
        ("Base-Url", "`base_url`"),
        ("endpoint", "`base_url`"),
        ("request_timeout", "`timeout`"),
        ("extra_headers", "`default_headers`"),
        (
            "model_kwargs",
            "what stands in it one level up, in `parameters`",
        ),
    ] {
        let why = format!("is what another client calls it, write {ours}");
        check_name("openai", name, "x".into(), &why);
    }
    let why = "is what another client calls it, write `azure_deployment`";
    check_name("azure", "deployment_name", "x".into(), why);
    let why = "is for the engine `azure`, write `engine: azure`";
    check_name("openai", "azure_endpoint", "x".into(), why);
    let why = "is no parameter of this client; did you mean `base_url`?";
    check_name("openai", "base_ulr", "x".into(), why);
    check_name(
        "openai",
        "openai_api_type",
        "x".into(),
        "is what another client calls it, write the engine `azure`",
    );
}

#[test]
fn a_key_is_never_part_of_a_request() {
    let why = "is or holds a key, which a service must not find in a request; write `api_key`, or better the environment variable in `api_key_env_var`";
    for name in [
        "openai_api_key",
        "azure_openai_api_key",
        "nvidia_api_key",
        "key",
        "token",
        "hf_token",
        "Authorization",
    ] {
        check_name("openai", name, "sk-secret".into(), why);
    }
    check_name(
        "openai",
        "metadata",
        json!({"deep": [{"api_key": "sk-secret"}]}),
        why,
    );
    let spelt = "is what another client calls it, write `api_key`";
    check_name("openai", "apiKey", "sk-secret".into(), spelt);
}

#[test]
fn what_each_call_sets_is_refused() {
    for name in ["stream", "messages", "model", "n", "stream_options"] {
        let error = model("openai", json!({ name: 1 }), &["OPENAI_API_KEY"]).expect_err("no model");
        let start = format!("the model `m` of type `main` cannot be used: `parameters.{name}` ");
        assert!(error.to_string().starts_with(&start), "{error}");
        let error = OpenAi::builder("m")
            .option(name, 1)
            .build()
            .expect_err("no model");
        let start = format!("the option `{name}` of the model `m` ");
        assert!(error.to_string().starts_with(&start), "{error}");
    }
}

#[test]
fn all_wrong_names_are_told() {
    let parameters =
        json!({"openai_api_base": "x", "openai_api_key": "sk-secret", "temperature": 0.2});
    let error = model("openai", parameters, &[])
        .expect_err("no model")
        .to_string();
    assert!(
        error.contains("openai_api_base") && error.contains("openai_api_key"),
        "{error}"
    );
    assert!(
        !error.contains("sk-secret") && !error.contains("temperature"),
        "{error}"
    );
}

#[test]
fn a_key_in_the_place_of_its_variable_is_not_told() {
    for key in ["sk-secret", "0123456789abcdef"] {
        let mut entry = here(json!({}));
        entry["api_key_env_var"] = key.into();
        let error = of(entry, &[]).expect_err("no key");
        assert_eq!(error.kind(), OpenAiErrorKind::MissingKey);
        assert!(!error.to_string().contains(key), "{error}");
    }
}

#[test]
fn no_models_are_told() {
    let models = models_with(&config(json!([])), env(&[])).expect("none");
    assert!(models.is_empty());
    assert_eq!(
        models.to_string(),
        "no models; give `models` one of `type: main`"
    );
}

fn named(models: &Models, r#type: &str) -> Option<String> {
    models
        .model(r#type)
        .map(|model| model.model_name().to_owned())
}

#[test]
fn each_type_has_its_model() {
    let entry =
        |r#type: &str, name: &str| json!({"type": r#type, "engine": "ollama", "model": name});
    let entries = json!([
        entry("main", "a"),
        entry("self_check_input", "b"),
        entry("main", "c"),
        entry("embeddings", "d"),
        entry("jailbreak_detection", "e"),
    ]);
    let mut models = models_with(&config(entries), env(&[])).expect("models");
    let url = "http://localhost:11434/v1";
    assert_eq!(
        models.to_string(),
        format!("main: a at {url}\nself_check_input: b at {url}")
    );
    assert_eq!(named(&models, "main").as_deref(), Some("a"));
    let taken = models
        .take("self_check_input")
        .map(|model| model.model_name().to_owned());
    assert_eq!(taken.as_deref(), Some("b"));
    assert_eq!(named(&models, "self_check_input"), None);
}

/// Checks whether a dispatcher accepts a model of this type.
#[track_caller]
fn check_offered(r#type: &str, expected: Result<(), &str>) {
    let entry = json!({"type": r#type, "engine": "ollama", "model": "a"});
    let models = models_with(&config(json!([entry])), env(&[])).expect("models");
    let built = models.offer(ActionDispatcher::builder()).build();
    match (built, expected) {
        (Ok(_), Ok(())) => {}
        (Err(errors), Err(part)) => assert!(errors.to_string().contains(part), "{errors}"),
        (built, _) => panic!("for {type}: {:?}", built.err()),
    }
}

#[test]
fn every_task_of_the_library_can_have_its_model() {
    for task in [
        "main",
        "generate_flow_continuation",
        "generate_flow_continuation_from_flow_nld",
        "generate_flow_from_instructions",
        "generate_flow_from_name",
        "generate_user_intent",
        "generate_user_intent_and_bot_action_from_user_action",
        "generate_user_intent_from_user_action",
        "generate_value",
        "generate_value_from_instruction",
        "passthrough_llm",
        "self_check_input",
        "self_check_output",
        "SelfCheckOutputAction",
    ] {
        check_offered(task, Ok(()));
    }
}

#[test]
fn a_type_that_is_no_action_is_an_error() {
    check_offered(
        "content_safety",
        Err("names action `content_safety`, which is not there"),
    );
}
