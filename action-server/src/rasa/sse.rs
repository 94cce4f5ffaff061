//! The parts of a streamed answer as server-sent events. Names and members are those of gRPC's messages.

use super::run::{Failure, MISSING_DOMAIN, unknown_action};
use super::stream::Part;
use action_sdk::rasa::{Events, Message, RasaEvent};
use action_sdk::serde_json::{Map, Value, json};
use axum::body::Body;
use axum::http::Response;
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_core::Stream;
use serde::Serialize;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::sync::mpsc;

/// The result of a call, as `/webhook` answers it.
#[derive(Serialize)]
pub(super) struct Done<'a> {
    events: Vec<&'a Map<String, Value>>,
    responses: &'a [Message],
}

pub(super) fn done<'a>(events: &'a Events, responses: &'a [Message]) -> Done<'a> {
    let events = events.iter().map(RasaEvent::as_json).collect();
    Done { events, responses }
}

/// An answer whose first part has come already.
pub(super) fn response(action: String, first: Part, parts: mpsc::Receiver<Part>) -> Response<Body> {
    let first = Some(first);
    let parts = Parts {
        action,
        first,
        parts,
    };
    Sse::new(parts)
        .keep_alive(KeepAlive::default())
        .into_response()
}

struct Parts {
    action: String,
    first: Option<Part>,
    parts: mpsc::Receiver<Part>,
}

impl Stream for Parts {
    type Item = Result<Event, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(Ok(event(first, &self.action))));
        }
        let part = self.parts.poll_recv(cx);
        part.map(|part| Some(Ok(event(part?, &self.action))))
    }
}

fn event(part: Part, action: &str) -> Event {
    let (name, data) = match part {
        Part::Start { id } => ("chunk_start", json!({ "response_id": id })),
        Part::Chunk { id, chunk } => ("chunk", message(id, chunk.into_json())),
        Part::End { id } => ("chunk_end", json!({ "response_id": id })),
        Part::Done(events, said) => ("final_result", json!(done(&events, &said))),
        Part::Failed(failure) => ("error", error(failure, action)),
    };
    Event::default().event(name).data(data.to_string())
}

fn message(id: String, chunk: Value) -> Value {
    let mut members = Map::from_iter([("response_id".to_owned(), id.into())]);
    if let Value::Object(chunk) = chunk {
        members.extend(chunk);
    }
    Value::Object(members)
}

fn error(failure: Failure, action: &str) -> Value {
    let (action, message) = match failure {
        Failure::UnknownAction => (action.to_owned(), unknown_action(action)),
        Failure::MissingDomain => (action.to_owned(), MISSING_DOMAIN.to_owned()),
        Failure::Rejected { name, message } => (name, message),
        Failure::Malformed(message) | Failure::Failed(message) => (action.to_owned(), message),
    };
    json!({"action_name": action, "message": message})
}
