//! The actions of these tests.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use action_sdk::prelude::*;
use serde_json::{Value, json};
use tokio::time::sleep;

#[action]
async fn add(a: i64, b: i64) -> i64 {
    a + b
}

/// Takes arguments of many types; `Address` could be an alias of an option.
#[action]
async fn choose(
    limit: u8,
    text: Option<&str>,
    #[arg(default = 1.0)] factor: f64,
    words: Option<Vec<String>>,
    loud: Option<bool>,
    address: Address,
) -> Value {
    json!([limit, text, factor, words, loud, address])
}

type Address = Option<Value>;

/// A type that the analysis does not know.
#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Person {
    name: String,
}

#[action]
async fn greet(person: Person) -> String {
    person.name
}

/// A second passes.
#[action]
async fn slow(n: i64) -> i64 {
    sleep(Duration::from_secs(1)).await;
    n
}

#[action(execute_async)]
async fn background(n: i64) -> i64 {
    sleep(Duration::from_secs(10)).await;
    n
}

#[action(execute_async)]
async fn background_at_once(n: i64) -> i64 {
    n
}

#[action]
async fn fail() -> Result<i64, String> {
    Err("there is no paper".to_owned())
}

#[action]
async fn panic() -> i64 {
    panic!("out of ink")
}

#[action]
async fn panic_later() -> i64 {
    sleep(Duration::from_secs(1)).await;
    panic!("out of ink")
}

#[action(timeout = "2s")]
async fn stuck() -> i64 {
    std::future::pending().await
}

#[action(execute_async, timeout = "2s")]
async fn stuck_in_background() -> i64 {
    std::future::pending().await
}

/// A number that no variable can hold.
#[action]
async fn overflow() -> u64 {
    u64::MAX
}

#[action]
async fn remember(city: String) -> ActionResult {
    ActionResult::value(true).with_context_update("city", city)
}

#[action]
async fn recall(context: &Context) -> Value {
    context.value("city").cloned().unwrap_or_default()
}

#[action]
async fn recall_by_name(#[arg(context)] city: Option<String>) -> Option<String> {
    city
}

#[action]
async fn count_events(events: &[Event]) -> usize {
    events.len()
}

#[action]
async fn last_event(events: &[Event]) -> String {
    let mut names = events.iter().rev().map(Event::name);
    names
        .find(|name| !name.starts_with("Start"))
        .unwrap_or_default()
        .to_owned()
}

#[action]
async fn is_flow_there(state: &State, flow: &str) -> bool {
    state.program().flow(flow).is_some()
}

#[action]
async fn temperature(config: &RailsConfig) -> Option<f64> {
    config.lowest_temperature
}

#[action]
async fn speak(dispatcher: &CollectingDispatcher, text: &str) -> bool {
    dispatcher.utter_message(text);
    true
}

#[action(blocking)]
fn think(n: i64) -> i64 {
    n * n
}

/// Runs until it is cancelled.
#[action(execute_async)]
async fn listen(ends: Res<Ends>) -> i64 {
    let _ending = Ending(ends.into_inner());
    std::future::pending().await
}

/// Runs until it is cancelled, and then cleans up.
#[action]
async fn watch(cancel: &CancellationToken, ends: Res<Ends>) {
    cancel.cancelled().await;
    ends.add();
}

#[action(execute_async)]
async fn watch_in_background(cancel: &CancellationToken, ends: Res<Ends>) {
    watch(cancel, ends).await;
}

/// Counts how often something has ended, or cleaned up.
#[derive(Default)]
pub(crate) struct Ends(AtomicUsize);

impl Ends {
    pub(crate) fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    fn add(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

struct Ending(Arc<Ends>);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.add();
    }
}

/// Declared as idempotent.
#[action(execute_async, idempotent)]
async fn look_up(n: i64) -> i64 {
    sleep(Duration::from_secs(10)).await;
    n
}
