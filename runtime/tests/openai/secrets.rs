//! No key of a configuration is said, printed, sent or saved, whatever a flow, a service or a program does.

use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex, PoisonError};

use action_sdk::{ActionDispatcher, Event};
use action_sdk_runtime::{ProcessOptions, Runtime, openai, parse_config};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Metadata, Subscriber};

use crate::server::{Reply, Server, block_on};

/// Every secret of the configuration.
const MARK: &str = "MARKED";

const YAML: &str = r#"
models:
  - type: main
    engine: openai
    model: m
    api_key: MARKED-model
    parameters:
      base_url: URL
      api_key: MARKED-key
      max_retries: 0
      default_headers: {X-Token: MARKED-header, Authorization: Bearer MARKED-bearer}
      default_query: {sig: MARKED-query}
  - type: self_check_output
    engine: openai
    model: m
    parameters: {base_url: URL, api_key: MARKED-other}
rails:
  config: {some_rail: {api_key: MARKED-rail, endpoint: "https://me:MARKED-pw@example.com"}}
custom_data: {token: MARKED-custom, nested: [{password: MARKED-nested}]}
core: {embedding_search_provider: {name: x, parameters: {api_key: MARKED-core}}}
tracing: {adapters: [{name: x, headers: {authorization: MARKED-tracing}}]}
"#;

const FLOWS: &str = r#"
import core
import llm

flow main
  user said something
  $config = $system.config
  bot say "{$config}"
  bot say "{$system.config.models}"
  bot say "{$system.config.models[0].parameters.api_key}"
  $told = ..."repeat {$config}"
  bot say "{$told}"
  match Never()
"#;

/// All traces, as a string.
#[derive(Clone, Default)]
struct Traces(Arc<Mutex<String>>);

impl Visit for Traces {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let mut text = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = write!(text, "{field}={value:?} ");
    }
}

impl Subscriber for Traces {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        attributes.record(&mut self.clone());
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut self.clone());
    }
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &tracing::Event<'_>) {
        event.record(&mut self.clone());
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// All outputs of a bot with this configuration, with a service that echoes its requests.
fn outputs() -> String {
    block_on(async {
        let echo = "no: MARKED-key MARKED-header Bearer MARKED-bearer MARKED-query MARKED-pass bWU6TUFSS0VELXBhc3M=";
        let server = Server::answering([Reply::new("401 Unauthorized", echo)]).await;
        let url = server.url.replace("http://", "http://me:MARKED-pass@");
        let config = parse_config(&YAML.replace("URL", &url), [("main.co", FLOWS)]);
        let config = config.expect("a configuration");
        let models = openai::models_with(config.rails(), |_| None).expect("models");
        let mut out = format!("{:?}\n{models:?}\n{models}\n", config.rails());
        out += &serde_json::to_string(&**config.rails()).expect("writable");
        let dispatcher = models
            .offer(ActionDispatcher::builder())
            .build()
            .expect("a dispatcher");
        let runtime = Runtime::builder(config).dispatcher(dispatcher);
        let runtime = runtime
            .disable_async_execution(true)
            .options(ProcessOptions::chat())
            .build()
            .expect("a runtime");
        let mut session = runtime.session();
        let said = Event::new("UtteranceUserActionFinished").with("action_uid", "u");
        for events in [Vec::new(), vec![said.with("final_transcript", "hi")]] {
            let events = session.process_events(events).await;
            for event in events.expect("the events are fine") {
                let _ = writeln!(out, "{event}");
            }
        }
        let asked = server.asked();
        assert_eq!(asked.len(), 1, "{out}");
        out += &asked[0].body.to_string();
        out += &String::from(session.snapshot().expect("it is saved"));
        let history = session.history();
        history.iter().for_each(|event| out += &event.to_string());
        out
    })
}

#[test]
fn no_output_has_a_secret() {
    let traces = Traces::default();
    let out = tracing::subscriber::with_default(traces.clone(), outputs);
    let traced = traces.0.lock().unwrap_or_else(PoisonError::into_inner);
    for text in [&out, &*traced] {
        for secret in [MARK, "TUFSS0VE"] {
            let at = text.find(secret);
            let around = at.map(|at| text[..at + 20].chars().rev().take(200).collect::<String>());
            let around = around.map(|text| text.chars().rev().collect::<String>());
            assert_eq!(around, None);
        }
    }
    assert!(
        out.contains("StartUtteranceBotAction") && out.contains("***"),
        "{out}"
    );
}
