//! Sends events: stamps them with uid, time and modality, checks them, and updates the actions they are about.

use umim::{ActionEventKind, ActionEventName, modality_of};

use super::run::Run;
use crate::map::IndexMap;
use crate::program::Name;
use crate::state::{ActionKey, ActionStatus, Failure, FlowKey, Output};
use crate::value::{Event, EventKind, Fields, Value, name};

impl Run<'_> {
    /// Sends an event of a flow, and returns the uid of the action it is about.
    pub(super) fn emit(
        &mut self,
        event: &Event,
        sender: Option<FlowKey>,
    ) -> Result<Option<Name>, Failure> {
        let sent = self.stamped(event)?;
        let outside = checked(&sent)?;
        let sent = super::external(sent);
        let action = sent.action.clone();
        let only_claims = self.machine.only_claims(&sent);
        let output = match self.is_unchecked(&sent, sender) {
            true => Output::Unchecked(sent, outside),
            false => Output::Event(sent, outside),
        };
        self.state.outputs.push(output);
        if event.kind == EventKind::Action && !only_claims {
            let told = Event {
                action: action.clone(),
                ..event.clone()
            };
            self.update_action(&told);
        }
        Ok(action)
    }

    /// Fields in the order of `new_event_dict` of nemoguardrails 0.24.1.
    fn stamped(&mut self, event: &Event) -> Result<Event, Failure> {
        let given = &event.arguments;
        if given.contains_key("type") {
            return Err(Failure::value(
                "an event has a `type` of its own; use another name for the argument",
            ));
        }
        let mut stamped = Fields::with_capacity(given.len() + 6);
        let fields = &mut *stamped;
        let mut field = |field: &str, value: &mut dyn FnMut() -> Value| {
            let value = given.get(field).cloned().unwrap_or_else(value);
            fields.insert(name(field), value);
        };
        field("uid", &mut || self.state.new_uid().into());
        field("event_created_at", &mut || self.now.to_string().into());
        field("source_uid", &mut || self.machine.source_uid.clone().into());
        if let (EventKind::Action, Some(action)) = (event.kind, &event.action) {
            field("action_uid", &mut || action.clone().into());
        }
        for (name, value) in given {
            fields.entry(name.clone()).or_insert_with(|| value.clone());
        }
        let kind = ActionEventName::parse(&event.name).map(|name| name.kind());
        if let (Some(_), Some((modality, policy))) = (kind, modality_of(&event.name)) {
            fields
                .entry(name("action_info_modality"))
                .or_insert_with(|| modality.as_str().into());
            fields
                .entry(name("action_info_modality_policy"))
                .or_insert_with(|| policy.as_str().into());
        }
        match kind {
            Some(ActionEventKind::Start) => {
                fields
                    .entry(name("action_uid"))
                    .or_insert_with(|| self.state.new_uid().into());
            }
            Some(kind) => self.stamp_time(fields, kind),
            None => {}
        }
        Ok(Event {
            name: event.name.clone(),
            kind: event.kind,
            arguments: stamped,
            ..Event::default()
        })
    }

    fn stamp_time(&self, fields: &mut IndexMap<Name, Value>, kind: ActionEventKind) {
        let field = match kind {
            ActionEventKind::Started => "action_started_at",
            ActionEventKind::Updated => "action_updated_at",
            ActionEventKind::Finished => "action_finished_at",
            ActionEventKind::Start | ActionEventKind::Change | ActionEventKind::Stop => return,
        };
        fields
            .entry(field.into())
            .or_insert_with(|| self.now.to_string().into());
        let success = matches!(fields.get("is_success"), Some(Value::Bool(true)));
        if kind == ActionEventKind::Finished && success {
            fields.shift_remove("failure_reason");
        }
    }

    pub(super) fn stop_action(&mut self, key: ActionKey) {
        let Some(action) = self.state.action_mut(key) else {
            return;
        };
        action.status = ActionStatus::Stopping;
        let owner = action.owners.last().copied();
        let event = Event {
            kind: EventKind::Action,
            name: format!("Stop{}", action.name).into(),
            action: Some(action.uid.clone()),
            ..Event::default()
        };
        if let Err(failure) = self.emit(&event, owner) {
            let place = self.place_of_flow(owner);
            self.report(&failure, place);
        }
    }

    /// Updates the action that an event is about, if a listening flow owns it.
    pub(super) fn update_action(&mut self, event: &Event) {
        let Some(name) = ActionEventName::parse(&event.name) else {
            return;
        };
        let Some(key) = event
            .action
            .as_ref()
            .and_then(|uid| self.state.action_key(uid))
        else {
            return;
        };
        let listens = |key: &_| {
            self.state
                .flow(*key)
                .is_some_and(|flow| flow.status().is_listening())
        };
        let is_heard = self.state.action(key).is_some_and(|action| {
            // An event with another name and the uid of this action is not about it.
            *action.name == *name.action() && action.owners.iter().any(listens)
        });
        if !is_heard {
            return;
        }
        let Some(action) = self.state.action_mut(key) else {
            return;
        };
        if action.status == ActionStatus::Finished || name.kind() == ActionEventKind::Change {
            return;
        }
        action.context.merge(&event.arguments);
        match name.kind() {
            ActionEventKind::Start => action.status = ActionStatus::Starting,
            ActionEventKind::Started => action.status = ActionStatus::Started,
            ActionEventKind::Stop => action.status = ActionStatus::Stopping,
            ActionEventKind::Finished => {
                action.status = ActionStatus::Finished;
                action.users.clear();
            }
            ActionEventKind::Updated | ActionEventKind::Change => {}
        }
    }
}

/// Checks the rules of UMIM for sent events.
fn checked(event: &Event) -> Result<umim::Event, Failure> {
    let sent = to_umim(event).map_err(|error| {
        let name = &event.name;
        Failure::value(format!("the event `{name}` cannot be sent: {error}"))
    })?;
    match sent.check() {
        Ok(()) => Ok(sent),
        Err(error) => Err(Failure::new("AssertionError", error.to_string())),
    }
}

/// The event in its wire form; an argument that is not JSON, such as NaN, is an error.
pub(super) fn to_umim(event: &Event) -> Result<umim::Event, crate::value::ValueError> {
    let mut fields = serde_json::Map::with_capacity(event.arguments.len() + 1);
    fields.insert("type".to_owned(), event.name.to_string().into());
    for (name, value) in &event.arguments {
        if &**name != "type" {
            fields.insert(name.to_string(), value.to_json()?);
        }
    }
    Ok(umim::Event::from_map(fields).unwrap_or_else(|_| umim::Event::new("")))
}
