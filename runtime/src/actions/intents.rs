//! Detects the user's intent, as the name of a flow.

use action_sdk::Map;
use action_sdk::prelude::*;
use serde_json::{Value as Json, json};

use super::ask::{Asking, variables};
use super::completion;
use super::examples::Intents;
use super::generated;
use crate::rails;

/// The intent if the message was not understood (nemoguardrails 0.24.1).
const UNCLEAR: &str = "user was unclear";

/// Detects the intent of what the user did.
#[action(
    name = "GenerateUserIntentAction",
    is_system_action,
    execute_async,
    replaceable,
    read_only
)]
async fn generate_user_intent(
    user_action: String,
    #[arg(default = 5)] max_example_flows: usize,
    state: &State,
    asking: Asking<'_>,
) -> Result<String, ActionError> {
    let intents = Intents::new(state, &user_action, max_example_flows);
    let told = told(&intents, &user_action);
    let answer = asking
        .ask("generate_user_intent_from_user_action", told)
        .await?;
    Ok(intent(state, &intents, &answer.text))
}

/// Detects the intent of what the user did, and what the bot could do.
#[action(
    name = "GenerateUserIntentAndBotAction",
    is_system_action,
    execute_async,
    replaceable,
    read_only
)]
async fn generate_user_intent_and_bot_action(
    user_action: String,
    #[arg(default = 5)] max_example_flows: usize,
    state: &State,
    asking: Asking<'_>,
) -> Result<Json, ActionError> {
    let intents = Intents::new(state, &user_action, max_example_flows);
    let told = told(&intents, &user_action);
    let task = "generate_user_intent_and_bot_action_from_user_action";
    let answer = asking.ask(task, told).await?.text;
    let bot_action = completion::bot_action(&answer);
    let bot_action = bot_action.map(|statements| statements.join("\n  "));
    let bot_action =
        bot_action.filter(|lines| generated::are_permitted(state, &format!("  {lines}")));
    let bot_action = bot_action.ok_or_else(|| no_bot_action(&answer))?;
    let bot_intent = completion::labelled(&answer, "bot intent").map(completion::flow_name);
    Ok(json!({
        "user_intent": intent(state, &intents, &answer),
        "bot_intent": bot_intent.filter(|intent| intent.starts_with("bot ")),
        "bot_action": bot_action,
    }))
}

/// The error if the model gives no bot action.
pub(super) fn no_bot_action(answer: &str) -> ActionError {
    let start: String = answer.chars().take(200).collect();
    let message = format!(
        "the model was to answer with a line `bot action: …` that a model may write, and said {start:?}"
    );
    ActionError::failed(message)
}

fn told(intents: &Intents, user_action: &str) -> Map {
    variables([
        ("examples", intents.examples.as_str().into()),
        ("potential_user_intents", intents.names.join(", ").into()),
        ("user_action", user_action.into()),
    ])
}

/// The intent in the answer, if a model may name it: the flow of that name will be finished.
fn intent(state: &State, intents: &Intents, answer: &str) -> String {
    let name = completion::user_intent(answer).map(completion::flow_name);
    let is_allowed =
        |name: &String| intents.names.contains(name) || rails::may_be_meant(state.program(), name);
    name.filter(is_allowed)
        .unwrap_or_else(|| UNCLEAR.to_owned())
}
