//! A streamed answer: chunks as the action makes them, then the result; and what happens when the user interrupts.
//!
//! The doors differ only in the form in which they send the parts.

use super::run::{Core, Failure, Request};
use super::streams::Streams;
use crate::tokens::Caller;
use action_sdk::rasa::{Chunk, CollectingDispatcher, Events, Message, StreamEvent};
use std::pin::pin;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};

/// How many parts may wait between action and client.
pub(super) const WAITING: usize = 8;

/// A part of a streamed answer. Each stream of an answer has an id.
#[derive(Debug)]
pub(super) enum Part {
    Start {
        id: String,
    },
    Chunk {
        id: String,
        chunk: Chunk,
    },
    End {
        id: String,
    },
    /// The last part.
    Done(Events, Vec<Message>),
    /// The last part of an answer that failed.
    Failed(Failure),
}

impl From<Result<(Events, Vec<Message>), Failure>> for Part {
    fn from(outcome: Result<(Events, Vec<Message>), Failure>) -> Self {
        match outcome {
            Ok((events, said)) => Self::Done(events, said),
            Err(failure) => Self::Failed(failure),
        }
    }
}

/// The client's side of one call. Closes its open stream when it is dropped.
struct Line<'a> {
    streams: &'a Streams,
    said: &'a CollectingDispatcher,
    sender: &'a mpsc::Sender<Part>,
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
        let part = match event {
            StreamEvent::Start { .. } => {
                self.streams.close(&self.id);
                self.id = self.streams.open(self.said);
                Part::Start {
                    id: self.id.clone(),
                }
            }
            StreamEvent::Chunk(chunk) => Part::Chunk {
                id: self.id.clone(),
                chunk,
            },
            StreamEvent::End { .. } => {
                self.streams.close(&self.id);
                Part::End {
                    id: self.id.clone(),
                }
            }
        };
        self.send(part).await
    }

    async fn send(&self, part: Part) -> Result<(), Gone> {
        let sent = timeout(self.patience, self.sender.send(part)).await;
        sent.map_err(|_| Gone)?.map_err(|_| Gone)
    }
}

/// Runs an action and sends what it says and returns. If the client goes, the call is dropped, which cancels it.
pub(super) async fn run(
    core: &Core,
    request: &impl Request,
    caller: Option<&Caller>,
    sender: &mpsc::Sender<Part>,
) {
    let (sink, mut chunks) = mpsc::channel(WAITING);
    let said = CollectingDispatcher::with_sink(sink);
    let mut line = Line {
        streams: &core.streams,
        said: &said,
        sender,
        patience: core.limits.write_time,
        id: String::new(),
    };
    let mut call = pin!(core.run(request, caller, &said));
    let mut interrupted = pin!(said.streaming_cancelled());
    let mut is_interrupted = false;
    let mut late = pin!(overdue(&said, core.limits.barge_in_time));
    let outcome = loop {
        tokio::select! {
            biased;
            () = sender.closed() => return,
            () = &mut interrupted, if !is_interrupted => is_interrupted = true,
            () = &mut late => {
                tracing::warn!(action = request.action(), "the action goes on for too long after the user interrupted; it is cancelled");
                let _ = line.send(Part::Done(Events::default(), Vec::new())).await;
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
    if line.send(outcome.into()).await.is_err() {
        tracing::debug!("the client went before the result");
    }
}

/// Completes when this time has passed since the user interrupted.
async fn overdue(said: &CollectingDispatcher, time: Duration) {
    said.streaming_cancelled().await;
    sleep(time).await;
}
