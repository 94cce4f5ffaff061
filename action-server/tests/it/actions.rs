//! The actions of these tests.

use action_sdk::Extension;
use action_sdk::prelude::*;
use action_sdk::rasa::{Events, RasaEvent, StreamError};
use action_sdk::serde_json::{Value, json};
use action_sdk_action_server::Caller;
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};
use tokio::sync::watch;

/// A secret that must not occur in any response.
pub(crate) const SECRET: &str = "s3cret";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Unknown,
    Running,
    Finished,
    Cancelled,
}

/// The states of waiting runs, by the key of their test.
static RUNS: LazyLock<Mutex<HashMap<String, watch::Sender<State>>>> = LazyLock::new(Mutex::default);

fn run(key: &str) -> watch::Sender<State> {
    let mut runs = RUNS.lock().expect("nobody panics under it");
    let run = runs.entry(key.to_owned());
    run.or_insert_with(|| watch::Sender::new(State::Unknown))
        .clone()
}

/// Waits until the run with this key is in this state.
pub(crate) async fn reaches(key: &str, state: State) {
    let mut seen = run(key).subscribe();
    seen.wait_for(|now| *now == state)
        .await
        .expect("it is kept");
}

/// Lets the run with this key finish.
pub(crate) fn release(key: &str) {
    run(&format!("{key}, released")).send_replace(State::Finished);
}

struct Waiting(watch::Sender<State>, State);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.send_replace(self.1);
    }
}

/// Runs until it is released.
#[action(aliases = ["wait"])]
async fn wait(key: &str) -> Events {
    let mut waiting = Waiting(run(key), State::Cancelled);
    waiting.0.send_replace(State::Running);
    reaches(&format!("{key}, released"), State::Finished).await;
    waiting.1 = State::Finished;
    RasaEvent::slot_set("waited", true).into()
}

/// Streams a word, runs until it is released, and streams another one.
#[action(aliases = ["stream"])]
async fn stream(key: &str, dispatcher: &CollectingDispatcher) -> Result<Events, StreamError> {
    let mut waiting = Waiting(run(key), State::Cancelled);
    dispatcher.stream_chunk("one").await?;
    waiting.0.send_replace(State::Running);
    reaches(&format!("{key}, released"), State::Finished).await;
    dispatcher.stream_chunk("two").await?;
    dispatcher.stream_end().await?;
    waiting.1 = State::Finished;
    Ok(RasaEvent::slot_set("streamed", true).into())
}

/// Streams a word, runs until the user interrupts, and streams another one, which nobody hears.
#[action(aliases = ["listen"])]
async fn listen(key: &str, dispatcher: &CollectingDispatcher) -> Result<Events, StreamError> {
    let mut waiting = Waiting(run(key), State::Cancelled);
    dispatcher.stream_chunk("one").await?;
    waiting.0.send_replace(State::Running);
    dispatcher.streaming_cancelled().await;
    dispatcher.stream_chunk("two").await?;
    waiting.1 = State::Finished;
    Ok(RasaEvent::slot_set("interrupted", true).into())
}

/// Streams without an end.
#[action(aliases = ["pour"])]
async fn pour(key: &str, dispatcher: &CollectingDispatcher) -> Result<(), StreamError> {
    let waiting = Waiting(run(key), State::Cancelled);
    waiting.0.send_replace(State::Running);
    loop {
        dispatcher.stream_chunk("x".repeat(1000)).await?;
    }
}

/// Streams a word, then fails.
#[action(aliases = ["stumble"])]
async fn stumble(dispatcher: &CollectingDispatcher) -> Result<(), String> {
    let streamed = dispatcher.stream_chunk("one").await;
    streamed.map_err(|error| error.to_string())?;
    Err("the shop is closed".to_owned())
}

/// Says something long.
#[action(aliases = ["lecture"])]
async fn lecture(dispatcher: &CollectingDispatcher) {
    dispatcher.utter_text("x".repeat(1_000_000));
}

/// A place on the map.
#[derive(serde::Deserialize, action_sdk::schemars::JsonSchema)]
#[schemars(crate = "action_sdk::schemars")]
pub(crate) struct Place {
    /// Where streets are.
    city: String,
    /// What is near, which has its own neighbours.
    near: Vec<Place>,
}

/// Finds a place.
#[action(title = "Find a place", aliases = ["find_place"], read_only, idempotent, timeout = "5s")]
async fn find_place(
    /// The place to be found.
    place: Place,
    #[arg(default = 3)] most: u8,
    #[arg(context)] user: Option<String>,
) -> Vec<String> {
    let near = place.near.into_iter().map(|near| near.city);
    let cities = user.into_iter().chain([place.city]).chain(near);
    cities.take(most.into()).collect()
}

/// Adds two numbers.
#[action(aliases = ["add"])]
async fn add(a: i64, #[arg(default = 1)] b: i64) -> i64 {
    a + b
}

#[action(aliases = ["echo"])]
async fn echo(value: Value, dispatcher: &CollectingDispatcher) -> Value {
    dispatcher.utter_text("echoed");
    value
}

#[action(aliases = ["greet"])]
async fn greet(name: &str, dispatcher: &CollectingDispatcher) -> ActionResult {
    dispatcher.utter_text(format!("Hello, {name}!"));
    ActionResult::value(Value::Null).with_context_update("greeted", name)
}

#[action(aliases = ["fail"])]
async fn fail() -> Result<(), String> {
    Err("the shop is closed".to_owned())
}

#[action(aliases = ["panic"])]
async fn panic_now() {
    panic!("{SECRET} at line 7");
}

#[action(aliases = ["reject"])]
async fn reject() -> Result<(), ActionError> {
    Err(ActionError::rejected(""))
}

#[action(is_system_action)]
async fn inner() {}

#[action(aliases = ["context"])]
async fn context_of(#[arg(context)] user: Option<String>, context: &Context) -> Events {
    let user = json!({"user": user, "all": context.as_map()});
    RasaEvent::slot_set("seen", user).into()
}

#[action(aliases = ["domain_of"])]
async fn domain_of(domain: &Domain) -> Events {
    RasaEvent::slot_set("domain", domain.to_json()).into()
}

#[action(aliases = ["history"])]
async fn history(tracker: &Tracker) -> Events {
    RasaEvent::slot_set("events", tracker.events().to_vec()).into()
}

#[action(aliases = ["who"])]
async fn who(asked: Asked) -> Option<String> {
    asked.0
}

/// The name of the caller, where there is one.
struct Asked(Option<String>);

impl<'a> action_sdk::ActionParam<'a> for Asked {
    fn extract(call: &'a Call, _name: &'static str) -> Result<Self, ActionError> {
        let caller = call.scope().extension::<Caller>();
        Ok(Self(caller.map(|caller| caller.name().to_owned())))
    }
}

#[action(aliases = ["must_know"])]
async fn must_know(caller: Extension<Caller>) -> String {
    caller.name().to_owned()
}
