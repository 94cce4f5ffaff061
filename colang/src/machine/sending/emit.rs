//! Sends events: stamps them with uid, time and modality, checks them, and updates the actions they are about.

use umim::{ActionEventKind, ActionEventName, modality_of};

use crate::machine::from_outside;
use crate::machine::job::job;
use crate::map::IndexMap;
use crate::program::Name;
use crate::state::{Failure, FlowKey, Output};
use crate::value::{Event, EventKind, Fields, Value, ValueError, name};

job! {
    /// Sends events. Creates uids, and adds to the outputs.
    Emitter
}

/// What was sent.
pub(super) struct Emitted {
    /// The uid of the action it is about.
    pub(super) action: Option<Name>,
    /// Whether it is not just a claim about an action that is performed in this process.
    pub(super) is_believed: bool,
}

impl Emitter<'_, '_> {
    pub(super) fn emit(
        &mut self,
        event: &Event,
        sender: Option<FlowKey>,
    ) -> Result<Emitted, Failure> {
        let name = ActionEventName::parse(&event.name);
        let sent = self.stamped(event, name)?;
        let outside = checked(&sent)?;
        let action = sent.action.clone();
        let output = match self.is_unchecked(&sent, sender) {
            true => Output::Unchecked(sent, outside),
            false => Output::Event(sent, outside),
        };
        self.state.outputs.push(output);
        Ok(Emitted {
            action,
            is_believed: !name.is_some_and(|name| self.machine.only_claims(name)),
        })
    }

    /// Fields in the order of `new_event_dict` of nemoguardrails 0.24.1.
    fn stamped(
        &mut self,
        event: &Event,
        action: Option<ActionEventName<'_>>,
    ) -> Result<Event, Failure> {
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
        if let Some(action) = action {
            self.stamp_action(fields, &event.name, action.kind());
        }
        let name = event.name.clone();
        Ok(from_outside(name, stamped, action.is_some()))
    }

    /// What events of actions have beside that.
    fn stamp_action(
        &mut self,
        fields: &mut IndexMap<Name, Value>,
        event: &str,
        kind: ActionEventKind,
    ) {
        if let Some((modality, policy)) = modality_of(event) {
            fields
                .entry(name("action_info_modality"))
                .or_insert_with(|| modality.as_str().into());
            fields
                .entry(name("action_info_modality_policy"))
                .or_insert_with(|| policy.as_str().into());
        }
        if kind == ActionEventKind::Start {
            fields
                .entry(name("action_uid"))
                .or_insert_with(|| self.state.new_uid().into());
        } else {
            self.stamp_time(fields, kind);
        }
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
pub(in crate::machine) fn to_umim(event: &Event) -> Result<umim::Event, ValueError> {
    let mut fields = serde_json::Map::with_capacity(event.arguments.len() + 1);
    fields.insert("type".to_owned(), (*event.name).into());
    for (name, value) in &event.arguments {
        if &**name != "type" {
            fields.insert((**name).to_owned(), value.to_json()?);
        }
    }
    Ok(umim::Event::from_map(fields).unwrap_or_else(|_| umim::Event::new("")))
}
