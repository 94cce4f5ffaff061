//! The vocabulary that dialogue engines share: UMIM events, action-event names, uids and times.
//!
//! Everything that happens in a conversation is an [`Event`]: a name and fields, one flat JSON object on the wire. A
//! dialogue engine requests an action with `StartUtteranceBotAction`; the performer of the action reports on it with
//! `UtteranceBotActionStarted` and `UtteranceBotActionFinished`, under the same `action_uid`. So the names carry
//! meaning, and [`ActionEventName`] parses and builds them. Before an event is sent it is [stamped](Event::stamped)
//! with uid, time and modality, and [checked](Event::check). Clock and randomness are passed in, as a [`Timestamp`]
//! and a [`UidSource`] that can be seeded, so that a conversation can be reproduced byte for byte.
//!
//! Fields and names are those of nemoguardrails 0.24.1. Nothing in this crate waits, and nothing in it knows about
//! flows or about how actions are performed.
//!
//! ```
//! use umim::{ActionEventKind, ActionEventName, Event, Timestamp, UidSource};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let start = Event::parse(
//!     r#"{"type": "StartWeatherAction", "uid": "e1", "action_uid": "a1", "city": "Bergen"}"#,
//! )?;
//! let asked = start.action_event().ok_or("not about an action")?;
//! assert_eq!((asked.kind(), asked.action()), (ActionEventKind::Start, "WeatherAction"));
//! assert_eq!(start.arguments().collect::<Vec<_>>(), [("city", &"Bergen".into())]);
//!
//! let told = ActionEventName::new(ActionEventKind::Finished, asked.action());
//! let finished = Event::new(told.to_string())
//!     .with("action_uid", start.action_uid())
//!     .with("is_success", true)
//!     .with("return_value", "rain")
//!     .stamped(&mut UidSource::random(), Timestamp::now(), "weather-station");
//! finished.check()?;
//! # Ok(())
//! # }
//! ```

mod action_event;
mod action_event_kind;
mod action_name;
mod check;
mod event;
mod event_error;
mod modality;
mod stamp;
mod time;
mod uid;

pub use action_event::ActionEventName;
pub use action_event_kind::ActionEventKind;
pub use action_name::{ActionNameError, ActionNameErrorKind, check_action_name};
pub use check::{Expected, FieldError, InvalidEvent};
pub use event::{ENVELOPE_FIELDS, Event};
pub use event_error::{EventError, EventErrorKind};
pub use modality::{Modality, ModalityPolicy, modality_of, standard_actions};
pub use time::{Timestamp, TimestampError, TimestampErrorKind};
pub use uid::{Uid, UidError, UidSource};

/// The beginning of a string that may be long, for messages: on one line, without control characters for a terminal.
fn excerpt(text: &str) -> String {
    const LONGEST: usize = 64;
    let (start, more) = match text.char_indices().nth(LONGEST) {
        Some((end, _)) => (&text[..end], "…"),
        None => (text, ""),
    };
    let mut shown = String::with_capacity(start.len() + more.len());
    for c in start.chars() {
        match c.is_control() {
            true => shown.extend(c.escape_default()),
            false => shown.push(c),
        }
    }
    shown + more
}
