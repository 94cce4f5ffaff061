//! The output of a stream: what a server that can stream gives to its dispatcher.

use std::fmt;

use futures_core::future::BoxFuture;
use tokio::sync::mpsc;

use crate::rasa::chunk::Chunk;

/// An event of a stream. The events of one dispatcher have the form `(Start, Chunk*, End)*`, with two exceptions: a
/// stream that is restarted has no `End` before the next `Start`, and one that is cut off by an error has none at
/// all.
///
/// ```
/// use action_sdk::rasa::StreamEvent;
///
/// assert_eq!(StreamEvent::Start { sequence: 1 }, StreamEvent::Start { sequence: 1 });
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum StreamEvent {
    /// A stream has begun. Its name on the wire (`response_id` over gRPC) is up to the server.
    Start {
        /// The number of this stream, counted from 1 for each dispatcher.
        sequence: u64,
    },
    /// A chunk of the open stream.
    Chunk(Chunk),
    /// The stream has ended.
    End {
        /// The number of the stream.
        sequence: u64,
    },
}

/// Receives the [`StreamEvent`]s of a dispatcher. A sender of a bounded tokio channel implements it, which is enough
/// for most servers.
///
/// Sending has two steps, so that no lock is held while waiting for a slow reader: first a permit is reserved, then
/// the event is determined and sent without waiting. So events arrive in the order in which they happened, however
/// many tasks of an action send them, and a chunk that got its permit only after the user had interrupted is not sent
/// any more.
///
/// The server must read while the action runs, until [`finish`](crate::rasa::CollectingDispatcher::finish) has
/// returned; otherwise both wait for each other forever.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// use action_sdk::rasa::{CollectingDispatcher, StreamEvent};
///
/// let (sink, mut events) = tokio::sync::mpsc::channel(8);
/// let dispatcher = CollectingDispatcher::with_sink(sink);
/// dispatcher.stream_chunk("hi").await.unwrap();
/// dispatcher.stream_end().await.unwrap();
///
/// assert_eq!(events.recv().await, Some(StreamEvent::Start { sequence: 1 }));
/// assert_eq!(events.recv().await, Some(StreamEvent::Chunk("hi".into())));
/// assert_eq!(events.recv().await, Some(StreamEvent::End { sequence: 1 }));
/// # });
/// ```
pub trait StreamSink: Send + Sync {
    /// Waits until there is room for one event. Dropping the permit releases the room.
    ///
    /// # Errors
    /// [`SinkClosed`] if there is no reader any more.
    fn reserve(&self) -> BoxFuture<'_, Result<SinkPermit<'_>, SinkClosed>>;
}

/// Room for one event in a [`StreamSink`].
///
/// ```
/// use std::sync::Mutex;
/// use action_sdk::rasa::{SinkPermit, StreamEvent};
///
/// let log = Mutex::new(Vec::new());
/// SinkPermit::new(|event| log.lock().unwrap().push(event)).send(StreamEvent::Start { sequence: 1 });
/// assert_eq!(log.into_inner().unwrap().len(), 1);
/// ```
pub struct SinkPermit<'a>(Box<dyn FnOnce(StreamEvent) + Send + 'a>);

impl<'a> SinkPermit<'a> {
    /// A permit that calls `send`, which must return at once and must not call the dispatcher.
    pub fn new(send: impl FnOnce(StreamEvent) + Send + 'a) -> Self {
        Self(Box::new(send))
    }

    /// Sends the event, using up the permit.
    pub fn send(self, event: StreamEvent) {
        (self.0)(event);
    }
}

impl fmt::Debug for SinkPermit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SinkPermit")
    }
}

/// The reader of a [`StreamSink`] is gone, usually because the caller hung up.
///
/// ```
/// assert_eq!(action_sdk::rasa::SinkClosed.to_string(), "nobody reads this stream any more");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SinkClosed;

impl fmt::Display for SinkClosed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nobody reads this stream any more")
    }
}

impl std::error::Error for SinkClosed {}

impl StreamSink for mpsc::Sender<StreamEvent> {
    fn reserve(&self) -> BoxFuture<'_, Result<SinkPermit<'_>, SinkClosed>> {
        Box::pin(async {
            let permit = mpsc::Sender::reserve(self).await.map_err(|_| SinkClosed)?;
            Ok(SinkPermit::new(move |event| permit.send(event)))
        })
    }
}
