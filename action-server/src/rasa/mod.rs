//! The door for Rasa over HTTP: `/webhook`, `/actions`, `/health`, as rasa-sdk 3.21.1 serves them.

mod call;
mod domains;
mod request;

use crate::admission::Admission;
use crate::answer;
use crate::body::{self, BUSY};
use crate::limits::Limits;
use crate::offer::{Found, Offer};
use crate::reason;
use crate::tokens::Caller;
use action_sdk::rasa::{Domain, Events, Message, RasaEvent};
use action_sdk::serde_json::{Map, Value, json};
use action_sdk::{ActionDescriptor, ActionDispatcher, ActionError, ActionErrorKind, Special};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode};
use axum::routing::{get, post};
use axum::{Router, http};
use bytes::Bytes;
use call::RasaCall;
use domains::Domains;
use request::WebhookRequest;
use std::sync::Arc;

/// Rasa recognises this message, and sends the request again with the domain (rasa-pro 3.21).
const MISSING_DOMAIN: &str = "Missing domain context, assistant will retry the request and include the domain in the \
     request payload. For more information please see https://rasa.com/docs/action-server/";

/// The status for a missing domain.
const RETRY_WITH: u16 = 449;

/// The state that all routes share.
struct Door {
    offer: Offer,
    limits: Limits,
    admission: Admission,
    domains: Domains,
}

/// The routes of the door.
pub(crate) fn routes(
    dispatcher: ActionDispatcher,
    limits: &Limits,
    admission: &Admission,
) -> Router {
    let door = Arc::new(Door {
        offer: Offer::new(dispatcher, "rasa", &[Special::State]),
        limits: limits.clone(),
        admission: admission.clone(),
        domains: Domains::new(limits),
    });
    let webhook = post(webhook);
    Router::new()
        .route("/webhook", webhook.clone())
        .route("/webhook/", webhook)
        .route("/actions", get(actions))
        .route("/actions/", get(actions))
        .route("/health", get(health))
        .route("/health/", get(health))
        .with_state(door)
}

async fn health() -> Response<Body> {
    answer::json(StatusCode::OK, &json!({"status": "ok"}))
}

/// Lists the aliases of each action, or its name if it has none: Rasa's names are aliases.
async fn actions(State(door): State<Arc<Door>>) -> Response<Body> {
    let names = door.offer.actions().flat_map(|action| {
        let own = action.aliases().next().is_none().then(|| action.name());
        action.aliases().chain(own)
    });
    let names: Vec<Value> = names.map(|name| json!({"name": name})).collect();
    answer::json(StatusCode::OK, &names)
}

async fn webhook(State(door): State<Arc<Door>>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    if !door.admission.is_open() {
        return refused(StatusCode::SERVICE_UNAVAILABLE, BUSY);
    }
    let received = body::read(&parts.headers, body, &door.limits, &door.admission).await;
    let received = match received {
        Ok(received) => received,
        Err(refusal) => return refused(refusal.status(), &refusal.sentence()),
    };
    let Some(_place) = door.admission.place() else {
        return refused(StatusCode::SERVICE_UNAVAILABLE, BUSY);
    };
    match WebhookRequest::read(&received.bytes) {
        Ok(Some(request)) => door.answer(request, parts.extensions.get()).await,
        Ok(None) => {
            tracing::warn!("a request names no action, so none is run");
            answer::json(StatusCode::OK, &Value::Null)
        }
        Err(sentence) => refused(StatusCode::BAD_REQUEST, &sentence),
    }
}

fn refused(status: StatusCode, sentence: &str) -> Response<Body> {
    answer::json(status, &json!({ "error": sentence }))
}

/// The answer for every failure but a rejection. Rasa takes a 400 for a rejection, so this is a 500.
fn broken(sentence: &str) -> Response<Body> {
    refused(StatusCode::INTERNAL_SERVER_ERROR, sentence)
}

fn failed(status: StatusCode, sentence: &str, action_name: &str) -> Response<Body> {
    answer::json(
        status,
        &json!({"error": sentence, "action_name": action_name}),
    )
}

impl Door {
    async fn answer(&self, request: WebhookRequest, caller: Option<&Caller>) -> Response<Body> {
        let name = request.action.clone();
        let action = match self.offer.find(&name) {
            Found::Action(action) => action,
            Found::Nothing => {
                let sentence = format!("No registered action found for name '{name}'.");
                return failed(StatusCode::NOT_FOUND, &sentence, &name);
            }
            Found::Needs(parameter) => {
                let sentence = format!("the action needs `{parameter}`, which Rasa does not have");
                return broken(&sentence);
            }
        };
        let domain = match self.domain(&request) {
            Ok(None) if takes_domain(action) => {
                return failed(retry_with(), MISSING_DOMAIN, &name);
            }
            Ok(domain) => domain,
            Err(sentence) => return broken(sentence),
        };
        let tracker = match request.tracker() {
            Ok(tracker) => tracker,
            Err(sentence) => return broken(&sentence),
        };
        let call = RasaCall {
            tracker,
            domain,
            caller: caller.cloned(),
            time: self.limits.call_time,
        };
        match call.run(self.offer.dispatcher(), action).await {
            Ok((events, responses)) => done(&events, &responses),
            Err(error) => unsuccessful(&error, action, &name),
        }
    }

    /// The domain of the request, or the cached domain of its digest.
    fn domain(&self, request: &WebhookRequest) -> Result<Option<Arc<Domain>>, &'static str> {
        let digest = request.digest.as_deref();
        match &request.domain {
            Some(text) if !text.starts_with(b"{") => {
                Err("member `domain` of the request must be an object")
            }
            Some(text) if is_empty(text) => {
                let known = digest.and_then(|digest| self.domains.find(digest));
                Ok(Some(known.unwrap_or_default()))
            }
            Some(text) => Ok(Some(self.domains.brought(text, digest))),
            None => Ok(digest.and_then(|digest| self.domains.find(digest))),
        }
    }
}

fn retry_with() -> StatusCode {
    http::StatusCode::from_u16(RETRY_WITH).expect("three digits are a status")
}

/// Whether an object has no members.
fn is_empty(object: &Bytes) -> bool {
    object[1..].trim_ascii_start().starts_with(b"}")
}

fn done(events: &Events, responses: &[Message]) -> Response<Body> {
    #[derive(serde::Serialize)]
    struct Done<'a> {
        events: Vec<&'a Map<String, Value>>,
        responses: &'a [Message],
    }
    let events = events.iter().map(RasaEvent::as_json).collect();
    answer::json(StatusCode::OK, &Done { events, responses })
}

fn unsuccessful(error: &ActionError, action: &ActionDescriptor, name: &str) -> Response<Body> {
    if error.kind() != ActionErrorKind::Rejected {
        return broken(reason::told(error));
    }
    let other = error.action().filter(|other| *other != action.name());
    let name = other.unwrap_or(name);
    let default = || format!("Custom action '{name}' rejected execution.");
    let sentence = Some(error.message().to_owned()).filter(|message| !message.is_empty());
    failed(
        StatusCode::BAD_REQUEST,
        &sentence.unwrap_or_else(default),
        name,
    )
}

/// Whether Rasa has to send its domain. An action made by hand may read it, and need not: it is called without one.
fn takes_domain(action: &ActionDescriptor) -> bool {
    action.needs().contains(Special::Domain) && !action.crate_name().is_empty()
}
