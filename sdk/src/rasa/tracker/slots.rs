//! The slots of a tracker: reading them, as JSON or typed, and setting them.

use std::error::Error;
use std::fmt;
use std::sync::{Arc, LazyLock};

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::Tracker;
use crate::depth::is_shallow;
use crate::rasa::event::{RasaEvent, event_name};
use crate::rasa::json::kind_of;
use crate::read::{Mismatch, read};

impl Tracker {
    /// The value of this slot; `None`, with a message in the log, if the tracker has no such slot. A slot that is not
    /// filled is usually present and null.
    pub fn slot(&self, name: &str) -> Option<&Value> {
        let value = self.slots().get(name);
        if value.is_none() {
            tracing::info!(slot = name, "a slot was asked for that does not exist");
        }
        value
    }

    /// The value of this slot as a Rust type; `None` if it is null or there is no such slot.
    ///
    /// Over gRPC all numbers arrive as floats, so an integral float is accepted as an integer.
    ///
    /// # Errors
    /// If the value has another type.
    ///
    /// ```
    /// use action_sdk::rasa::Tracker;
    ///
    /// let tracker = Tracker::new("u").with_slot("count", 2).with_slot("size", "large");
    /// assert_eq!(tracker.slot_as::<u8>("count")?, Some(2));
    /// assert_eq!(tracker.slot_as::<u8>("no_such_slot")?, None);
    /// assert_eq!(
    ///     tracker.slot_as::<u8>("size").unwrap_err().to_string(),
    ///     "slot `size` holds a text, which is no `u8`; check the slot's type in the domain",
    /// );
    /// # Ok::<(), action_sdk::rasa::SlotError>(())
    /// ```
    pub fn slot_as<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, SlotError> {
        let Some(value) = self.slots().get(name).filter(|value| !value.is_null()) else {
            return Ok(None);
        };
        read(value)
            .or_else(|error| match is_shallow(value) {
                true => T::deserialize(with_integers(value)).map_err(|_| error),
                false => Err(error),
            })
            .map(Some)
            .map_err(|source| SlotError {
                slot: name.to_owned(),
                wanted: std::any::type_name::<T>(),
                found: kind_of(value),
                source: Arc::new(source),
            })
    }

    /// All slots with their values, in the order of the JSON.
    pub fn slots(&self) -> &Map<String, Value> {
        static NONE: LazyLock<Map<String, Value>> = LazyLock::new(Map::new);
        self.slots.as_deref().unwrap_or(&NONE)
    }

    /// All slots with their values: the name of [`slots`](Self::slots) in rasa-sdk.
    pub fn current_slot_values(&self) -> &Map<String, Value> {
        self.slots()
    }

    /// The slots that Rasa has just filled and a form has to validate, by name: the `slot` events at the very end of
    /// the history, in the order in which the names first occur, each with its last value.
    ///
    /// ```
    /// use action_sdk::rasa::{RasaEvent, Tracker};
    /// use serde_json::json;
    ///
    /// let tracker = Tracker::new("u").with_events([
    ///     RasaEvent::slot_set("old", 0),
    ///     RasaEvent::action_executed("action_listen"),
    ///     RasaEvent::slot_set("city", "Rome"),
    ///     RasaEvent::slot_set("city", "Oslo"),
    /// ]);
    /// assert_eq!(json!(tracker.slots_to_validate()), json!({"city": "Oslo"}));
    /// ```
    pub fn slots_to_validate(&self) -> Map<String, Value> {
        let run = self
            .events()
            .rsplit(|event| event_name(event) != Some("slot"))
            .next();
        let named = run.unwrap_or_default().iter().filter_map(slot_of);
        named
            .map(|(name, value)| (name.to_owned(), value.clone()))
            .collect()
    }

    /// Sets the slots of all `slot` events among these, and appends those events to the history; other events are
    /// ignored. Only this tracker changes: Rasa learns of it from the events that the action returns.
    ///
    /// ```
    /// use action_sdk::rasa::{RasaEvent, Tracker};
    ///
    /// let mut tracker = Tracker::new("u");
    /// tracker.add_slots([RasaEvent::slot_set("city", "Rome"), RasaEvent::restarted()]);
    /// assert_eq!(tracker.slot("city").unwrap(), "Rome");
    /// assert_eq!(tracker.events().len(), 1);
    /// ```
    pub fn add_slots(&mut self, events: impl IntoIterator<Item = RasaEvent>) {
        for event in events.into_iter().map(RasaEvent::into_json) {
            if let Some((name, value)) = slot_of(&event) {
                let slots = self.slots.get_or_insert_default();
                Arc::make_mut(slots).insert(name.to_owned(), value.clone());
                self.events.value_mut().push(event);
            }
        }
    }
}

impl Tracker {
    /// Fills a slot, without an event for it.
    pub(in crate::rasa) fn set_slot(&mut self, name: &str, value: Value) {
        let slots = self.slots.get_or_insert_default();
        Arc::make_mut(slots).insert(name.to_owned(), value);
    }
}

/// Name and value of a `slot` event. Without a name nothing is set; without a value the slot is set to null.
fn slot_of(event: &Value) -> Option<(&str, &Value)> {
    let name = event
        .get("name")
        .filter(|_| event_name(event) == Some("slot"))?;
    Some((name.as_str()?, event.get("value").unwrap_or(&Value::Null)))
}

/// The same value, with numbers like 2.0 replaced by 2.
fn with_integers(value: &Value) -> Value {
    /// 2 to the 53rd: beyond it a double does not represent every integer.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match value {
        Value::Number(number) => match number.as_f64().filter(|_| number.is_f64()) {
            Some(float) if float.fract() == 0.0 && float.abs() <= EXACT => {
                Value::from(float as i64)
            }
            Some(_) | None => value.clone(),
        },
        Value::Array(items) => items.iter().map(with_integers).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), with_integers(value)))
            .collect(),
        Value::Null | Value::Bool(_) | Value::String(_) => value.clone(),
    }
}

/// The value of a slot does not have the requested type.
///
/// ```
/// use action_sdk::rasa::Tracker;
/// use std::error::Error;
///
/// let error = Tracker::new("u").with_slot("size", "large").slot_as::<bool>("size").unwrap_err();
/// assert_eq!(error.slot(), "size");
/// assert!(error.source().is_some());
/// ```
#[derive(Debug, Clone)]
pub struct SlotError {
    slot: String,
    wanted: &'static str,
    found: &'static str,
    source: Arc<Mismatch>,
}

impl SlotError {
    /// The slot's name.
    pub fn slot(&self) -> &str {
        &self.slot
    }
}

impl fmt::Display for SlotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            slot,
            wanted,
            found,
            source,
        } = self;
        write!(f, "slot `{slot}` holds {found}, which is no `{wanted}`")?;
        if let Some(place) = source.place(slot) {
            write!(f, " because of `{place}`")?;
        }
        f.write_str("; check the slot's type in the domain")
    }
}

impl Error for SlotError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(self.source.as_ref())
    }
}
