//! The action. It knows nothing of who calls it.

use action_sdk::prelude::*;

/// Looks up where a parcel is, and tells the user.
#[action(read_only, aliases = ["action_find_parcel"])]
pub async fn find_parcel(
    /// the number on its label
    number: u64,
    dispatcher: &CollectingDispatcher,
) -> String {
    let place = ["Haifa", "Acre", "Jaffa"][number as usize % 3];
    let found = format!("Parcel {number} is in {place}.");
    dispatcher.utter_text(&*found);
    found
}
