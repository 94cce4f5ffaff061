//! Rasa's special parameters: access to a conversation that Rasa keeps.
//!
//! Rasa runs one action per request. The action reads the [`Tracker`] (and, if necessary, the [`Domain`]), sends
//! messages through the [`CollectingDispatcher`] and returns [`Events`], which Rasa adds to the conversation. Nothing
//! here knows how the request arrived or how the answer is sent.
//!
//! ```
//! use action_sdk::rasa::{Button, CollectingDispatcher, Events, Message, RasaEvent, Tracker};
//!
//! async fn order_pizza(tracker: &Tracker, dispatcher: &CollectingDispatcher) -> Events {
//!     let Some(size) = tracker.slot("size").and_then(|size| size.as_str()) else {
//!         dispatcher.utter_message(
//!             Message::new()
//!                 .text("Which size?")
//!                 .button(Button::new("Large").payload("/size{\"size\": \"large\"}")),
//!         );
//!         return Events::new();
//!     };
//!     dispatcher.utter_message(format!("One {size} pizza, coming up."));
//!     dispatcher.utter_response("utter_goodbye");
//!     RasaEvent::slot_set("ordered", true).into()
//! }
//!
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! let tracker = Tracker::new("user-1").with_slot("size", "large");
//! let dispatcher = CollectingDispatcher::new();
//! let events = order_pizza(&tracker, &dispatcher).await;
//!
//! assert_eq!(events.len(), 1);
//! assert_eq!(dispatcher.messages()[0].as_text(), Some("One large pizza, coming up."));
//! # });
//! ```
//!
//! An answer may also be streamed. A server without streaming sends the chunks as messages instead:
//!
//! ```
//! use action_sdk::rasa::{CollectingDispatcher, StreamError};
//!
//! async fn tell(dispatcher: &CollectingDispatcher) -> Result<(), StreamError> {
//!     dispatcher.stream_start().await?;
//!     for word in ["Once ", "upon ", "a time"] {
//!         dispatcher.stream_chunk(word).await?;
//!     }
//!     dispatcher.stream_end().await
//! }
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! # let dispatcher = CollectingDispatcher::new();
//! # tell(&dispatcher).await.unwrap();
//! # assert_eq!(dispatcher.messages().len(), 3);
//! # });
//! ```
//!
//! The slots of a form are validated in a loop: [`SlotValidation`].
//!
//! Facts about Rasa are those of rasa-sdk 3.21.1, found by reading and running it.

mod chunk;
mod content;
mod deferred;
mod dispatcher;
mod domain;
mod error;
mod event;
mod json;
mod message;
mod rich;
mod serialized;
mod tracker;
mod validation;

pub use chunk::Chunk;
pub use dispatcher::{
    CollectingDispatcher, SinkClosed, SinkPermit, StreamError, StreamErrorKind, StreamEvent,
    StreamSink,
};
pub use domain::{Domain, DomainSlot, SessionConfig, SlotMapping};
pub use error::{RasaJsonError, RasaJsonErrorKind};
pub use event::{EventProblem, Events, RasaEvent, ReminderTime, ReminderTimeError};
pub use message::Message;
pub use rich::{Button, Element};
pub use tracker::{SlotError, Tracker};
pub use validation::{SlotToValidate, SlotValidation};
