//! A streamed answer: chunks as the action makes them, then the result; and what happens when the user interrupts.

use super::super::run::Core;
use super::convert;
use super::failure::Told;
use super::proto::webhook_stream_event::Event;
use super::proto::{Chunk, ChunkEnd, ChunkStart, StreamError, WebhookResponse, WebhookStreamEvent};
use super::request::GrpcRequest;
use crate::tokens::Caller;
use action_sdk::rasa::{self, CollectingDispatcher, StreamEvent};
use action_sdk::serde_json::Value;
use action_sdk::umim::UidSource;
use std::collections::HashMap;
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};
use tonic::Status;

/// Where the events of a stream go.
type Sender = mpsc::Sender<Result<WebhookStreamEvent, Status>>;

/// How many chunks may wait between action and client.
const WAITING: usize = 8;

/// The streams that are open, by their response ids, so that they can be interrupted.
pub(super) struct Streams(Mutex<(UidSource, HashMap<String, CollectingDispatcher>)>);

impl Default for Streams {
    fn default() -> Self {
        Self(Mutex::new((UidSource::random(), HashMap::new())))
    }
}

impl Streams {
    /// The user has interrupted this stream. One that has ended already is unknown, and nothing happens.
    pub(super) fn interrupt(&self, id: &str) {
        if let Some(said) = self.lock().1.get(id) {
            said.cancel_stream();
        }
    }

    fn open(&self, said: &CollectingDispatcher) -> String {
        let mut inner = self.lock();
        let id = inner.0.next_uid().to_string().replace('-', "");
        inner.1.insert(id.clone(), said.clone());
        id
    }

    fn close(&self, id: &str) {
        self.lock().1.remove(id);
    }

    fn lock(&self) -> MutexGuard<'_, (UidSource, HashMap<String, CollectingDispatcher>)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The client's side of one call. Closes its open stream when it is dropped.
struct Line<'a> {
    streams: &'a Streams,
    said: &'a CollectingDispatcher,
    sender: &'a Sender,
    patience: Duration,
    id: String,
}

impl Drop for Line<'_> {
    fn drop(&mut self) {
        self.streams.close(&self.id);
    }
}

/// The client is gone, or reads nothing for too long.
struct Gone;

impl Line<'_> {
    async fn pass_on(&mut self, event: StreamEvent) -> Result<(), Gone> {
        let event = match event {
            StreamEvent::Start { .. } => {
                self.streams.close(&self.id);
                self.id = self.streams.open(self.said);
                Event::ChunkStart(ChunkStart {
                    response_id: self.id.clone(),
                })
            }
            StreamEvent::Chunk(chunk) => Event::Chunk(message(chunk, &self.id)),
            StreamEvent::End { .. } => {
                self.streams.close(&self.id);
                Event::ChunkEnd(ChunkEnd {
                    response_id: self.id.clone(),
                })
            }
        };
        self.send(Ok(event)).await
    }

    async fn send(&self, event: Result<Event, Status>) -> Result<(), Gone> {
        let event = event.map(|event| WebhookStreamEvent { event: Some(event) });
        let sent = timeout(self.patience, self.sender.send(event)).await;
        sent.map_err(|_| Gone)?.map_err(|_| Gone)
    }
}

/// Runs an action and sends what it says and returns. If the client goes, the call is dropped, which cancels it.
pub(super) async fn run(
    core: &Core,
    streams: &Streams,
    request: &GrpcRequest,
    caller: Option<&Caller>,
    sender: &Sender,
) {
    let (sink, mut chunks) = mpsc::channel(WAITING);
    let said = CollectingDispatcher::with_sink(sink);
    let mut line = Line {
        streams,
        said: &said,
        sender,
        patience: core.limits.write_time,
        id: String::new(),
    };
    let mut call = pin!(core.run(request, caller, &said));
    let mut interrupted = pin!(said.streaming_cancelled());
    let mut is_interrupted = false;
    let mut late = pin!(async {
        said.streaming_cancelled().await;
        sleep(core.limits.barge_in_time).await;
    });
    let outcome = loop {
        tokio::select! {
            biased;
            () = sender.closed() => return,
            () = &mut interrupted, if !is_interrupted => is_interrupted = true,
            () = &mut late => {
                tracing::warn!(action = request.name(), "the action goes on for too long after the user interrupted; it is cancelled");
                let _ = line.send(Ok(Event::FinalResult(WebhookResponse::default()))).await;
                return;
            }
            Some(event) = chunks.recv() => {
                if !is_interrupted && line.pass_on(event).await.is_err() {
                    return;
                }
            }
            outcome = &mut call => break outcome,
        }
    };
    while let Ok(event) = chunks.try_recv() {
        if !is_interrupted && line.pass_on(event).await.is_err() {
            return;
        }
    }
    let last = match outcome {
        Ok((events, said)) => {
            line.send(Ok(Event::FinalResult(convert::result(events, said))))
                .await
        }
        Err(failure) => failed(&line, Told::new(failure, request.name())).await,
    };
    if last.is_err() {
        tracing::debug!("the client went before the result");
    }
}

/// Rasa acts on the event; other clients look at the status.
async fn failed(line: &Line<'_>, told: Told) -> Result<(), Gone> {
    let event = StreamError {
        action_name: told.action_name.clone(),
        message: told.message.clone(),
    };
    line.send(Ok(Event::Error(event))).await?;
    line.send(Err(told.status())).await
}

/// A chunk as it is sent. Members that the message does not have are left out, as in rasa-sdk.
fn message(chunk: rasa::Chunk, id: &str) -> Chunk {
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
        response_id: id.to_owned(),
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
