//! One tool as an action: its parameters, its call, and the conversion of its result.

use super::connection::Connection;
use super::names;
use super::offer::Offer;
use action_sdk::{
    ActionDescriptor, ActionError, ActionErrorKind, Call, Map, NameError, ParamDescriptor,
    ParamKind, ToolHints,
};
use rmcp::model::{CallToolRequestParams, CallToolResult, ContentBlock};
use serde_json::Value;
use std::sync::Arc;

/// The action for a tool.
///
/// # Errors
///
/// If its name cannot be the name of an action.
pub(super) fn action(
    connection: &Arc<Connection>,
    offer: &Offer,
) -> Result<ActionDescriptor, String> {
    let (server, name) = (connection.server.clone(), offer.tool.name.to_string());
    let (own, tool) = (Arc::clone(connection), name.clone());
    let code = move |call: Arc<Call>| {
        let (connection, tool) = (Arc::clone(&own), tool.clone());
        async move { run(&connection, &*connection.tool(&tool)?, &call).await }
    };
    let action = ActionDescriptor::new(names::action_name(&server, &name), code);
    let action = action.map_err(|error| {
        format!("MCP server `{server}`: its tool `{name}` cannot be an action: {error}; give the server another name")
    })?;
    Ok(described(action, offer)
        .with_alias(names::alias(&server, &name))
        .with_timeout(connection.timeout()))
}

/// An action of this name, for a server that was not there yet: which tool it is turns out when it is called.
///
/// # Errors
///
/// If it cannot be the name of an action.
pub(super) fn expected(
    connection: &Arc<Connection>,
    name: &str,
) -> Result<ActionDescriptor, NameError> {
    let (own, action) = (Arc::clone(connection), name.to_owned());
    let code = move |call: Arc<Call>| {
        let (connection, action) = (Arc::clone(&own), action.clone());
        async move {
            let offer = connection.tool_of_action(&action).await?;
            run(&connection, &offer, &call).await
        }
    };
    let action = ActionDescriptor::new(name.to_owned(), code)?;
    Ok(action.with_timeout(connection.timeout()))
}

fn described(action: ActionDescriptor, offer: &Offer) -> ActionDescriptor {
    let tool = &offer.tool;
    let mut hints = ToolHints::default();
    if let Some(told) = &tool.annotations {
        hints.read_only = told.read_only_hint;
        hints.destructive = told.destructive_hint;
        hints.idempotent = told.idempotent_hint;
        hints.open_world = told.open_world_hint;
    }
    let mut action = action
        .with_title(tool.title.clone().unwrap_or_default())
        .with_description(tool.description.clone().unwrap_or_default())
        .with_hints(hints);
    for param in params(offer) {
        action = action.with_param(param);
    }
    match &tool.output_schema {
        Some(schema) => action.with_output_schema(result_schema(schema)),
        None => action,
    }
}

/// The parameters of the tool: its properties, and any others if it allows them.
fn params(offer: &Offer) -> Vec<ParamDescriptor> {
    let schema = &offer.tool.input_schema;
    let properties = schema.get("properties").and_then(Value::as_object);
    let is_required = |name: &str| {
        let required = schema.get("required").and_then(Value::as_array);
        required.is_some_and(|names| names.iter().any(|known| known == name))
    };
    let mut params: Vec<ParamDescriptor> = properties
        .into_iter()
        .flatten()
        .map(|(name, property)| {
            let kind = property
                .get("type")
                .and_then(Value::as_str)
                .unwrap_or("any value");
            let param = ParamDescriptor::argument(name.clone(), kind.to_owned())
                .with_schema(property.clone());
            let text = property
                .get("description")
                .and_then(Value::as_str)
                .unwrap_or_default();
            let param = param.with_description(text.to_owned());
            match is_required(name) {
                true => param,
                false => param.optional(),
            }
        })
        .collect();
    let others = schema.get("additionalProperties");
    if others.is_some_and(|others| others != &Value::Bool(false)) {
        params
            .push(ParamDescriptor::argument("arguments", "any values").with_kind(ParamKind::Rest));
    }
    params
}

async fn run(connection: &Connection, offer: &Offer, call: &Call) -> Result<Value, ActionError> {
    let arguments = arguments(offer, call);
    let checked = Value::Object(arguments);
    if let Err((argument, message)) = offer.check_arguments(&checked) {
        let error = ActionError::new(ActionErrorKind::InvalidArgument, message);
        return Err(match argument {
            Some(argument) => error.with_parameter(argument),
            None => error,
        });
    }
    let Value::Object(arguments) = checked else {
        return Err(connection.failure("its arguments are no object"));
    };
    let request = CallToolRequestParams::new(offer.tool.name.to_string()).with_arguments(arguments);
    let result = connection.call(request, offer.is_repeatable()).await?;
    value(connection, offer, result)
}

/// The arguments of the call. In flows `null` means "no value", so it is left out if the argument is optional.
fn arguments(offer: &Offer, call: &Call) -> Map {
    let required = offer
        .tool
        .input_schema
        .get("required")
        .and_then(Value::as_array);
    let is_required =
        |name: &str| required.is_some_and(|names| names.iter().any(|known| known == name));
    let told = call
        .arguments()
        .filter(|(name, value)| !value.is_null() || is_required(name));
    told.map(|(name, value)| (name.to_owned(), value.clone()))
        .collect()
}

/// The value of a result: the structured content, or else the content.
fn value(
    connection: &Connection,
    offer: &Offer,
    result: CallToolResult,
) -> Result<Value, ActionError> {
    if result.is_error == Some(true) {
        let text = texts(&result.content)
            .unwrap_or_else(|| "the tool failed, and does not say why".to_owned());
        return Err(ActionError::failed(text));
    }
    match (result.structured_content, &offer.tool.output_schema) {
        (Some(content), Some(schema)) => {
            offer
                .check_content(&content)
                .map_err(|problem| connection.failure(problem))?;
            Ok(unwrapped(schema, content))
        }
        (Some(content), None) => Ok(content),
        (None, Some(_)) => {
            Err(connection.failure("its result lacks the structured content that it promises"))
        }
        (None, None) => Ok(from_content(&result.content)),
    }
}

/// The only member of a wrapper object, which servers use for results that are not objects.
fn wrapped(schema: &Map) -> Option<&Value> {
    let properties = schema.get("properties")?.as_object()?;
    properties.get("result").filter(|_| properties.len() == 1)
}

fn unwrapped(schema: &Map, content: Value) -> Value {
    match (wrapped(schema), content) {
        (Some(_), Value::Object(mut members)) => members.remove("result").unwrap_or_default(),
        (_, content) => content,
    }
}

/// The schema of the action's result.
fn result_schema(schema: &Map) -> Value {
    let mut inner = wrapped(schema)
        .cloned()
        .unwrap_or_else(|| Value::Object(schema.clone()));
    if let (Some(members), Some(definitions)) = (inner.as_object_mut(), schema.get("$defs")) {
        members
            .entry("$defs")
            .or_insert_with(|| definitions.clone());
    }
    inner
}

/// Content as a value: a text as a string, several as lines, anything else as a list.
fn from_content(content: &[ContentBlock]) -> Value {
    match (content, texts(content)) {
        ([], _) => Value::Null,
        (_, Some(text)) => Value::String(text),
        (_, None) => serde_json::to_value(content).unwrap_or_default(),
    }
}

/// All texts as lines; `None` if there are none, or something else as well.
fn texts(content: &[ContentBlock]) -> Option<String> {
    let texts: Option<Vec<&str>> = content
        .iter()
        .map(|part| part.as_text().map(|text| text.text.as_str()))
        .collect();
    texts
        .filter(|texts| !texts.is_empty())
        .map(|texts| texts.join("\n"))
}
