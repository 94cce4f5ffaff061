//! Results of tools: content for people and models, structured content for programs.

use crate::tools::Offer;
use action_sdk::rasa::Message;
use action_sdk::{ActionError, ActionErrorKind, ActionResult};
use rmcp::model::{CallToolResult, ContentBlock};
use serde_json::{Value, json};

/// The result of a call that succeeded, preceded by the messages of the action.
pub(crate) fn success(
    offer: &Offer,
    result: &ActionResult,
    said: Vec<ContentBlock>,
) -> CallToolResult {
    warn_of_the_dropped(offer, result);
    let value = &result.return_value;
    let mut content = said;
    if !value.is_null() {
        content.push(ContentBlock::text(shown(value)));
    }
    let mut answer = CallToolResult::success(content);
    answer.structured_content = structured(offer, value);
    answer
}

/// The value for programs: an object, as required by all revisions; `None` if the action returns nothing.
fn structured(offer: &Offer, value: &Value) -> Option<Value> {
    let is_wrapped = match offer.is_wrapped {
        Some(is_wrapped) => is_wrapped,
        None if value.is_null() => return None,
        None => !value.is_object(),
    };
    Some(match is_wrapped {
        true => json!({"result": value}),
        false => value.clone(),
    })
}

/// A value for people and models: strings unchanged, everything else as JSON.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            value.to_string()
        }
    }
}

/// Warns of results that are only for flows.
fn warn_of_the_dropped(offer: &Offer, result: &ActionResult) {
    let (updates, events) = (result.context_updates().len(), result.events().len());
    if updates + events > 0 {
        let action = &offer.action;
        tracing::warn!(
            action,
            updates,
            events,
            "an MCP client takes no context updates and no events; they are dropped"
        );
    }
}

/// The messages of an action.
pub(crate) fn spoken(messages: &[Message]) -> Vec<ContentBlock> {
    messages
        .iter()
        .map(|message| ContentBlock::text(message_text(message.to_json())))
        .collect()
}

/// A message, or a chunk of a stream, as a string: its text if it has nothing else, or its JSON.
pub(crate) fn message_text(message: Value) -> String {
    let is_nothing = |value: &Value| match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    };
    let Value::Object(mut members) = message else {
        return shown(&message);
    };
    members.retain(|_, value| !is_nothing(value));
    match (members.len(), members.get("text")) {
        (1, Some(text)) => shown(text),
        _ => Value::Object(members).to_string(),
    }
}

/// The result of a call that failed. It is read by the model, so it says how to do better.
pub(crate) fn failure(offer: &Offer, error: &ActionError) -> CallToolResult {
    let mut text = reason(error);
    if is_about_arguments(error.kind()) {
        let example = example(offer, error.parameter());
        text = format!("{text}\nThese arguments fit: {example}");
    }
    CallToolResult::error(vec![ContentBlock::text(text)])
}

/// The error message for the caller. Details of the host are only in the host's log.
fn reason(error: &ActionError) -> String {
    match error.kind() {
        ActionErrorKind::Panicked | ActionErrorKind::Output | ActionErrorKind::Undeclared => {
            "the tool failed because of a mistake of its own; trying again will not help".to_owned()
        }
        ActionErrorKind::Unavailable => "the tool is not available here".to_owned(),
        ActionErrorKind::TimedOut => "the tool did not finish in time".to_owned(),
        ActionErrorKind::Cancelled => "the call was cancelled".to_owned(),
        ActionErrorKind::NotFound
        | ActionErrorKind::MissingArgument
        | ActionErrorKind::InvalidArgument
        | ActionErrorKind::UnknownArgument
        | ActionErrorKind::Failed
        | ActionErrorKind::Rejected
        | ActionErrorKind::Refused
        | ActionErrorKind::Remote
        | _ => error.message().to_owned(),
    }
}

fn is_about_arguments(kind: ActionErrorKind) -> bool {
    matches!(
        kind,
        ActionErrorKind::MissingArgument
            | ActionErrorKind::InvalidArgument
            | ActionErrorKind::UnknownArgument
    )
}

/// Valid arguments: the required ones, and the one that was wrong.
fn example(offer: &Offer, parameter: Option<&str>) -> Value {
    let schema = Value::Object(offer.input.as_ref().clone());
    let mut example = action_sdk::schema::example(&schema);
    let wrong = parameter.and_then(|name| Some((name, schema.get("properties")?.get(name)?)));
    if let (Some(members), Some((name, property))) = (example.as_object_mut(), wrong) {
        let mut property = property.clone();
        if let (Some(property), Some(definitions)) = (property.as_object_mut(), schema.get("$defs"))
        {
            property.insert("$defs".to_owned(), definitions.clone());
        }
        members
            .entry(name)
            .or_insert_with(|| action_sdk::schema::example(&property));
    }
    example
}
