//! The dispatcher: an action sends its messages to it, and the server takes them out.
//!
//! [`CollectingDispatcher`] is a handle; streaming is in `stream.rs`, its output in `sink.rs`.

mod deprecated;
mod sink;
mod stream;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::message::Message;

pub use sink::{SinkClosed, SinkPermit, StreamEvent, StreamSink};
pub use stream::{StreamError, StreamErrorKind};

/// Collects the messages of an action, and streams them if the server supports it.
///
/// It is a handle: clones are cheap and contribute to the same answer, from any thread. Messages are sent together
/// when the action has finished. Chunks are sent at once if the server has set a [`StreamSink`]; otherwise they
/// become messages at [`stream_end`](Self::stream_end). An action need not know which.
///
/// ```
/// use action_sdk::rasa::{CollectingDispatcher, Message};
///
/// let dispatcher = CollectingDispatcher::new();
/// dispatcher.utter_message("Hello!");
/// dispatcher.utter_message(Message::new().image("https://example.org/i.png"));
/// dispatcher.utter_response("utter_goodbye");
///
/// let said = dispatcher.messages();
/// assert_eq!(said[0].as_text(), Some("Hello!"));
/// assert_eq!(said[2].as_response(), Some("utter_goodbye"));
/// ```
#[derive(Clone, Default)]
pub struct CollectingDispatcher {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    sink: Option<Box<dyn StreamSink>>,
    /// Whether the user has interrupted. A watch channel, so that it can be awaited.
    cancelled: watch::Sender<bool>,
    /// Never locked across an `await`.
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    messages: Vec<Message>,
    stream: stream::Stream,
}

impl CollectingDispatcher {
    /// A dispatcher without streaming: chunks become messages when their stream ends.
    pub fn new() -> Self {
        Self::default()
    }

    /// A dispatcher with streaming: chunks go to `sink` and never become messages.
    pub fn with_sink(sink: impl StreamSink + 'static) -> Self {
        let shared = Shared {
            sink: Some(Box::new(sink)),
            ..Shared::default()
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// Sends a message: a [`Message`], or a string.
    pub fn utter_message(&self, message: impl Into<Message>) {
        let message = message.into();
        self.state().messages.push(message);
    }

    /// Sends a text.
    pub fn utter_text(&self, text: impl Into<String>) {
        self.utter_message(Message::new().text(text));
    }

    /// Sends a response of the domain, such as `utter_greet`.
    pub fn utter_response(&self, name: impl Into<String>) {
        self.utter_message(Message::new().response(name));
    }

    /// The messages so far, in order. Chunks of a stream that is still open are not included.
    pub fn messages(&self) -> Vec<Message> {
        self.state().messages.clone()
    }

    /// Takes the messages so far, in order.
    pub fn take_messages(&self) -> Vec<Message> {
        std::mem::take(&mut self.state().messages)
    }

    /// For servers: completes the answer of an action that has returned, and returns the messages to be sent in it.
    ///
    /// A stream that the action left open is closed with a warning, as by [`stream_end`](Self::stream_end). It is no
    /// error if the reader of the sink is gone by then.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// use action_sdk::rasa::CollectingDispatcher;
    ///
    /// let dispatcher = CollectingDispatcher::new();
    /// dispatcher.stream_chunk("one").await.unwrap();
    /// assert_eq!(dispatcher.finish().await[0].as_text(), Some("one"));
    /// assert!(!dispatcher.is_streaming_active());
    /// # });
    /// ```
    pub async fn finish(&self) -> Vec<Message> {
        if self.is_streaming_active() {
            tracing::warn!(
                "an action left its stream open; closing it (call `stream_end` where the answer ends)"
            );
            if let Err(error) = self.stream_end().await {
                tracing::debug!(%error, "the open stream could not be closed");
            }
        }
        self.take_messages()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // No code that runs under this lock can leave the state inconsistent by panicking, so a poisoned lock is safe
        // to use.
        self.shared
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for CollectingDispatcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CollectingDispatcher")
            .field("messages", &self.state().messages)
            .field("streams", &self.shared.sink.is_some())
            .finish_non_exhaustive()
    }
}
