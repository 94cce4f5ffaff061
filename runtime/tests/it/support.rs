//! Shared by the tests: a runtime for a source string, events and their short form.

use std::sync::Arc;

use action_sdk::{ActionDispatcher, Event};
use action_sdk_runtime::{Config, Runtime, RuntimeBuilder, Session, parse_config};
use serde_json::Value;
use umim::Timestamp;

use crate::actions::Ends;

/// The default sentence after a failure.
pub(crate) const SORRY: &str = "Sorry, something went wrong. Please try again.";

pub(crate) fn config(flows: &str) -> Config {
    parse_config("", [("main.co", flows)]).expect("the flows are fine")
}

/// A runtime with a fixed clock and seed.
pub(crate) fn builder(flows: &str) -> RuntimeBuilder {
    builder_of(config(flows))
}

pub(crate) fn builder_of(config: Config) -> RuntimeBuilder {
    Runtime::builder(config)
        .dispatcher(dispatcher(&Arc::default()))
        .seed(1)
        .clock(|| Timestamp::from_micros(0))
}

/// With all actions of these tests.
pub(crate) fn dispatcher(ends: &Arc<Ends>) -> ActionDispatcher {
    let builder = ActionDispatcher::builder().shared_resource(Arc::clone(ends));
    builder.build().expect("a dispatcher")
}

pub(crate) fn runtime(flows: &str) -> Runtime {
    builder(flows).build().expect("a runtime")
}

/// Parses an event such as `Ask n=1 who="Ada"`.
pub(crate) fn event(text: &str) -> Event {
    let mut words = text.split(' ');
    let name = words.next().unwrap_or_default();
    words.fold(Event::new(name), |event, word| {
        let (key, value) = word.split_once('=').expect("a field has a value");
        let value: Value = serde_json::from_str(value).expect("the value is JSON");
        event.with(key, value)
    })
}

/// The name and the arguments of an event.
pub(crate) fn short(event: &Event) -> String {
    let arguments = event.arguments();
    arguments.fold(event.name().to_owned(), |text, (name, value)| {
        format!("{text} {name}={value}")
    })
}

pub(crate) fn shorts(events: &[Event]) -> Vec<String> {
    events.iter().map(short).collect()
}

/// Starts a conversation, sends events, and checks everything that is sent, except reports on failures.
#[track_caller]
pub(crate) fn check(flows: &str, sent: &[&str], expected: &[&str]) {
    check_with(&runtime(flows), sent, expected);
}

#[track_caller]
pub(crate) fn check_with(runtime: &Runtime, sent: &[&str], expected: &[&str]) {
    let said = block_on(async {
        let mut session = runtime.session();
        let mut said = send(&mut session, &[]).await;
        for event in sent {
            said.extend(send(&mut session, &[event]).await);
        }
        said.retain(|event| !event.starts_with("ActionFailed "));
        said
    });
    assert_eq!(said, expected);
}

/// What is sent after these events.
pub(crate) async fn send(session: &mut Session, events: &[&str]) -> Vec<String> {
    let events = events.iter().map(|text| event(text)).collect();
    let out = session.process_events(events).await;
    shorts(&out.expect("the events are fine"))
}

/// Runs a future on a paused clock that advances by itself.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a tokio runtime")
        .block_on(future)
}
