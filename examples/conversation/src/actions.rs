//! What the flows cannot do themselves: understand, look up, call, order.

use std::time::Duration;

use action_sdk::prelude::*;
use action_sdk::serde_json::{Value, json};
use tokio::time::sleep;

/// Where the parcels are.
const PLACES: [(i64, &str); 2] = [(17, "Haifa"), (40, "Tel Aviv")];

/// What the customer wants, and with which parcel. Its result decides how the flow goes on.
#[action]
async fn understand(text: String) -> Value {
    let words: Vec<_> = text
        .split(|c: char| !c.is_alphanumeric())
        .map(str::to_lowercase)
        .collect();
    let has = |word: &str| words.iter().any(|other| other == word);
    let intent = match () {
        () if has("pick") => "pickup",
        () if has("send") => "redirect",
        () if has("where") => "track",
        () => "other",
    };
    let parcel = words.iter().find_map(|word| word.parse::<i64>().ok());
    json!({"intent": intent, "parcel": parcel})
}

/// Looks a parcel up in a slow system: the flow waits for it.
#[action(read_only)]
async fn find_parcel(parcel: i64) -> Option<&'static str> {
    sleep(Duration::from_secs(2)).await;
    let place = PLACES.iter().find(|(number, _)| *number == parcel);
    place.map(|(_, place)| *place)
}

/// Calls the courier, who does not answer.
#[action(timeout = "5s")]
async fn call_courier(parcel: i64) -> Result<(), String> {
    sleep(Duration::from_secs(3)).await;
    Err(format!("nobody answers the call about parcel {parcel}"))
}

/// Orders a pickup. That takes half a minute, in which the conversation goes on.
#[action(execute_async)]
async fn order_pickup(parcel: i64) -> String {
    sleep(Duration::from_secs(30)).await;
    format!("{}:30", 10 + parcel % 8)
}
