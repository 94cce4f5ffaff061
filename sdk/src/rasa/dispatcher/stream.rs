//! Streaming: start, chunks, end, and interruption by the user.
//!
//! Every step first waits for room in the sink, and then determines what is sent, under the lock and without waiting.

use std::fmt;

use super::sink::{SinkClosed, SinkPermit, StreamEvent};
use super::{CollectingDispatcher, State};
use crate::rasa::chunk::Chunk;
use crate::rasa::message::Message;

/// The stream of a dispatcher, open or not.
#[derive(Default)]
pub(super) struct Stream {
    /// The number of the open stream.
    open: Option<u64>,
    /// How many streams were started.
    started: u64,
    /// The chunks of the open stream, if there is no sink.
    chunks: Vec<Chunk>,
}

impl CollectingDispatcher {
    /// Starts a streamed answer.
    ///
    /// If a stream is already open, this starts a new one: chunks that have not been sent yet are discarded (with a
    /// sink, they have been). An earlier interruption is reset.
    ///
    /// # Errors
    /// [`StreamErrorKind::SinkClosed`] if there is no reader any more.
    pub async fn stream_start(&self) -> Result<(), StreamError> {
        let permit = self.permit().await?;
        let mut state = self.state();
        // Reset before the start is visible, so that an interruption of the new stream is not lost.
        self.shared.cancelled.send_replace(false);
        state.stream.start(permit);
        Ok(())
    }

    /// Streams a [`Chunk`], or a string; starts a stream if none is open.
    ///
    /// After the user has interrupted, chunks are dropped silently.
    ///
    /// # Errors
    /// [`StreamErrorKind::ForbiddenMember`] if the chunk has an extra member `template` or `response`; this is
    /// checked before anything is sent or started. [`StreamErrorKind::SinkClosed`] if there is no reader any more.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// use action_sdk::rasa::{Chunk, CollectingDispatcher, StreamErrorKind};
    ///
    /// let dispatcher = CollectingDispatcher::new();
    /// let error = dispatcher.stream_chunk(Chunk::from("x").extra("response", "utter_x")).await.unwrap_err();
    /// assert_eq!(error.kind(), StreamErrorKind::ForbiddenMember);
    /// assert!(!dispatcher.is_streaming_active());
    /// # });
    /// ```
    pub async fn stream_chunk(&self, chunk: impl Into<Chunk>) -> Result<(), StreamError> {
        let mut next = Some(checked(chunk.into())?);
        while let Some(chunk) = next {
            if self.is_streaming_cancelled() {
                return Ok(());
            }
            let permit = self.permit().await?;
            next = self.offer(chunk, permit);
        }
        Ok(())
    }

    /// Ends the streamed answer. Without a sink, its chunks now become messages, one each, in order.
    ///
    /// Does nothing if no stream is open.
    ///
    /// # Errors
    /// [`StreamErrorKind::SinkClosed`] if there is no reader any more.
    pub async fn stream_end(&self) -> Result<(), StreamError> {
        if self.is_streaming_active() {
            let permit = self.permit().await?;
            self.state().end_stream(permit);
        }
        Ok(())
    }

    /// Whether a stream was started and not ended.
    pub fn is_streaming_active(&self) -> bool {
        self.state().stream.open.is_some()
    }

    /// Whether the user has interrupted (barge-in). An action may check it to skip further output.
    pub fn is_streaming_cancelled(&self) -> bool {
        *self.shared.cancelled.borrow()
    }

    /// For servers: the user has interrupted. Chunks are dropped until the next [`stream_start`](Self::stream_start).
    pub fn cancel_stream(&self) {
        self.shared.cancelled.send_replace(true);
    }

    /// Waits until the user interrupts, possibly forever. Meant to be raced against slow work.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let dispatcher = action_sdk::rasa::CollectingDispatcher::new();
    /// let door = dispatcher.clone();
    /// tokio::join!(dispatcher.streaming_cancelled(), async { door.cancel_stream() });
    /// assert!(dispatcher.is_streaming_cancelled());
    /// # });
    /// ```
    pub async fn streaming_cancelled(&self) {
        // The sender is owned by `self`, so waiting can only end with the value.
        let _ = self
            .shared
            .cancelled
            .subscribe()
            .wait_for(|cancelled| *cancelled)
            .await;
    }

    /// Room in the sink; `None` if there is no sink.
    async fn permit(&self) -> Result<Option<SinkPermit<'_>>, StreamError> {
        match &self.shared.sink {
            Some(sink) => sink.reserve().await.map(Some).map_err(StreamError::from),
            None => Ok(None),
        }
    }

    /// Uses the permit for the chunk, or for the start of its stream if that is needed first; then the chunk is
    /// returned.
    fn offer(&self, chunk: Chunk, permit: Option<SinkPermit<'_>>) -> Option<Chunk> {
        let mut state = self.state();
        if self.is_streaming_cancelled() {
            return None;
        }
        if state.stream.open.is_none() {
            state.stream.start(permit);
            return Some(chunk);
        }
        match permit {
            Some(permit) => permit.send(StreamEvent::Chunk(chunk)),
            None => state.stream.chunks.push(chunk),
        }
        None
    }
}

impl Stream {
    fn start(&mut self, permit: Option<SinkPermit<'_>>) {
        self.started += 1;
        self.open = Some(self.started);
        self.chunks.clear();
        if let Some(permit) = permit {
            permit.send(StreamEvent::Start {
                sequence: self.started,
            });
        }
    }
}

impl State {
    fn end_stream(&mut self, permit: Option<SinkPermit<'_>>) {
        if let Some(sequence) = self.stream.open.take() {
            self.messages
                .extend(self.stream.chunks.drain(..).map(Message::from));
            if let Some(permit) = permit {
                permit.send(StreamEvent::End { sequence });
            }
        }
    }
}

fn checked(chunk: Chunk) -> Result<Chunk, StreamError> {
    let forbidden: Vec<_> = chunk.forbidden_members().collect();
    if forbidden.is_empty() {
        Ok(chunk)
    } else {
        Err(StreamError {
            repr: Repr::Forbidden(forbidden),
        })
    }
}

/// Why something could not be streamed.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// use action_sdk::rasa::{CollectingDispatcher, StreamErrorKind};
///
/// let (sink, events) = tokio::sync::mpsc::channel(1);
/// drop(events);
/// let error = CollectingDispatcher::with_sink(sink).stream_start().await.unwrap_err();
/// assert_eq!(error.kind(), StreamErrorKind::SinkClosed);
/// # });
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamError {
    repr: Repr,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Repr {
    Forbidden(Vec<&'static str>),
    Closed(SinkClosed),
}

/// The ways in which streaming can fail.
///
/// ```
/// use action_sdk::rasa::StreamErrorKind;
///
/// assert_ne!(StreamErrorKind::ForbiddenMember, StreamErrorKind::SinkClosed);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum StreamErrorKind {
    /// The chunk names a response of the domain, which only a message may do.
    ForbiddenMember,
    /// The reader is gone, usually because the caller hung up.
    SinkClosed,
}

impl StreamError {
    /// The kind of error, to match on.
    pub fn kind(&self) -> StreamErrorKind {
        match self.repr {
            Repr::Forbidden(_) => StreamErrorKind::ForbiddenMember,
            Repr::Closed(_) => StreamErrorKind::SinkClosed,
        }
    }
}

impl fmt::Display for StreamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.repr {
            Repr::Forbidden(members) => write!(
                f,
                "a stream chunk cannot have `{}`, which Rasa fills in only at the end; use `utter_message` for it",
                members.join("` and `")
            ),
            Repr::Closed(_) => {
                f.write_str("the stream cannot go on, its reader is gone; return from the action")
            }
        }
    }
}

impl std::error::Error for StreamError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.repr {
            Repr::Forbidden(_) => None,
            Repr::Closed(closed) => Some(closed),
        }
    }
}

impl From<SinkClosed> for StreamError {
    fn from(closed: SinkClosed) -> Self {
        Self {
            repr: Repr::Closed(closed),
        }
    }
}
