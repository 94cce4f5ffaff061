//! Rasa's data as serde sees it, where there is one way to see it.
//!
//! A tracker can be read and not written: what Rasa sends ([`Tracker::to_json`]) and what rasa-sdk shows
//! ([`Tracker::current_state`]) are two forms. Events are neither ([`RasaEvent::raw`](super::RasaEvent::raw),
//! [`to_json`](super::RasaEvent::to_json)): that they have no form of serde's is how the SDK tells them from other
//! return values.

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
            /// Reads what `from_json` reads.
            impl<'de> Deserialize<'de> for $ty {
                fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    Self::from_json(Value::deserialize(deserializer)?).map_err(D::Error::custom)
                }
            }
        )+
    };
}

through_json!(Button, Domain, Element, Message, Tracker);

/// The whole domain, as it came.
impl Serialize for Domain {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_json().serialize(serializer)
    }
}
