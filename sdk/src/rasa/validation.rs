//! Slot validation, for forms and for slots outside of forms: the counterpart of rasa-sdk's `FormValidationAction` and
//! `ValidationAction`.

use serde_json::{Map, Value};

use super::domain::Domain;
use super::event::{Events, RasaEvent};
use super::tracker::Tracker;

const REQUESTED_SLOT: &str = "requested_slot";

/// One run of a validation action.
///
/// rasa-sdk finds methods by their names. Here an action sets the required slots if they differ from the domain's,
/// [extracts](Self::extract) slots from the message, and then validates each value in a loop over
/// [`next_slot`](Self::next_slot). Values that it does not [`set`](Self::set) are kept.
///
/// ```standalone_crate
/// use action_sdk::prelude::*;
/// use action_sdk::rasa::{Events, SlotValidation};
/// use serde_json::Value;
///
/// #[action(aliases = ["validate_pizza_form"])]
/// async fn validate_pizza_form(tracker: &Tracker, domain: &Domain, dispatcher: &CollectingDispatcher) -> Events {
///     let mut form = SlotValidation::of_form("pizza_form", tracker, domain);
///     if tracker.slot("wants_drink") == Some(&true.into()) {
///         form.require("drink");                                      // `required_slots`
///     }
///     if tracker.latest_message_text() == Some("the usual") {
///         form.extract("size", "large");                              // `extract_size`
///     }
///     while let Some(slot) = form.next_slot() {
///         match slot.name.as_str() {
///             "size" => {                                             // `validate_size`
///                 if !matches!(slot.value.as_str(), Some("small" | "large")) {
///                     dispatcher.utter_text("We have small ones and large ones.");
///                     form.set("size", Value::Null);
///                 }
///             }
///             _ => {}
///         }
///     }
///     form.finish()
/// }
/// # let tracker = Tracker::new("u").with_event(action_sdk::rasa::RasaEvent::slot_set("size", "huge"));
/// # let domain = Domain::from_json(serde_json::json!({"forms": {"pizza_form": {"required_slots": ["size"]}}})).unwrap();
/// # let dispatcher = CollectingDispatcher::new();
/// # let events = tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(validate_pizza_form(&tracker, &domain, &dispatcher));
/// # assert_eq!(events.into_json()[0]["value"], Value::Null);
/// ```
#[derive(Debug, Clone)]
pub struct SlotValidation {
    tracker: Tracker,
    /// False for slots outside of forms.
    is_form: bool,
    domain_slots: Vec<String>,
    required: Vec<String>,
    /// `None` until the first slot is validated.
    run: Option<Run>,
}

/// The validation in progress: the slots left, and the values of the answer.
#[derive(Debug, Clone, Default)]
struct Run {
    waiting: std::vec::IntoIter<SlotToValidate>,
    answers: Map<String, Value>,
}

/// A slot to validate, with the value it was filled with.
///
/// ```
/// use action_sdk::rasa::{Domain, RasaEvent, SlotToValidate, SlotValidation, Tracker};
/// use serde_json::json;
///
/// let tracker = Tracker::new("u").with_event(RasaEvent::slot_set("city", "Rome"));
/// let domain = Domain::from_json(json!({"slots": {"city": {}}}))?;
/// let mut slots = SlotValidation::of_global_slots(&tracker, &domain);
/// let Some(SlotToValidate { name, value }) = slots.next_slot() else { unreachable!() };
/// assert_eq!((name.as_str(), value), ("city", json!("Rome")));
/// # Ok::<(), action_sdk::rasa::RasaJsonError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct SlotToValidate {
    /// The slot's name.
    pub name: String,
    /// The value that Rasa or the action set.
    pub value: Value,
}

impl SlotValidation {
    /// For the action `validate_…` of a form. At first it requires the slots that the domain lists for the form.
    #[must_use]
    pub fn of_form(form: &str, tracker: &Tracker, domain: &Domain) -> Self {
        let slots = domain.required_slots_of_form(form);
        Self::of(tracker, slots.map(str::to_owned).collect(), true)
    }

    /// For the action `action_validate_slot_mappings`. At first it requires all slots that are not mapped to a form.
    #[must_use]
    pub fn of_global_slots(tracker: &Tracker, domain: &Domain) -> Self {
        let slots = domain.global_slots().map(str::to_owned).collect();
        Self::of(tracker, slots, false)
    }

    fn of(tracker: &Tracker, domain_slots: Vec<String>, is_form: bool) -> Self {
        Self {
            tracker: tracker.clone(),
            is_form,
            required: domain_slots.clone(),
            domain_slots,
            run: None,
        }
    }

    /// The required slots, in order.
    #[must_use]
    pub fn required_slots(&self) -> &[String] {
        &self.required
    }

    /// Whether this slot is required.
    #[must_use]
    pub fn requires(&self, slot: &str) -> bool {
        self.required.iter().any(|required| required == slot)
    }

    /// Adds a required slot at the end.
    pub fn require(&mut self, slot: impl Into<String>) {
        let slot = slot.into();
        if !self.requires(&slot) {
            self.required.push(slot);
        }
    }

    /// Replaces the required slots. May be called at any time, also after the loop: [`finish`](Self::finish) requests
    /// the first required slot that is empty.
    pub fn set_required_slots<S: Into<String>>(&mut self, slots: impl IntoIterator<Item = S>) {
        self.required = slots.into_iter().map(Into::into).collect();
    }

    /// Sets a slot from the message. Before the first [`next_slot`](Self::next_slot), the slot is then validated like those
    /// that Rasa filled; later, this is the same as [`set`](Self::set).
    pub fn extract(&mut self, slot: impl Into<String>, value: impl Into<Value>) {
        match self.run {
            None => self.tracker.add_slots([RasaEvent::slot_set(slot, value)]),
            Some(_) => self.set(slot, value),
        }
    }

    /// The next slot to validate: the required slots that were filled since the user's last message, in that order.
    pub fn next_slot(&mut self) -> Option<SlotToValidate> {
        self.run().waiting.next()
    }

    /// Sets the value of a slot in the answer; null empties it. Any slot can be set.
    pub fn set(&mut self, slot: impl Into<String>, value: impl Into<Value>) {
        let (slot, value) = (slot.into(), value.into());
        self.tracker.set_slot(&slot, value.clone());
        self.run().answers.insert(slot, value);
    }

    /// The tracker, including extracted and set slots.
    #[must_use]
    pub fn tracker(&self) -> &Tracker {
        &self.tracker
    }

    /// The answer: a `slot` event for each value. For a form whose required slots differ from the domain's, also the
    /// slot that it requests next.
    #[must_use]
    pub fn finish(mut self) -> Events {
        let answers = std::mem::take(&mut self.run().answers);
        let slots = answers.into_iter();
        let mut events: Events = slots
            .map(|(name, value)| RasaEvent::slot_set(name, value))
            .collect();
        if self.is_form && self.required != self.domain_slots {
            events.push(RasaEvent::slot_set(REQUESTED_SLOT, self.first_empty()));
        }
        events
    }

    fn first_empty(&self) -> Option<String> {
        let slots = self.tracker.slots();
        let mut required = self.required.iter();
        let empty = required.find(|slot| slots.get(*slot).is_none_or(Value::is_null));
        empty.cloned()
    }

    fn run(&mut self) -> &mut Run {
        let (tracker, required) = (&self.tracker, &self.required);
        self.run.get_or_insert_with(|| Run::new(tracker, required))
    }
}

impl Run {
    fn new(tracker: &Tracker, required: &[String]) -> Self {
        let filled = tracker.slots_to_validate().into_iter();
        let answers: Map<_, _> = filled.filter(|(name, _)| required.contains(name)).collect();
        let waiting = answers.clone().into_iter();
        let waiting = waiting.map(|(name, value)| SlotToValidate { name, value });
        Self {
            waiting: waiting.collect::<Vec<_>>().into_iter(),
            answers,
        }
    }
}
