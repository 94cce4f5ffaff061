//! The last message, and answers without flows.

use action_sdk::prelude::*;

use super::ask::{self, Asking};

/// What the user said last.
#[action(
    name = "GetLastUserMessageAction",
    is_system_action,
    replaceable,
    read_only
)]
async fn last_user_message(events: &[Event]) -> Result<String, ActionError> {
    let said = events
        .iter()
        .rev()
        .find(|event| event.name() == "UtteranceUserActionFinished");
    let said = said.and_then(|event| event.value("final_transcript")?.as_str());
    let nothing = || ActionError::failed("the user has said nothing yet");
    said.map(str::to_owned).ok_or_else(nothing)
}

/// The model's answer to a message, without prompt and history.
#[action(
    name = "PassthroughLLMAction",
    is_system_action,
    execute_async,
    replaceable,
    read_only
)]
async fn passthrough_llm(user_message: String, asking: Asking<'_>) -> Result<String, ActionError> {
    let said = asking.model()?.text(user_message).await;
    ask::checked(said.map_err(ActionError::caused_by)?)
}
