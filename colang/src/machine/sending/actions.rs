//! What events say of actions, and who still needs an action.

use umim::{ActionEventKind, ActionEventName};

use super::emit::Emitter;
use crate::machine::job::job;
use crate::program::Name;
use crate::state::{Action, ActionKey, ActionStatus, Failure, FlowKey};
use crate::value::{Event, EventKind, Fields};

job! {
    /// Keeps account of actions. Changes them, and sends the stop of those that no one needs.
    Actions
}

impl Actions<'_, '_> {
    /// What an event says about the action with this uid, if a flow that listens owns that.
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
        // An event of another name with the uid of this action says nothing about it.
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

    /// Sends an event of a flow, tells it to the action it is about, and gives back the uid of that.
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

    /// Makes sure that there is an action behind the event, though somebody else started it.
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
