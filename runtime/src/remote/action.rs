//! One action of a server as an action of this program: its description, its call, and what its answer means.

use std::sync::Arc;
use std::time::Duration;

use action_sdk::rasa::Message;
use action_sdk::{
    ActionDescriptor, ActionError, ActionErrorKind, Call, Map, NameError, Needs, ParamDescriptor,
    ParamKind, Special,
};
use serde_json::{Value as Json, json};

use super::client::{Client, Failed, shown};
use super::offer::{self, Offer};

/// How context variables are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// In a member `context`, as our server reads them.
    Context,
    /// As arguments `__context__NAME`, as functions of nemoguardrails 0.24.1 take them.
    Arguments,
}

/// What all actions of a server have in common.
#[derive(Clone)]
pub(super) struct Common {
    pub(super) client: Arc<Client>,
    pub(super) dialect: Dialect,
    pub(super) timeout: Duration,
    /// Context variables that are sent besides the declared ones, by action.
    pub(super) context: Vec<(String, Vec<String>)>,
}

impl Common {
    fn context_of<'a>(
        &'a self,
        action: &'a str,
        wire: &'a str,
    ) -> impl Iterator<Item = &'a String> {
        let is_meant = move |(of, _): &&(String, Vec<String>)| of == action || of == wire;
        let context = self.context.iter().filter(is_meant);
        context.flat_map(|(_, variables)| variables)
    }
}

/// The action for an offer.
///
/// # Errors
///
/// If its name cannot be the name of an action.
pub(super) fn action(common: &Common, offer: &Offer) -> Result<ActionDescriptor, NameError> {
    let name = offer::name_in_flows(&offer.wire);
    let wire: Arc<str> = offer.wire.as_str().into();
    let (client, dialect) = (Arc::clone(&common.client), common.dialect);
    let run = move |call: Arc<Call>| {
        let (client, wire) = (Arc::clone(&client), Arc::clone(&wire));
        async move { run(&client, dialect, &wire, &call).await }
    };
    let mut action = ActionDescriptor::new(name, run)?
        .with_needs(Needs::of(&[Special::Dispatcher]))
        .with_timeout(common.timeout);
    if action.name() != offer.wire {
        action = action.with_alias(offer.wire.clone());
    }
    Ok(described(action, common, offer))
}

fn described(action: ActionDescriptor, common: &Common, offer: &Offer) -> ActionDescriptor {
    let told = offer.description.as_ref();
    let params = told.and_then(offer::Description::params);
    let is_known = params.is_some();
    let context = told.map_or(&[][..], |told| &told.context);
    let mut action = params
        .into_iter()
        .flatten()
        .fold(action, ActionDescriptor::with_param);
    let name = action.name().to_owned();
    for variable in context.iter().chain(common.context_of(&name, &offer.wire)) {
        if action.context_variables().all(|known| known != variable) {
            let param = ParamDescriptor::argument(variable.clone(), "any value");
            action = action.with_param(param.optional().with_kind(ParamKind::Context));
        }
    }
    if !is_known && !action.params().is_empty() {
        let rest = ParamDescriptor::argument("arguments", "any values");
        action = action.with_param(rest.with_kind(ParamKind::Rest));
    }
    match told {
        None => action,
        Some(told) => action
            .with_title(told.title.clone().unwrap_or_default())
            .with_description(told.description.clone().unwrap_or_default())
            .with_execute_async(told.execute_async)
            .with_hints(told.hints()),
    }
}

async fn run(
    client: &Client,
    dialect: Dialect,
    wire: &str,
    call: &Call,
) -> Result<Json, ActionError> {
    let body = request(dialect, wire, call)?;
    let hints = call.action().hints();
    let is_repeatable = hints.read_only == Some(true) || hints.idempotent == Some(true);
    let answer = client.run(&body, is_repeatable).await;
    let answer = answer.map_err(|failed| unanswered(client, &failed))?;
    value(client, answer, call)
}

/// The body of the request (nemoguardrails 0.24.1), with the declared context variables.
fn request(dialect: Dialect, wire: &str, call: &Call) -> Result<Json, ActionError> {
    let mut arguments = Map::new();
    for (name, value) in call.arguments() {
        if let Some(place) = name.strip_prefix('$') {
            return Err(positional(place));
        }
        arguments.insert(name.to_owned(), value.clone());
    }
    let mut context = Map::new();
    for name in call.action().context_variables() {
        let value = call.context().value(name).cloned();
        match dialect {
            Dialect::Context => {
                value.map(|value| context.insert(name.to_owned(), value));
            }
            Dialect::Arguments => {
                arguments.insert(format!("__context__{name}"), value.unwrap_or_default());
            }
        }
    }
    let mut body = json!({"action_name": wire, "action_parameters": arguments});
    if let (false, Some(members)) = (context.is_empty(), body.as_object_mut()) {
        members.insert("context".to_owned(), Json::Object(context));
    }
    Ok(body)
}

#[cold]
fn positional(place: &str) -> ActionError {
    let number = place.parse::<usize>().map_or(1, |place| place + 1);
    let message = format!(
        "positional argument number {number} cannot be sent, since the actions server does not tell the names of its parameters; give it by name"
    );
    ActionError::new(ActionErrorKind::UnknownArgument, message)
}

#[cold]
fn unanswered(client: &Client, failed: &Failed) -> ActionError {
    ActionError::new(ActionErrorKind::Remote, client.told(failed))
}

/// The result in an answer. Messages for the user go on to the caller's dispatcher.
fn value(client: &Client, mut answer: Map, call: &Call) -> Result<Json, ActionError> {
    match answer.get("status").and_then(Json::as_str) {
        Some("success") => {
            for message in messages(client, answer.remove("responses"))? {
                call.dispatcher().utter_message(message);
            }
            Ok(answer.remove("result").unwrap_or_default())
        }
        Some("failed") => Err(failure(client, &answer)),
        _ => {
            let answer = shown(&Json::Object(answer));
            let problem = format!(
                "it answers with {answer}, whose `status` is neither `success` nor `failed`"
            );
            Err(misunderstood(client, &problem))
        }
    }
}

fn messages(client: &Client, told: Option<Json>) -> Result<Vec<Message>, ActionError> {
    let messages = match told {
        None | Some(Json::Null) => return Ok(Vec::new()),
        Some(Json::Array(messages)) => messages,
        Some(other) => {
            let problem = format!("its `responses` are no list: {}", shown(&other));
            return Err(misunderstood(client, &problem));
        }
    };
    let messages = messages.into_iter().map(Message::from_json);
    let messages: Result<_, _> = messages.collect();
    messages.map_err(|error| misunderstood(client, &format!("one of its `responses`: {error}")))
}

#[cold]
fn misunderstood(client: &Client, problem: &str) -> ActionError {
    let message = format!("the actions server at `{}`: {problem}", client.shown);
    ActionError::new(ActionErrorKind::Remote, message)
}

/// The failure of the action itself, as if it had failed here. nemoguardrails 0.24.1 gives no reason.
#[cold]
fn failure(client: &Client, answer: &Map) -> ActionError {
    let text = |member: &str| answer.get(member).and_then(Json::as_str);
    let kind = text("failure_kind").and_then(ActionErrorKind::parse);
    let kind = kind.unwrap_or(ActionErrorKind::Failed);
    let reason = text("failure_reason").filter(|reason| !reason.is_empty());
    let server = &client.shown;
    let message = match (reason, kind) {
        (None, _) => {
            format!("the actions server at `{server}` says that it failed, and does not say why")
        }
        (Some(reason), ActionErrorKind::NotFound | ActionErrorKind::Unavailable) => {
            format!("the actions server at `{server}`: {reason}")
        }
        (Some(reason), _) => reason.to_owned(),
    };
    let error = ActionError::new(kind, message);
    match text("failure_parameter") {
        Some(parameter) => error.with_parameter(parameter),
        None => error,
    }
}
