//! The actions of the desk: looking up, calling, ordering, taking notes.

use std::sync::Mutex;
use std::time::Duration;

use action_sdk::prelude::*;
use action_sdk::serde_json::{Value, json};
use tokio::time::sleep;

/// The number of a parcel, where it is, and who has it.
type Parcel = (i64, &'static str, &'static str);

const PARCELS: [Parcel; 2] = [
    (17, "Haifa", "Noa, 055-010-0142"),
    (40, "Tel Aviv", "Amir, 055-010-0177"),
];

/// The data shared by all conversations.
#[derive(Default)]
pub(crate) struct Depot {
    notes: Mutex<Vec<String>>,
}

/// Finds the number of a parcel in what somebody says.
#[action(read_only)]
async fn find_number(text: &str) -> Option<i64> {
    let mut words = text.split(|c: char| !c.is_alphanumeric());
    words.find_map(|word| word.parse().ok())
}

/// Looks up a parcel in a slow system.
#[action(read_only)]
async fn find_parcel(parcel: i64) -> Option<Value> {
    sleep(Duration::from_secs(2)).await;
    let found = PARCELS.iter().find(|(number, ..)| *number == parcel);
    found.map(|(_, place, courier)| json!({"place": place, "courier": courier}))
}

/// Orders a pickup. This takes half a minute, while the conversation goes on.
#[action(execute_async)]
async fn order_pickup(parcel: i64) -> String {
    sleep(Duration::from_secs(30)).await;
    format!("{}:30", 10 + parcel % 8)
}

/// Calls the courier, who does not answer.
#[action(timeout = "5s")]
async fn call_courier(parcel: i64, address: String) -> Result<(), String> {
    sleep(Duration::from_secs(3)).await;
    Err(format!(
        "nobody answers the call about parcel {parcel} for {address}"
    ))
}

/// Writes down what the customer said last for the next shift, and returns the number of notes.
#[action]
async fn leave_note(context: &Context, depot: Res<Depot>) -> Result<usize, String> {
    let said = context.text("user_message").ok_or("nobody said anything")?;
    let parcel = context.value("parcel").cloned().unwrap_or_default();
    let mut notes = depot.notes.lock().map_err(|_| "the notebook is torn")?;
    notes.push(format!("parcel {parcel}: {said}"));
    Ok(notes.len())
}
