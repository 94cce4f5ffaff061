//! The parts of a streamed answer as messages of gRPC.

use super::super::stream::Part;
use super::convert;
use super::failure::Told;
use super::proto::webhook_stream_event::Event;
use super::proto::{Chunk, ChunkEnd, ChunkStart, StreamError, WebhookStreamEvent};
use action_sdk::rasa;
use action_sdk::serde_json::Value;
use futures_core::Stream;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::sync::mpsc;
use tonic::Status;

/// What the client of one call receives.
pub(super) struct Messages {
    action: String,
    parts: mpsc::Receiver<Part>,
    /// The status after an error.
    status: Option<Status>,
}

impl Messages {
    pub(super) fn new(action: &str, parts: mpsc::Receiver<Part>) -> Self {
        Self {
            action: action.to_owned(),
            parts,
            status: None,
        }
    }

    fn event(&mut self, part: Part) -> Event {
        match part {
            Part::Start { id } => Event::ChunkStart(ChunkStart { response_id: id }),
            Part::Chunk { id, chunk } => Event::Chunk(message(chunk, id)),
            Part::End { id } => Event::ChunkEnd(ChunkEnd { response_id: id }),
            Part::Done(events, said) => Event::FinalResult(convert::result(events, said)),
            Part::Failed(failure) => {
                let told = Told::new(failure, &self.action);
                let error = StreamError {
                    action_name: told.action_name.clone(),
                    message: told.message.clone(),
                };
                self.status = Some(told.status());
                Event::Error(error)
            }
        }
    }
}

/// Rasa acts on the event of a failure; other clients look at the status, which follows.
impl Stream for Messages {
    type Item = Result<WebhookStreamEvent, Status>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(status) = self.status.take() {
            return Poll::Ready(Some(Err(status)));
        }
        let part = self.parts.poll_recv(cx);
        part.map(|part| {
            let event = Some(self.event(part?));
            Some(Ok(WebhookStreamEvent { event }))
        })
    }
}

/// A chunk as it is sent. Members that the message does not have are left out, as in rasa-sdk.
fn message(chunk: rasa::Chunk, id: String) -> Chunk {
    let Value::Object(mut members) = chunk.into_json() else {
        return Chunk::default();
    };
    let mut text = |name| match members.remove(name) {
        Some(Value::String(text)) => text,
        _ => String::new(),
    };
    let (spoken, image, attachment) = (text("text"), text("image"), text("attachment"));
    let mut list = |name| match members.remove(name) {
        Some(Value::Array(list)) => convert::structs(list),
        _ => Vec::new(),
    };
    let (buttons, elements) = (list("buttons"), list("elements"));
    Chunk {
        response_id: id,
        text: spoken,
        image,
        custom: match members.remove("custom") {
            Some(Value::Object(members)) => Some(convert::fields(members)),
            _ => None,
        },
        attachment,
        buttons,
        elements,
    }
}
