//! What an action gives back: the result, and the traits that turn return types into it.

use crate::depth::{self, is_shallow, take_apart, too_deep};
use crate::error::{ActionError, ActionErrorKind, chain_text};
use crate::rasa::{self, Message};
use crate::read::read;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::any::{Any, type_name};
use std::borrow::Cow;
use std::error::Error;
use std::fmt::Display;
use std::sync::LazyLock;
use umim::Event;

/// A result or an error.
pub(crate) type Outcome = Result<ActionResult, ActionError>;

/// The result of a call.
///
/// Most actions return a plain value; return this to also change context variables or send events.
///
/// ```
/// use action_sdk::prelude::*;
///
/// #[action(name = "GreetAction")]
/// async fn greet(user: &str) -> ActionResult {
///     ActionResult::value(format!("Hello, {user}!")).with_context_update("greeted", true)
/// }
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct ActionResult {
    /// The value for the flow that called the action.
    pub return_value: Value,
    /// Boxed, since most results are only a value, and every call moves its result several times.
    extras: Option<Box<Extras>>,
}

/// What a result may have besides its value.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Extras {
    pub(crate) events: Vec<Event>,
    pub(crate) context_updates: Map<String, Value>,
    pub(crate) responses: Vec<Message>,
    rasa_events: Option<rasa::Events>,
}

impl ActionResult {
    /// A result with anything that implements `Serialize` as its value.
    ///
    /// # Errors
    ///
    /// If the value cannot be serialized as JSON, such as a map whose keys are not strings. (A number that is not
    /// finite becomes `null`, as in serde_json.)
    pub fn new(return_value: impl Serialize) -> Result<Self, ActionError> {
        return_value.into_outcome()
    }

    /// A result with this JSON value.
    #[must_use]
    pub fn value(return_value: impl Into<Value>) -> Self {
        Self {
            return_value: return_value.into(),
            extras: None,
        }
    }

    /// Adds an event.
    #[must_use]
    pub fn with_event(mut self, event: Event) -> Self {
        self.extras_mut().events.push(event);
        self
    }

    /// Sets a context variable.
    #[must_use]
    pub fn with_context_update(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        let updates = &mut self.extras_mut().context_updates;
        updates.insert(name.into(), value.into());
        self
    }

    /// The value, deserialized.
    ///
    /// # Errors
    ///
    /// If the value does not have that type.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, ActionError> {
        read(&self.return_value).map_err(|error| {
            let message = format!("the return value is no {}: {error}", type_name::<T>());
            ActionError::new(ActionErrorKind::Output, message).with_source(error)
        })
    }

    /// Additional events: the reference (nemoguardrails 0.24.1, Colang 2) puts them into the `Finished` event and
    /// does not process them. A host first takes out those that say something to the user:
    /// [`take_utterances`](Self::take_utterances).
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.extras().events
    }

    /// New values of context variables.
    #[must_use]
    pub fn context_updates(&self) -> &Map<String, Value> {
        &self.extras().context_updates
    }

    /// Takes the new values of context variables, for a host that sets them itself.
    pub fn take_context_updates(&mut self) -> Map<String, Value> {
        let extras = self.extras.as_deref_mut();
        extras.map_or_else(Map::new, |extras| {
            std::mem::take(&mut extras.context_updates)
        })
    }

    /// The messages that the action gave to its `dispatcher`, unless the caller provided one.
    #[must_use]
    pub fn responses(&self) -> &[Message] {
        &self.extras().responses
    }

    /// The Rasa events, if the action returned [`rasa::Events`]; they are also in `return_value`, as JSON.
    #[must_use]
    pub fn rasa_events(&self) -> Option<&rasa::Events> {
        self.extras().rasa_events.as_ref()
    }

    pub(crate) fn take_responses(&mut self) -> Vec<Message> {
        let extras = self.extras.as_deref_mut();
        extras.map_or_else(Vec::new, |extras| std::mem::take(&mut extras.responses))
    }

    /// Takes those events, in order.
    pub(crate) fn take_events(&mut self, which: fn(&Event) -> bool) -> Vec<Event> {
        let extras = self.extras.as_deref_mut();
        extras.map_or_else(Vec::new, |extras| {
            let taken = extras.events.extract_if(.., |event| which(event));
            taken.collect()
        })
    }

    /// Appends messages.
    pub(crate) fn add_responses(&mut self, responses: Vec<Message>) {
        if !responses.is_empty() {
            self.extras_mut().responses.extend(responses);
        }
    }

    /// Whether nothing in it is nested too deeply to be passed on.
    pub(crate) fn is_shallow(&self) -> bool {
        is_shallow(&self.return_value) && self.extras.as_ref().is_none_or(|_| self.deep().is_none())
    }

    /// The result, or an error if something in it is nested too deeply.
    pub(crate) fn checked(self) -> Outcome {
        match self.deep() {
            None => Ok(self),
            Some(what) => {
                let message = format!("{what} cannot be handed on: {}", too_deep());
                self.take_apart();
                Err(ActionError::new(ActionErrorKind::Output, message))
            }
        }
    }

    /// What is nested too deeply, for the author.
    fn deep(&self) -> Option<String> {
        if !is_shallow(&self.return_value) {
            return Some("the return value".to_owned());
        }
        let extras = self.extras.as_deref()?;
        let mut updates = extras.context_updates.iter();
        let update = updates.find(|(_, value)| !is_shallow(value));
        let mut events = extras.events.iter();
        let event = events.find(|event| !event.as_map().values().all(is_shallow));
        let mut responses = extras.responses.iter();
        update
            .map(|(name, _)| format!("the context update `{name}`"))
            .or_else(|| event.map(|event| format!("the event `{}`", event.name())))
            .or_else(|| {
                let message = responses.find(|message| !message.is_shallow());
                message.map(|_| "a message for the user".to_owned())
            })
    }

    #[cold]
    fn take_apart(self) {
        let (return_value, extras) = self.parted();
        take_apart(return_value);
        take_apart(Value::Object(extras.context_updates));
        extras
            .events
            .into_iter()
            .map(Value::from)
            .for_each(take_apart);
        let responses = extras.responses.into_iter();
        responses.map(Message::into_json).for_each(take_apart);
    }

    /// The value, and everything else.
    pub(crate) fn parted(self) -> (Value, Extras) {
        (
            self.return_value,
            self.extras.map(|extras| *extras).unwrap_or_default(),
        )
    }

    fn extras(&self) -> &Extras {
        static NOTHING: LazyLock<Extras> = LazyLock::new(Extras::default);
        self.extras.as_deref().unwrap_or(&NOTHING)
    }

    fn extras_mut(&mut self) -> &mut Extras {
        self.extras.get_or_insert_default()
    }
}

/// What an action may return, directly or in the `Ok` of a `Result`: anything that implements `Serialize`, an
/// [`ActionResult`], or [`rasa::Events`].
///
/// ```
/// use action_sdk::ActionOutput;
///
/// let result = vec![1, 2].into_outcome()?;
/// assert_eq!(result.return_value, serde_json::json!([1, 2]));
/// # Ok::<(), action_sdk::ActionError>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "an action cannot return `{Self}`",
    label = "this return type cannot be turned into an action result",
    note = "return a type that implements `serde::Serialize`, an `ActionResult`, or a `Result` of one of them"
)]
pub trait ActionOutput {
    /// The value as a result.
    ///
    /// # Errors
    ///
    /// [`ActionErrorKind::Output`] if it cannot be serialized as JSON.
    fn into_outcome(self) -> Result<ActionResult, ActionError>;
}

impl<T: Serialize> ActionOutput for T {
    fn into_outcome(self) -> Outcome {
        match depth::to_value(self) {
            Ok(return_value) => Ok(ActionResult::value(return_value)),
            Err(error) => Err(unwritable(type_name::<T>(), error)),
        }
    }
}

impl ActionOutput for ActionResult {
    fn into_outcome(self) -> Outcome {
        Ok(self)
    }
}

impl ActionOutput for rasa::Events {
    fn into_outcome(self) -> Outcome {
        let is_shallow = |event: &rasa::RasaEvent| event.as_json().values().all(is_shallow);
        if !self.iter().all(is_shallow) {
            take_apart(Value::Array(self.into_json()));
            let message = format!("an event for Rasa cannot be handed on: {}", too_deep());
            return Err(ActionError::new(ActionErrorKind::Output, message));
        }
        let return_value = self
            .iter()
            .map(rasa::RasaEvent::to_json)
            .collect::<Vec<_>>();
        let mut result = ActionResult::value(return_value);
        result.extras_mut().rasa_events = Some(self);
        Ok(result)
    }
}

#[cold]
fn unwritable(type_name: &str, error: serde_json::Error) -> ActionError {
    let message = format!("the returned {type_name} cannot be written as JSON: {error}");
    ActionError::new(ActionErrorKind::Output, message).with_source(error)
}

/// The error type of an action's `Result`: anything that implements `Display`. An [`ActionError`] keeps its kind, a
/// `Box<dyn Error + Send + Sync>` its causes; of anything else the message is kept, with its causes if `{:#}` prints
/// them, like `anyhow` does.
///
/// ```
/// use action_sdk::{ActionErrorKind, ActionFailure};
///
/// let error = "the shop is closed".into_error();
/// assert_eq!((error.kind(), error.message()), (ActionErrorKind::Failed, "the shop is closed"));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be used as the error type of an action",
    label = "this error type cannot be shown to a caller",
    note = "derive it with `thiserror::Error`, or return `ActionError`"
)]
pub trait ActionFailure {
    /// The error in the form in which the dispatcher reports it.
    fn into_error(self) -> ActionError;
}

#[diagnostic::do_not_recommend]
impl<E: Display + 'static> ActionFailure for E {
    fn into_error(self) -> ActionError {
        let mut slot = Some(self);
        match known_error(&mut slot) {
            Some(error) => error,
            None => ActionError::failed(slot.map(|error| format!("{error:#}")).unwrap_or_default()),
        }
    }
}

/// Takes the error out of the slot if its type has more than a message.
fn known_error(slot: &mut dyn Any) -> Option<ActionError> {
    if let Some(error) = slot.downcast_mut::<Option<ActionError>>() {
        return error.take();
    }
    if let Some(error) = slot.downcast_mut::<Option<Box<dyn Error + Send + Sync>>>() {
        return error.take().map(ActionError::caused_by);
    }
    if let Some(error) = slot.downcast_mut::<Option<Box<dyn Error>>>() {
        return error
            .take()
            .map(|error| ActionError::failed(chain_text(error.as_ref())));
    }
    let text = slot.downcast_mut::<Option<&'static str>>()?.take()?;
    Some(ActionError::failed(Cow::Borrowed(text)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn keeps_the_kind_of_its_own_errors() {
        let error = ActionError::rejected("not me").into_error();
        assert_eq!(error.kind(), ActionErrorKind::Rejected);
    }

    #[test]
    fn keeps_the_causes_of_boxed_errors() {
        let inner = "x".parse::<i64>().unwrap_err();
        let error = Box::<dyn Error + Send + Sync>::from(inner).into_error();
        assert!(error.source().is_some());
        assert_eq!(error.message(), "invalid digit found in string");
    }

    #[test]
    fn takes_plain_texts() {
        assert_eq!("boom".into_error().message(), "boom");
        assert_eq!(String::from("bang").into_error().message(), "bang");
    }

    #[test]
    fn refuses_what_json_cannot_hold() {
        let error = BTreeMap::from([((1, 2), 3)]).into_outcome().unwrap_err();
        assert_eq!(error.kind(), ActionErrorKind::Output);
    }

    #[test]
    fn tells_rasa_events_from_other_values() {
        let events = rasa::Events::from(vec![rasa::RasaEvent::slot_set("seen", true)]);
        let result = events.into_outcome().unwrap();
        assert_eq!(result.rasa_events().map(rasa::Events::len), Some(1));
        assert_eq!(result.return_value[0]["event"], "slot");
    }
}
