//! Rasa over HTTP: `/webhook`, `/actions`, `/health`, as rasa-sdk 3.21.1 serves them; and `/webhook/stream`, which it
//! does not have.

use super::request::WebhookRequest;
use super::run::{Core, Failure, MISSING_DOMAIN, unknown_action};
use super::sse::{self, done};
use super::stream::{self, Part, WAITING};
use crate::admission::Place;
use crate::answer;
use crate::body::{self, BUSY, Received};
use crate::json::{self, Members};
use crate::tokens::Caller;
use action_sdk::rasa::CollectingDispatcher;
use action_sdk::serde_json::{Value, json};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode};
use axum::routing::{get, post};
use std::sync::Arc;
use tokio::sync::mpsc;

/// The status for a missing domain.
const RETRY_WITH: u16 = 449;

/// The routes of this protocol.
pub(super) fn routes(core: Arc<Core>) -> Router {
    Router::new()
        .route("/webhook", post(webhook))
        .route("/webhook/", post(webhook))
        .route("/webhook/stream", post(webhook_stream))
        .route("/webhook/interrupt", post(interrupt))
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
    let admitted = match admit(&core, request).await {
        Ok(admitted) => admitted,
        Err(refusal) => return refusal,
    };
    let (request, caller) = (&admitted.request, admitted.caller.as_ref());
    let said = CollectingDispatcher::new();
    match core.run(request, caller, &said).await {
        Ok((events, responses)) => answer::json(StatusCode::OK, &done(&events, &responses)),
        Err(failure) => failed(failure, &request.action),
    }
}

/// Answers as `/webhook` does if nothing was streamed before the call failed; otherwise with the parts as they come.
async fn webhook_stream(State(core): State<Arc<Core>>, request: Request) -> Response<Body> {
    let admitted = match admit(&core, request).await {
        Ok(admitted) => admitted,
        Err(refusal) => return refusal,
    };
    let action = admitted.request.action.clone();
    let (sender, mut parts) = mpsc::channel(WAITING);
    tokio::spawn(async move {
        let (request, caller) = (&admitted.request, admitted.caller.as_ref());
        stream::run(&core, request, caller, &sender).await;
    });
    match parts.recv().await {
        Some(Part::Failed(failure)) => failed(failure, &action),
        Some(first) => sse::response(action, first, parts),
        None => refused(
            StatusCode::INTERNAL_SERVER_ERROR,
            "the action ended without a result",
        ),
    }
}

/// Interrupts a stream. As over gRPC, it does not matter whether it is still open.
async fn interrupt(State(core): State<Arc<Core>>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let received = body::read(&parts.headers, body, &core.limits, &core.admission).await;
    let received = match received {
        Ok(received) => received,
        Err(refusal) => return refused(refusal.status(), &refusal.sentence()),
    };
    let members = json::read::<Members<'_>>(&received.bytes);
    let id = members
        .ok()
        .and_then(|members| members.string("response_id"));
    let Some(id) = id else {
        return refused(
            StatusCode::BAD_REQUEST,
            "the body must be a JSON object with a string `response_id`",
        );
    };
    core.streams.interrupt(&id);
    answer::empty(StatusCode::NO_CONTENT)
}

/// A request that may be run, and what it holds until it has been.
struct Admitted {
    request: WebhookRequest,
    caller: Option<Caller>,
    #[allow(dead_code, reason = "held, not read")]
    held: (Received, Place),
}

/// Reads a request, if there is room for it. Otherwise returns the answer.
async fn admit(core: &Core, request: Request) -> Result<Admitted, Response<Body>> {
    let (parts, body) = request.into_parts();
    if !core.admission.is_open() {
        return Err(refused(StatusCode::SERVICE_UNAVAILABLE, BUSY));
    }
    let received = body::read(&parts.headers, body, &core.limits, &core.admission).await;
    let received = received.map_err(|refusal| refused(refusal.status(), &refusal.sentence()))?;
    let place = core.admission.place();
    let place = place.ok_or_else(|| refused(StatusCode::SERVICE_UNAVAILABLE, BUSY))?;
    match WebhookRequest::read(&received.bytes) {
        Ok(Some(request)) => Ok(Admitted {
            request,
            caller: parts.extensions.get().cloned(),
            held: (received, place),
        }),
        Ok(None) => {
            tracing::warn!("a request names no action, so none is run");
            Err(answer::json(StatusCode::OK, &Value::Null))
        }
        Err(sentence) => Err(refused(StatusCode::BAD_REQUEST, &sentence)),
    }
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
