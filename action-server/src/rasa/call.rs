//! One call for Rasa: slots become arguments and context, the result becomes events.

use crate::tokens::Caller;
use action_sdk::rasa::{CollectingDispatcher, Domain, Events, Message, RasaEvent, Tracker};
use action_sdk::serde_json::{Map, Value};
use action_sdk::{
    ActionDescriptor, ActionDispatcher, ActionError, ActionResult, CallScope, Context, Invocation,
    Needs, ParamKind, Special,
};
use std::sync::Arc;
use std::time::Duration;

/// The inputs of a call.
pub(super) struct RasaCall {
    pub(super) tracker: Tracker,
    pub(super) domain: Option<Arc<Domain>>,
    pub(super) caller: Option<Caller>,
    pub(super) time: Option<Duration>,
}

impl RasaCall {
    /// Calls the action. Returns its events and its messages.
    pub(super) async fn run(
        self,
        dispatcher: &ActionDispatcher,
        action: &ActionDescriptor,
        said: &CollectingDispatcher,
    ) -> Result<(Events, Vec<Message>), ActionError> {
        let needs = dispatcher.needs(action.name());
        let invocation = self.invocation(action, needs, said);
        let result = dispatcher.call(action.name(), invocation).await?;
        Ok((events(action, result), said.finish().await))
    }

    fn invocation(
        self,
        action: &ActionDescriptor,
        needs: Needs,
        said: &CollectingDispatcher,
    ) -> Invocation {
        let mut scope = CallScope::new().with_dispatcher(said.clone());
        if needs.contains(Special::Context) {
            scope = scope.with_context(Context::from(self.tracker.slots().clone()));
        }
        if let Some(domain) = self.domain {
            scope = scope.with_domain(domain);
        }
        if let Some(time) = self.time {
            scope = scope.with_timeout(time);
        }
        if let Some(caller) = self.caller {
            scope = scope.with_extension(caller);
        }
        let arguments = arguments(action, self.tracker.slots());
        Invocation::new()
            .args(arguments)
            .scope(scope.with_tracker(self.tracker))
    }
}

/// The slots that an action takes as arguments. A slot that is null counts as missing.
fn arguments(action: &ActionDescriptor, slots: &Map<String, Value>) -> Map<String, Value> {
    let filled = slots.iter().filter(|(_, value)| !value.is_null());
    let copied = |(name, value): (&String, &Value)| (name.clone(), value.clone());
    if action.accepts_any_argument() {
        return filled.map(copied).collect();
    }
    filled
        .filter(|(name, _)| takes(action, name))
        .map(copied)
        .collect()
}

fn takes(action: &ActionDescriptor, slot: &str) -> bool {
    let mut params = action.params().iter();
    params.any(|param| param.kind() == ParamKind::Argument && param.name() == slot)
}

/// The events of the answer: those that the action returned, and a `slot` event for each context update.
fn events(action: &ActionDescriptor, mut result: ActionResult) -> Events {
    let action = action.name();
    let mut events = result.rasa_events().cloned().unwrap_or_default();
    if result.rasa_events().is_none() && !result.return_value.is_null() {
        tracing::warn!(
            action,
            "what the action returned is dropped: Rasa takes `rasa::Events`"
        );
    }
    if !result.events().is_empty() {
        tracing::warn!(
            action,
            "the events beside the result are dropped: Rasa takes `rasa::Events`"
        );
    }
    let updates = result.take_context_updates().into_iter();
    events.extend(updates.map(|(name, value)| RasaEvent::slot_set(name, value)));
    for problem in events.iter().flat_map(RasaEvent::problems) {
        tracing::warn!(action, %problem, "Rasa will refuse an event of this answer, and with it the whole answer");
    }
    events
}
