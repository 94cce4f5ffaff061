//! Flows written by a model: checked, named, and returned as source for `AddFlowsAction`.

use action_sdk::ActionErrorKind;
use action_sdk::prelude::*;
use colang::program::FlowConfig;
use serde_json::{Value as Json, json};

use super::ask::{Asking, variables};
use super::examples::{flows_like, tools};
use super::{completion, generated, intents};
use crate::tasks::template;

/// The default intent of the bot (nemoguardrails 0.24.1).
const NO_BOT_INTENT: &str = "bot reacts accordingly";

/// Generates a flow from instructions.
#[action(
    name = "GenerateFlowFromInstructionsAction",
    is_system_action,
    execute_async,
    replaceable,
    read_only
)]
async fn generate_flow_from_instructions(
    instructions: String,
    state: &State,
    events: &[Event],
    asking: Asking<'_>,
) -> Result<Json, ActionError> {
    let name = format!("dynamic_{}", generated::id(events, &instructions, 4));
    let told = variables([
        ("examples", flows_like(state, &instructions, 5, true).into()),
        ("flow_name", name.as_str().into()),
        ("instructions", instructions.into()),
    ]);
    let answer = asking.ask("generate_flow_from_instructions", told).await?;
    let written = generated::flow(&name, &answer.text);
    let source = written.and_then(|written| generated::permitted(state, written));
    Ok(match source {
        Some(source) => json!({"name": name, "body": source}),
        None => generated::apology("GenerateFlowFromInstructionsAction", &answer.text),
    })
}

/// Generates the source of a flow from its name.
#[action(
    name = "GenerateFlowFromNameAction",
    is_system_action,
    execute_async,
    replaceable,
    read_only
)]
async fn generate_flow_from_name(
    name: String,
    state: &State,
    asking: Asking<'_>,
) -> Result<String, ActionError> {
    if name.trim().is_empty() || name.contains(['\n', '\r']) {
        let message =
            format!("argument `name` must be the name of a flow, on one line; found {name:?}");
        return Err(
            ActionError::new(ActionErrorKind::InvalidArgument, message).with_parameter("name")
        );
    }
    let told = variables([
        ("examples", flows_like(state, &name, 5, true).into()),
        ("flow_name", name.as_str().into()),
    ]);
    let answer = asking.ask("generate_flow_from_name", told).await?.text;
    let written = generated::flow(&name, &answer);
    let source = written.and_then(|written| generated::permitted(state, written));
    Ok(source.unwrap_or_else(|| format!("flow {name}\n")))
}

/// Generates a flow that continues the conversation.
#[action(
    name = "GenerateFlowContinuationAction",
    is_system_action,
    execute_async,
    replaceable,
    read_only
)]
async fn generate_flow_continuation(
    #[arg(default = 0.0)] temperature: f64,
    state: &State,
    events: &[Event],
    asking: Asking<'_>,
) -> Result<Json, ActionError> {
    let examples = flows_like(state, &latest(events), 10, false);
    let told = variables([("examples", examples.into())]);
    let answer = asking
        .ask_at(temperature, "generate_flow_continuation", told)
        .await?
        .text;
    let lines = completion::lines(&answer);
    let apology = || generated::apology("GenerateFlowContinuationAction", &answer);
    let Some(first) = lines.first() else {
        return Ok(apology());
    };
    let action = completion::bot_action(&answer).ok_or_else(|| intents::no_bot_action(&answer))?;
    let body = completion::indented(action.iter().map(String::as_str));
    if !generated::are_permitted(state, &body) {
        return Ok(apology());
    }
    let intent = bot_intent(first, &answer);
    let name = format!("_dynamic_{} {intent}", generated::id(events, &answer, 8));
    let body = format!("@meta(bot_intent=\"{intent}\")\nflow {name}\n{body}");
    Ok(json!({"name": name, "parameters": [], "body": body}))
}

/// The bot's intent: the first line may have no label, as the prompt ends with one.
fn bot_intent(first: &str, answer: &str) -> String {
    let unlabelled =
        Some(first.trim()).filter(|line| line.starts_with("bot ") && !line.contains(':'));
    let labelled = || completion::labelled(answer, "bot intent");
    let intent = unlabelled.or_else(labelled).map(completion::flow_name);
    intent
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| NO_BOT_INTENT.to_owned())
}

/// Creates a flow with this body and a unique name.
#[action(
    name = "CreateFlowAction",
    is_system_action,
    execute_async,
    replaceable,
    read_only
)]
async fn create_flow(
    name: String,
    body: String,
    decorators: Option<String>,
    events: &[Event],
) -> Json {
    let name = format!(
        "_dynamic_{} {}",
        generated::id(events, &body, 8),
        completion::flow_name(&name)
    );
    let lines = decorators.as_deref().unwrap_or_default().lines();
    let decorators: String = lines
        .filter(|line| line.starts_with('@'))
        .map(|line| format!("{line}\n"))
        .collect();
    let body = format!("{decorators}flow {name}\n{}", generated::body(&body));
    json!({"name": name, "parameters": [], "body": body})
}

/// Generates what replaces `...` in a flow, according to its doc string.
#[action(
    name = "GenerateFlowAction",
    is_system_action,
    execute_async,
    replaceable,
    read_only
)]
async fn generate_flow(
    flow_id: String,
    state: &State,
    events: &[Event],
    context: &Context,
    asking: Asking<'_>,
) -> Result<Json, ActionError> {
    let flow = state
        .program()
        .flow(&flow_id)
        .ok_or_else(|| unknown_flow(&flow_id))?;
    let described = flow
        .doc_string
        .as_deref()
        .ok_or_else(|| undescribed(flow))?;
    let told = variables([(
        "flow_nld",
        rendered(described, state, context, &flow_id)?.into(),
    )]);
    let task = "generate_flow_continuation_from_flow_nld";
    let answer = asking.ask(task, told).await?.text;
    let lines = generated::continuation(&answer);
    let Some(lines) = lines.filter(|lines| generated::are_permitted(state, lines)) else {
        return Ok(generated::apology("GenerateFlowAction", &answer));
    };
    let name = format!("_dynamic_{}", generated::id(events, &answer, 8));
    // With the doc string for a `...` in the generated part.
    let body = format!("flow {name}\n  \"\"\"{described}\"\"\"\n{lines}");
    Ok(json!({"name": name, "parameters": [], "body": body}))
}

/// Whether the author of the configuration wrote the doc string: it belongs to a flow of its files. What a model
/// writes is never a template.
fn is_of_the_author(described: &str, state: &State) -> bool {
    let mut flows = state.program().flows();
    flows.any(|flow| !flow.file.is_empty() && flow.doc_string.as_deref() == Some(described))
}

/// A doc string of the author is a template: it can use the variables of the conversation and of its flow, and the
/// tools.
fn rendered(
    described: &str,
    state: &State,
    context: &Context,
    flow_id: &str,
) -> Result<String, ActionError> {
    if !is_of_the_author(described, state) {
        return Ok(described.to_owned());
    }
    let mut seen = context.as_map().clone();
    let latest = state
        .instances(flow_id)
        .and_then(|instances| instances.last());
    let own = latest.and_then(|instance| state.variables(*instance));
    for (name, value) in own.into_iter().flat_map(|own| own.iter()) {
        if let Ok(value) = value.to_json() {
            seen.insert(name.to_string(), value);
        }
    }
    let (tools, tool_names) = tools(state);
    seen.insert("tools".to_owned(), tools.into());
    seen.insert("tool_names".to_owned(), tool_names.into());
    template::render_alone(described.trim_matches('\n'), seen).map_err(|reason| {
        ActionError::failed(format!(
            "the doc string of flow `{flow_id}` is no template that can be used: {reason}"
        ))
    })
}

fn unknown_flow(flow_id: &str) -> ActionError {
    let message = format!("argument `flow_id` must name a flow; there is no flow `{flow_id}`");
    ActionError::new(ActionErrorKind::InvalidArgument, message).with_parameter("flow_id")
}

fn undescribed(flow: &FlowConfig) -> ActionError {
    let message = format!(
        "flow `{}` has `...` and no doc string that says how it goes on; add one as its first statement",
        flow.id
    );
    ActionError::failed(message)
}

/// The last utterance or intent.
fn latest(events: &[Event]) -> String {
    let text = |event: &Event| match event.name() {
        "UtteranceUserActionFinished" => event.value("final_transcript").cloned(),
        "UserIntentLog" | "BotIntentLog" => event.value("flow_id").cloned(),
        _ => None,
    };
    let latest = events.iter().rev().find_map(text);
    latest
        .and_then(|text| text.as_str().map(str::to_owned))
        .unwrap_or_default()
}
