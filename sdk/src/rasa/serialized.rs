//! `Serialize` and `Deserialize` for Rasa's data.
//!
//! Trackers are not `Serialize`, because they have two JSON forms: the one that Rasa sends ([`Tracker::to_json`]) and the
//! one that rasa-sdk shows ([`Tracker::current_state`]). Events are neither, because that is how the SDK tells them from
//! other return values; see [`RasaEvent::raw`](super::RasaEvent::raw) and [`to_json`](super::RasaEvent::to_json).

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, Serializer};
use serde_json::Value;

use super::domain::Domain;
use super::message::Message;
use super::rich::{Button, Element};
use super::tracker::Tracker;

macro_rules! through_json {
    ($($ty:ty),+) => {
        $(
            /// The same form as that of `from_json`.
            impl<'de> Deserialize<'de> for $ty {
                fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    Self::from_json(Value::deserialize(deserializer)?).map_err(D::Error::custom)
                }
            }
        )+
    };
}

through_json!(Button, Domain, Element, Message, Tracker);

/// The whole domain, unchanged.
impl Serialize for Domain {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_json().serialize(serializer)
    }
}
