//! Rasa over HTTP: `/webhook`, `/actions`, `/health`, as rasa-sdk 3.21.1 serves them.

use super::request::WebhookRequest;
use super::run::{Core, Failure, MISSING_DOMAIN, unknown_action};
use crate::answer;
use crate::body::{self, BUSY};
use crate::tokens::Caller;
use action_sdk::rasa::{CollectingDispatcher, Events, Message, RasaEvent};
use action_sdk::serde_json::{Map, Value, json};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode};
use axum::routing::{get, post};
use std::sync::Arc;

/// The status for a missing domain.
const RETRY_WITH: u16 = 449;

/// The routes of this protocol.
pub(super) fn routes(core: Arc<Core>) -> Router {
    let webhook = post(webhook);
    Router::new()
        .route("/webhook", webhook.clone())
        .route("/webhook/", webhook)
        .route("/actions", get(actions))
        .route("/actions/", get(actions))
        .route("/health", get(health))
        .route("/health/", get(health))
        .with_state(core)
}

async fn health() -> Response<Body> {
    answer::json(StatusCode::OK, &json!({"status": "ok"}))
}

async fn actions(State(core): State<Arc<Core>>) -> Response<Body> {
    let names: Vec<Value> = core.names().map(|name| json!({ "name": name })).collect();
    answer::json(StatusCode::OK, &names)
}

async fn webhook(State(core): State<Arc<Core>>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    if !core.admission.is_open() {
        return refused(StatusCode::SERVICE_UNAVAILABLE, BUSY);
    }
    let received = body::read(&parts.headers, body, &core.limits, &core.admission).await;
    let received = match received {
        Ok(received) => received,
        Err(refusal) => return refused(refusal.status(), &refusal.sentence()),
    };
    let Some(_place) = core.admission.place() else {
        return refused(StatusCode::SERVICE_UNAVAILABLE, BUSY);
    };
    match WebhookRequest::read(&received.bytes) {
        Ok(Some(request)) => answered(&core, &request, parts.extensions.get()).await,
        Ok(None) => {
            tracing::warn!("a request names no action, so none is run");
            answer::json(StatusCode::OK, &Value::Null)
        }
        Err(sentence) => refused(StatusCode::BAD_REQUEST, &sentence),
    }
}

async fn answered(
    core: &Core,
    request: &WebhookRequest,
    caller: Option<&Caller>,
) -> Response<Body> {
    match core
        .run(request, caller, &CollectingDispatcher::new())
        .await
    {
        Ok((events, responses)) => done(&events, &responses),
        Err(failure) => failed(failure, &request.action),
    }
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

/// Rasa takes a 400 for a rejection, so a malformed part of a request is a 500, as in rasa-sdk.
fn failed(failure: Failure, name: &str) -> Response<Body> {
    match failure {
        Failure::UnknownAction => about(StatusCode::NOT_FOUND, &unknown_action(name), name),
        Failure::MissingDomain => about(retry_with(), MISSING_DOMAIN, name),
        Failure::Rejected { name, message } => about(StatusCode::BAD_REQUEST, &message, &name),
        Failure::Malformed(message) | Failure::Failed(message) => {
            refused(StatusCode::INTERNAL_SERVER_ERROR, &message)
        }
    }
}

fn refused(status: StatusCode, sentence: &str) -> Response<Body> {
    answer::json(status, &json!({ "error": sentence }))
}

fn about(status: StatusCode, sentence: &str, action_name: &str) -> Response<Body> {
    answer::json(
        status,
        &json!({"error": sentence, "action_name": action_name}),
    )
}

fn retry_with() -> StatusCode {
    StatusCode::from_u16(RETRY_WITH).expect("three digits are a status")
}
