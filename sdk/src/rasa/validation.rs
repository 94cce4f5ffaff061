//! Validating the slots of a form, or those that no form fills: what rasa-sdk's `FormValidationAction` and
//! `ValidationAction` do, as a loop in the action.

use serde_json::{Map, Value};

use super::domain::Domain;
use super::event::{Events, RasaEvent};
use super::tracker::Tracker;

const REQUESTED_SLOT: &str = "requested_slot";

/// One run of a validation action: which slots are to be filled, what was extracted, what became of each value.
///
/// rasa-sdk finds methods by their names; here an action says the same in order: which slots are required, what it
/// [extracts](Self::extract), and in a loop over [`next_slot`](Self::next_slot) what it makes of each value. A value of
/// which it says nothing stays.
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
    /// Of the form, in the domain; `None` for slots that no form fills.
    is_form: bool,
    domain_slots: Vec<String>,
    required: Vec<String>,
    /// Set when the first slot is asked for: from then on nothing can be extracted.
    run: Option<Run>,
}

/// The validation itself: what is still to be looked at, and what is to be answered.
#[derive(Debug, Clone, Default)]
struct Run {
    waiting: std::vec::IntoIter<SlotToValidate>,
    answers: Map<String, Value>,
}

/// A slot that was just filled, with its value as it came.
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
    /// What Rasa, or the action, put into it.
    pub value: Value,
}

impl SlotValidation {
    /// For the action `validate_…` of a form: the slots that the domain says it requires.
    #[must_use]
    pub fn of_form(form: &str, tracker: &Tracker, domain: &Domain) -> Self {
        let slots = domain.required_slots_of_form(form);
        Self::of(tracker, slots.map(str::to_owned).collect(), true)
    }

    /// For the action `action_validate_slot_mappings`: the slots that no form fills.
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

    /// The slots that are to be filled, in order: at first those of the domain.
    #[must_use]
    pub fn required_slots(&self) -> &[String] {
        &self.required
    }

    /// Whether this slot is to be filled.
    #[must_use]
    pub fn requires(&self, slot: &str) -> bool {
        self.required.iter().any(|required| required == slot)
    }

    /// Requires one more slot, after the others.
    pub fn require(&mut self, slot: impl Into<String>) {
        let slot = slot.into();
        if !self.requires(&slot) {
            self.required.push(slot);
        }
    }

    /// Requires these slots instead. May be called at any time, also after the loop if what was just filled decides
    /// it: [`finish`](Self::finish) asks for the first that is empty.
    pub fn set_required_slots<S: Into<String>>(&mut self, slots: impl IntoIterator<Item = S>) {
        self.required = slots.into_iter().map(Into::into).collect();
    }

    /// Fills a slot from the message, before the first slot is validated. It is validated like one that Rasa filled.
    /// After that it does what [`set`](Self::set) does.
    pub fn extract(&mut self, slot: impl Into<String>, value: impl Into<Value>) {
        match self.run {
            None => self.tracker.add_slots([RasaEvent::slot_set(slot, value)]),
            Some(_) => self.set(slot, value),
        }
    }

    /// The next slot to be validated: those filled since the user's last message and required, in the order in which
    /// they were filled.
    pub fn next_slot(&mut self) -> Option<SlotToValidate> {
        self.run().waiting.next()
    }

    /// Sets a slot in the answer: the one being validated, or any other. Null empties it.
    pub fn set(&mut self, slot: impl Into<String>, value: impl Into<Value>) {
        let (slot, value) = (slot.into(), value.into());
        self.tracker.set_slot(&slot, value.clone());
        self.run().answers.insert(slot, value);
    }

    /// The tracker as it stands: with what was extracted and set.
    #[must_use]
    pub fn tracker(&self) -> &Tracker {
        &self.tracker
    }

    /// The answer: a `slot` event for each value, and if the required slots are not those of the domain, what the form
    /// is to ask for next. Values that were not looked at stay.
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
