//! The effect of events on actions, and which flows still need an action.

use umim::{ActionEventKind, ActionEventName};

use super::emit::Emitter;
use crate::machine::job::job;
use crate::program::Name;
use crate::state::{Action, ActionKey, ActionStatus, Failure, FlowKey};
use crate::value::{Event, EventKind, Fields};

job! {
    /// Updates actions, and sends the stop events of those that no flow needs.
    Actions
}

impl Actions<'_, '_> {
    /// Updates the action with this uid from an event, if a listening flow owns it.
    pub(in crate::machine) fn update(
        &mut self,
        name: ActionEventName<'_>,
        uid: &str,
        arguments: &Fields,
    ) {
        let Some(key) = self.state.action_key(uid) else {
            return;
        };
        let Some(action) = self.state.action(key) else {
            return;
        };
        let listens = |key: &FlowKey| {
            let flow = self.state.flow(*key);
            flow.is_some_and(|flow| flow.status().is_listening())
        };
        // An event with another name and the uid of this action is not about it.
        let is_heard = *action.name == *name.action() && action.owners.iter().any(listens);
        let is_news = action.status != ActionStatus::Finished;
        if !is_heard || !is_news || name.kind() == ActionEventKind::Change {
            return;
        }
        if let Some(action) = self.state.action_mut(key) {
            action.context.merge(arguments);
            action.hear(name.kind());
        }
    }

    /// A flow no longer needs an action; if no other flow does, it is stopped.
    pub(in crate::machine) fn release(&mut self, key: ActionKey, flow: FlowKey) {
        let action = self.state.action(key);
        if !action.is_some_and(|action| action.status.is_running()) {
            return;
        }
        let Some(action) = self.state.action_mut(key) else {
            return;
        };
        action.users.retain(|user| *user != flow);
        if action.users.is_empty() {
            action.status = ActionStatus::Stopping;
            self.stop(key);
        }
    }

    fn stop(&mut self, key: ActionKey) {
        let Some(action) = self.state.action(key) else {
            return;
        };
        let owner = action.owners.last().copied();
        let event = Event {
            kind: EventKind::Action,
            name: ["Stop", &action.name].concat().into(),
            action: Some(action.uid.clone()),
            ..Event::default()
        };
        if let Err(failure) = self.send(&event, owner) {
            let place = self.place_of_flow(owner);
            self.report(&failure, place);
        }
    }

    /// Sends an event of a flow, updates the action it is about, and returns the uid of that action.
    pub(in crate::machine) fn send(
        &mut self,
        event: &Event,
        sender: Option<FlowKey>,
    ) -> Result<Option<Name>, Failure> {
        let emitted = Emitter::of(self).emit(event, sender)?;
        if let (true, Some(uid), Some(name)) = (
            emitted.is_believed && event.kind == EventKind::Action,
            &emitted.action,
            ActionEventName::parse(&event.name),
        ) {
            self.update(name, uid, &event.arguments);
        }
        Ok(emitted.action)
    }

    /// Makes sure that the action of the event is known, even if it was started outside.
    pub(in crate::machine) fn know(&mut self, name: ActionEventName<'_>, uid: &Name) {
        let status = match name.kind() {
            ActionEventKind::Finished => ActionStatus::Finished,
            ActionEventKind::Start
            | ActionEventKind::Started
            | ActionEventKind::Updated
            | ActionEventKind::Change
            | ActionEventKind::Stop => ActionStatus::Started,
        };
        match self.state.action_key(uid) {
            Some(key) => {
                if let Some(action) = self.state.action_mut(key).filter(|action| action.foreign) {
                    action.status = status;
                }
            }
            None => {
                let action = Action {
                    foreign: true,
                    status,
                    ..Action::new(uid.clone(), name.action().into(), Fields::new())
                };
                self.state.add_action(action);
            }
        }
    }
}
