//! Actions that fail.

use action_sdk::prelude::*;

#[action(aliases = ["bb_reject"])]
async fn bb_reject(
    reject_as: Option<String>,
    #[arg(default)] reject_message: String,
    dispatcher: &CollectingDispatcher,
) -> Result<(), ActionError> {
    dispatcher.utter_text("lost");
    let rejection = ActionError::rejected(reject_message);
    Err(match reject_as {
        Some(name) => rejection.with_action(name),
        None => rejection,
    })
}

#[action(aliases = ["bb_raise"])]
async fn bb_raise(
    #[arg(default = "boom".to_owned())] error_message: String,
    dispatcher: &CollectingDispatcher,
) -> Result<(), ActionError> {
    dispatcher.utter_text("lost");
    Err(ActionError::failed(error_message))
}
