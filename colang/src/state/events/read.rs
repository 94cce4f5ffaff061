//! Converts the public form to the internal event: for events sent by a program, requested by the host, or saved.
//!
//! An event without the fields that the engine needs has no effect on the engine: it is only visible to patterns.

use std::sync::Arc;

use super::public::string;
use super::{
    EndFlow, Incoming, Instance, InternalEvent, Queued, SourceHead, StartFlow, StartForm, Target,
    Told, Unhandled,
};
use crate::program::InternalName;
use crate::state::State;
use crate::state::hierarchy::Hierarchy;
use crate::state::ids::FlowKey;
use crate::value::{Event, Value};

impl State {
    /// The internal event for a public one of this name.
    pub(crate) fn read(&self, name: InternalName, event: Event) -> InternalEvent {
        let source = self.instance(&event, "source_flow_instance_uid");
        let event = Arc::new(event);
        let told = |event, source: Option<Instance>| {
            InternalEvent::Told(Told {
                name,
                event,
                source: source.map(|source| source.key),
            })
        };
        match name {
            InternalName::StartFlow => match self.start(&event, source.clone()) {
                Some(start) => InternalEvent::StartFlow(start),
                None => told(event, source),
            },
            InternalName::FinishFlow | InternalName::StopFlow => {
                let key = source.as_ref().map(|source| source.key);
                match (name, end(&event, key)) {
                    (_, None) => told(event, source),
                    (InternalName::FinishFlow, Some(end)) => InternalEvent::FinishFlow(end),
                    (_, Some(end)) => InternalEvent::StopFlow(end),
                }
            }
            InternalName::FlowStarted
            | InternalName::FlowFinished
            | InternalName::FlowFailed
            | InternalName::UnhandledEvent
            | InternalName::BotIntentLog
            | InternalName::UserIntentLog
            | InternalName::BotActionLog
            | InternalName::UserActionLog => told(event, source),
        }
    }

    fn start(&self, event: &Arc<Event>, source: Option<Instance>) -> Option<StartFlow> {
        let arguments = &event.arguments;
        let activated = arguments.get("activated");
        let head = string(arguments, "source_head_uid").cloned();
        Some(StartFlow {
            flow_id: string(arguments, "flow_id")?.clone(),
            instance: string(arguments, "flow_instance_uid").cloned(),
            place: self.place(source.as_ref().map(|source| source.key), event),
            source,
            head: head.map(SourceHead::Uid),
            activates: activated.is_some_and(Value::is_true),
            activated: activated.map_or(0, activations),
            arguments: arguments.clone(),
            form: StartForm::Given(event.clone()),
        })
    }

    fn place(&self, source: Option<FlowKey>, event: &Event) -> Hierarchy {
        let Some(position) = string(&event.arguments, "flow_hierarchy_position") else {
            return Hierarchy::default();
        };
        match source.and_then(|source| self.flow(source)) {
            Some(source) => source.hierarchy.near(position),
            None => Hierarchy::parse(position),
        }
    }

    /// The instance whose uid is in a field; `None` if there is none.
    fn instance(&self, event: &Event, field: &str) -> Option<Instance> {
        let uid = string(&event.arguments, field)?;
        let key = self.flow_key(uid)?;
        Some(Instance {
            key,
            uid: uid.clone(),
        })
    }

    /// Converts the events that were saved while they were postponed.
    pub(in crate::state) fn read_postponed(&mut self) {
        let postponed = std::mem::take(&mut self.postponed);
        let read = |Queued { event, scores }| Queued {
            event: self.read_saved(event),
            scores,
        };
        let postponed = postponed.into_iter().map(read).collect();
        self.postponed = postponed;
    }

    fn read_saved(&self, saved: Incoming) -> Incoming {
        match saved {
            Incoming::Public(event) => match event.internal_name() {
                Some(name) => self.read(name, Arc::unwrap_or_clone(event)).into(),
                None => Incoming::Public(event),
            },
            Incoming::Internal(event) => match &*event {
                InternalEvent::UnhandledEvent(Unhandled { event, loops }) => {
                    let (event, loops) = (self.read_saved(event.clone()), loops.clone());
                    InternalEvent::UnhandledEvent(Unhandled { event, loops }).into()
                }
                InternalEvent::StartFlow(_)
                | InternalEvent::FinishFlow(_)
                | InternalEvent::StopFlow(_)
                | InternalEvent::FlowNews(_)
                | InternalEvent::Told(_) => Incoming::Internal(event),
            },
        }
    }
}

/// What the event ends; `None` if it does not say.
fn end(event: &Arc<Event>, source: Option<FlowKey>) -> Option<EndFlow> {
    let arguments = &event.arguments;
    let instance = string(arguments, "flow_instance_uid").cloned();
    let target = match instance {
        Some(uid) => Target::Instance(uid),
        None => Target::Flow(string(arguments, "flow_id")?.clone()),
    };
    let update = match arguments.get("context_update") {
        Some(Value::Dict(update)) => Some(update.clone()),
        _ => None,
    };
    Some(EndFlow {
        target,
        deactivates: arguments.get("deactivate").is_some_and(Value::is_true),
        update,
        source,
        public: event.clone(),
    })
}

/// How many activations a start counts for.
pub(crate) fn activations(value: &Value) -> u32 {
    if let Value::Int(count) = value {
        return u32::try_from(*count).unwrap_or(0);
    }
    u32::from(matches!(value, Value::Bool(true)))
}
