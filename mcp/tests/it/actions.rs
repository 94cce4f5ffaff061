//! The actions that the tests call.

use action_sdk::prelude::*;
use action_sdk::rasa::Message;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::Notify;

/// Adds two numbers.
#[action(title = "Add", read_only, idempotent, open_world = false)]
async fn add(
    /// the first one
    a: i64,
    /// the second one
    #[arg(default = 1)]
    b: i64,
) -> i64 {
    a + b
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct Customer {
    name: String,
    address: Address,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Address {
    /// where it is
    city: String,
    zip: Option<String>,
}

#[derive(Serialize, JsonSchema)]
pub(crate) struct Label {
    lines: Vec<String>,
    zip: Option<String>,
}

/// Writes the label of a parcel.
#[action]
async fn write_label(customer: Customer) -> Result<Label, ActionError> {
    if customer.name.is_empty() {
        return Err(ActionError::failed("a parcel needs somebody to go to"));
    }
    let Address { city, zip } = customer.address;
    let lines = vec![customer.name, city];
    Ok(Label { lines, zip })
}

#[action]
async fn do_nothing() {}

/// Sends a string back.
#[action]
async fn echo(text: String) -> String {
    text
}

#[action]
async fn count_words(text: &str) -> BTreeMap<String, usize> {
    let mut words = BTreeMap::new();
    for word in text.split_whitespace() {
        *words.entry(word.to_owned()).or_default() += 1;
    }
    words
}

#[action]
async fn panic_now() -> i64 {
    panic!("the secret is 42")
}

#[action(is_system_action)]
async fn reload_everything() {}

#[action]
async fn needs_a_tracker(tracker: &Tracker) -> usize {
    tracker.events().len()
}

#[action]
async fn may_have_a_tracker(tracker: Option<&Tracker>) -> bool {
    tracker.is_some()
}

/// Streams chunks while it runs.
#[action]
async fn recite(dispatcher: &CollectingDispatcher) -> Result<i64, ActionError> {
    for word in ["to ", "be"] {
        dispatcher
            .stream_chunk(word)
            .await
            .map_err(ActionError::caused_by)?;
    }
    dispatcher
        .stream_end()
        .await
        .map_err(ActionError::caused_by)?;
    dispatcher.utter_message("that is the question");
    dispatcher.utter_message(
        Message::new()
            .text("look")
            .image("https://example.org/skull.png"),
    );
    Ok(2)
}

#[action]
async fn set_the_user() -> ActionResult {
    ActionResult::value("done").with_context_update("user", "Ada")
}

#[action(timeout = "50ms")]
async fn take_too_long() {
    tokio::time::sleep(Duration::from_secs(600)).await;
}

/// The states of the calls of [`wait_for_ever`].
pub(crate) struct Waiting {
    pub(crate) begun: Notify,
    pub(crate) dropped: Notify,
    pub(crate) alive: AtomicUsize,
}

pub(crate) static WAITING: Waiting = Waiting {
    begun: Notify::const_new(),
    dropped: Notify::const_new(),
    alive: AtomicUsize::new(0),
};

struct Alive;

impl Alive {
    fn new() -> Self {
        WAITING.alive.fetch_add(1, Ordering::SeqCst);
        WAITING.begun.notify_one();
        Self
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        WAITING.alive.fetch_sub(1, Ordering::SeqCst);
        WAITING.dropped.notify_one();
    }
}

/// Waits until it is cancelled.
#[action]
async fn wait_for_ever() {
    let _alive = Alive::new();
    std::future::pending::<()>().await;
}
