//! Shared by the tests: flows, actions, runtimes, and short forms of outputs.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use action_sdk::prelude::*;
use action_sdk::{ActionParam, Extension};
use action_sdk_conversations::store::Store;
use action_sdk_conversations::{
    Answer, Caller, Conversations, ConversationsBuilder, Limits, Output,
};
use action_sdk_runtime::{ProcessOptions, Runtime, parse_config};

/// What the actions did, in order.
pub(crate) type Log = Arc<Mutex<Vec<String>>>;

/// Looks something up, which may be done again. Takes as many milliseconds as it is told.
#[action(name = "LookAction", idempotent)]
async fn look(what: String, millis: u64, key: ActionUid, log: Res<Log>) -> String {
    log.lock()
        .expect("a log")
        .push(format!("look {what} {}", key.0));
    tokio::time::sleep(Duration::from_millis(millis)).await;
    format!("{what}!")
}

/// Pays, which must not be done again.
#[action(name = "PayAction")]
async fn pay(what: String, millis: u64, log: Res<Log>) -> String {
    log.lock().expect("a log").push(format!("pay {what}"));
    tokio::time::sleep(Duration::from_millis(millis)).await;
    log.lock().expect("a log").push(format!("paid {what}"));
    what
}

/// Works in the background.
#[action(name = "BrewAction", execute_async, read_only)]
async fn brew(what: String, millis: u64) -> String {
    tokio::time::sleep(Duration::from_millis(millis)).await;
    what
}

/// Who calls.
#[action(name = "WhoAction")]
async fn who(caller: Extension<Caller>) -> String {
    caller.0["user"].as_str().unwrap_or_default().to_owned()
}

/// The uid of a call.
pub(crate) struct ActionUid(pub(crate) String);

impl<'a> ActionParam<'a> for ActionUid {
    fn extract(call: &'a Call, _: &'static str) -> Result<Self, ActionError> {
        let action_uid = call.scope().action_uid().unwrap_or_default();
        Ok(Self(action_uid.to_owned()))
    }
}

/// Each flow answers one event, again and again.
pub(crate) const FLOWS: &str = r#"
import timing

@loop("NEW")
flow ringing $what $seconds
  wait $seconds
  send Rang(what=$what)

@active
flow looking
  match Look() as $it
  $found = await LookAction(what=$it.what, millis=$it.millis)
  send Found(found=$found)

@active
flow paying
  match Pay() as $it
  $paid = await PayAction(what=$it.what, millis=$it.millis)
  send Paid(what=$it.what, paid=$paid)

@active
flow brewing
  match Brew() as $it
  $brewed = await BrewAction(what=$it.what, millis=$it.millis)
  send Brewed(what=$brewed)

@active
flow echoing
  match Echo() as $it
  send Echoed(what=$it.what)

@active
flow asking
  match Who()
  $who = await WhoAction()
  send Caller(who=$who)

@active
flow endless
  match Endless()
  while True
    send Again()

flow main
  send Hello()
  while True
    match Wait() as $it
    start ringing $it.what $it.seconds
"#;

pub(crate) fn runtime_of(flows: &str, log: &Log) -> Runtime {
    let config = parse_config("", [("main.co", flows)]).expect("the flows are fine");
    let dispatcher = ActionDispatcher::builder().resource(Arc::clone(log));
    let dispatcher = dispatcher.build().expect("the actions are fine");
    let builder = Runtime::builder(config).dispatcher(dispatcher).seed(7);
    let builder = builder.options(ProcessOptions::chat()).perform_timers();
    builder.build().expect("a runtime")
}

pub(crate) fn runtime(log: &Log) -> Runtime {
    runtime_of(FLOWS, log)
}

pub(crate) fn builder(store: impl Store) -> ConversationsBuilder {
    builder_with(store, &Log::default())
}

pub(crate) fn builder_with(store: impl Store, log: &Log) -> ConversationsBuilder {
    let limits = Limits {
        rest_after: Duration::from_secs(5),
        ..Limits::default()
    };
    Conversations::builder(runtime(log), store).limits(limits)
}

/// Parses an event such as `Echo what="tea"`.
pub(crate) fn event(text: &str) -> Event {
    let mut words = text.split(' ');
    let name = words.next().unwrap_or_default();
    words.fold(Event::new(name), |event, word| {
        let (key, value) = word.split_once('=').expect("a field has a value");
        let value: serde_json::Value = serde_json::from_str(value).expect("the value is JSON");
        event.with(key, value)
    })
}

/// The number, the name and the arguments of an output.
pub(crate) fn short(output: &Output) -> String {
    let event = &output.event;
    let arguments = event.arguments();
    arguments.fold(
        format!("{} {}", output.number, event.name()),
        |text, (name, value)| format!("{text} {name}={value}"),
    )
}

pub(crate) fn shorts(answer: &Answer) -> Vec<String> {
    answer.outputs.iter().map(short).collect()
}

/// Runs a future on a paused clock that advances by itself. When it is done, everything is dropped, as if the process
/// had been killed.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a tokio runtime")
        .block_on(future)
}

/// The next so many outputs.
pub(crate) async fn next(
    conversations: &Conversations,
    id: &str,
    after: u64,
    count: usize,
) -> Vec<String> {
    let conversation = conversations.conversation(id).expect("an id");
    let mut outputs = conversation.outputs(after);
    let mut found = Vec::new();
    for _ in 0..count {
        found.push(short(&outputs.next().await.expect("it can be read")));
    }
    found
}
