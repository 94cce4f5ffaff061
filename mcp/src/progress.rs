//! A call with progress notifications: one for each chunk that the action streams.

use crate::answer::message_text;
use action_sdk::rasa::{CollectingDispatcher, Message, StreamEvent};
use action_sdk::{ActionDispatcher, ActionError, ActionResult, CallScope, Invocation, Map};
use rmcp::model::{ContentBlock, ProgressNotificationParam, ProgressToken};
use rmcp::{Peer, RoleServer};
use std::pin::pin;
use std::time::Duration;
use tokio::sync::mpsc;

/// How many chunks may wait for a slow client before the action has to wait.
const ROOM: usize = 16;

/// How long sending the last chunks may take after the action has finished.
const LAST_CHUNKS: Duration = Duration::from_secs(1);

/// The outcome of a call, and the chunks that were streamed.
pub(crate) struct Told {
    pub(crate) outcome: Result<ActionResult, ActionError>,
    pub(crate) messages: Vec<Message>,
    pub(crate) streamed: Vec<ContentBlock>,
}

/// The client to which progress is sent.
pub(crate) struct Listener {
    pub(crate) peer: Peer<RoleServer>,
    pub(crate) token: ProgressToken,
}

/// Runs a call and forwards what it streams.
pub(crate) async fn call(
    dispatcher: &ActionDispatcher,
    action: &str,
    arguments: Map,
    scope: CallScope,
    listener: Listener,
) -> Told {
    let (sink, events) = mpsc::channel(ROOM);
    let mut streamed = Streamed::default();
    let (outcome, messages) = {
        let said = CollectingDispatcher::with_sink(sink);
        let scope = scope.with_dispatcher(said.clone());
        let invocation = Invocation::new().args(arguments).scope(scope);
        let work = async move {
            let outcome = dispatcher.call(action, invocation).await;
            (outcome, said.finish().await)
        };
        let mut work = pin!(work);
        let mut forwarding = pin!(streamed.forward(events, &listener));
        tokio::select! {
            done = &mut work => {
                // A task that the action has left running may keep the stream open.
                let _late = tokio::time::timeout(LAST_CHUNKS, forwarding).await;
                done
            }
            () = &mut forwarding => work.await,
        }
    };
    Told {
        outcome,
        messages,
        streamed: streamed.into_content(),
    }
}

/// What was streamed: one string per stream.
#[derive(Default)]
struct Streamed {
    texts: Vec<String>,
    chunks: u32,
}

impl Streamed {
    async fn forward(&mut self, mut events: mpsc::Receiver<StreamEvent>, listener: &Listener) {
        while let Some(event) = events.recv().await {
            match event {
                StreamEvent::Start { .. } => self.texts.push(String::new()),
                StreamEvent::End { .. } => {}
                StreamEvent::Chunk(chunk) => {
                    let text = message_text(chunk.into_json());
                    self.chunks += 1;
                    if let Some(last) = self.texts.last_mut() {
                        last.push_str(&text);
                    }
                    tell(listener, self.chunks, text).await;
                }
            }
        }
    }

    fn into_content(self) -> Vec<ContentBlock> {
        let texts = self.texts.into_iter().filter(|text| !text.is_empty());
        texts.map(ContentBlock::text).collect()
    }
}

async fn tell(listener: &Listener, chunks: u32, text: String) {
    let progress = ProgressNotificationParam::new(listener.token.clone(), f64::from(chunks));
    if let Err(error) = listener
        .peer
        .notify_progress(progress.with_message(text))
        .await
    {
        tracing::debug!(%error, "a client does not hear of progress");
    }
}
