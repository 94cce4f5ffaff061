//! The way out of a stream: what a door that can stream gives to its dispatcher.

use std::fmt;

use futures_core::future::BoxFuture;
use tokio::sync::mpsc;

use crate::rasa::chunk::Chunk;

/// What happens in a stream. One dispatcher's events come as `(Start, Chunk*, End)*`, except that a stream that is
/// started over has no `End` before the next `Start`, and that one cut off by an error has none at all.
///
/// ```
/// use action_sdk::rasa::StreamEvent;
///
/// assert_eq!(StreamEvent::Start { sequence: 1 }, StreamEvent::Start { sequence: 1 });
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum StreamEvent {
    /// A stream has begun. What the door calls it on the wire (`response_id` over gRPC) is the door's affair.
    Start {
        /// Counts the streams of this dispatcher, from 1.
        sequence: u64,
    },
    /// A piece of the stream that is open.
    Chunk(Chunk),
    /// The stream has ended.
    End {
        /// The number with which it began.
        sequence: u64,
    },
}

/// Where a dispatcher sends [`StreamEvent`]s. A sender of a bounded tokio channel is one, and most doors need no other.
///
/// Sending is in two steps, so that nothing is locked while a slow reader is waited for: room is reserved first, and
/// the event, settled only then, is put into it without waiting. So events arrive in the order in which they happened,
/// from however many tasks an action speaks, and a chunk for which there was room only after the user had
/// interrupted is not sent any more.
///
/// The door must read while the action runs and until [`finish`](crate::rasa::CollectingDispatcher::finish) has
/// returned, or both wait for room for ever.
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
    /// Waits until there is room for one event. Dropping the permit gives the room back.
    ///
    /// # Errors
    /// [`SinkClosed`] if nobody will ever read it.
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
    /// A permit that is used by calling `send`, which must return at once and must not call the dispatcher.
    pub fn new(send: impl FnOnce(StreamEvent) + Send + 'a) -> Self {
        Self(Box::new(send))
    }

    /// Puts the event into the room reserved for it.
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
