//! What a head waits for, in the form in which it is compared: without a public event if that is not needed.

use umim::ActionEventKind;

use super::Matching;
use crate::machine::events::Events;
use crate::program::{
    Argument, ArgumentValue, EventName, EventSource, EventSpec, InternalName, Member, Name,
};
use crate::state::{ActionKey, Failure, Fate, FlowKey, event_of_flow, no_event_of_action};
use crate::value::{Event, Fields, Value};

/// What a head waits for.
pub(super) enum Wanted {
    /// The start that a statement has requested, of the instance with this uid.
    OwnStart {
        instance: Option<Name>,
        /// The number of fields in the pattern.
        fields: usize,
    },
    /// The start of a flow of this name, with any arguments.
    Start { flow_id: Name },
    /// Any report with this name on an instance.
    News { of: FlowKey, fate: Fate },
    /// An event of an action.
    Action {
        of: ActionKey,
        kind: ActionEventKind,
        /// The arguments of the pattern itself.
        arguments: Fields,
    },
    /// Any other event.
    Event(Event),
}

impl Matching<'_, '_> {
    pub(super) fn wanted(&mut self, flow: FlowKey, spec: &EventSpec) -> Result<Wanted, Failure> {
        match &spec.source {
            EventSource::OwnStart { instance, fields } => {
                self.scope(flow).arguments(&spec.arguments)?;
                Ok(Wanted::OwnStart {
                    instance: self.state.string_in(self.state.at(flow), instance),
                    fields: *fields,
                })
            }
            EventSource::Reference {
                variable,
                path,
                event,
            } => {
                let object = Events::of(self).referred(flow, variable, path)?;
                match (&object, event) {
                    (Value::Flow(uid), Some(event)) => self.of_flow(flow, uid, event, spec),
                    (Value::Action(uid), Some(event)) => self.of_action(flow, uid, event, spec),
                    (_, event) => {
                        let arguments = &spec.arguments;
                        let mut events = Events::of(self);
                        let event = events.event_of(flow, &object, event.as_ref(), arguments)?;
                        Ok(Wanted::Event(event))
                    }
                }
            }
            EventSource::Bare { .. } | EventSource::Flow { .. } | EventSource::Action { .. } => {
                match started_flow(spec) {
                    Some(flow_id) => Ok(Wanted::Start { flow_id }),
                    None => Events::of(self).event(flow, spec).map(Wanted::Event),
                }
            }
        }
    }

    fn of_flow(
        &mut self,
        flow: FlowKey,
        uid: &Name,
        event: &Member,
        spec: &EventSpec,
    ) -> Result<Wanted, Failure> {
        let fate = match event_of_flow(event)? {
            EventName::Internal(name) if spec.arguments.is_empty() => Fate::told_by(name),
            EventName::Internal(_) | EventName::Public(_) => None,
        };
        let Some(fate) = fate else {
            let object = Value::Flow(uid.clone());
            let mut events = Events::of(self);
            let event = events.event_of(flow, &object, Some(event), &spec.arguments)?;
            return Ok(Wanted::Event(event));
        };
        let of = Events::of(self).instance(uid)?;
        Ok(Wanted::News { of, fate })
    }

    fn of_action(
        &mut self,
        flow: FlowKey,
        uid: &Name,
        event: &Member,
        spec: &EventSpec,
    ) -> Result<Wanted, Failure> {
        match event.of_action() {
            Some(kind @ (ActionEventKind::Started | ActionEventKind::Finished)) => {
                let arguments = self.scope(flow).arguments(&spec.arguments)?;
                Events::of(self).action(uid)?;
                let of = self.state.action_key(uid);
                let of = of.ok_or_else(|| no_event_of_action(event))?;
                Ok(Wanted::Action {
                    of,
                    kind,
                    arguments,
                })
            }
            _ => {
                let object = Value::Action(uid.clone());
                let mut events = Events::of(self);
                let event = events.event_of(flow, &object, Some(event), &spec.arguments)?;
                Ok(Wanted::Event(event))
            }
        }
    }
}

/// The flow whose start a pattern waits for, if the pattern mentions nothing else: the first element of every flow.
fn started_flow(spec: &EventSpec) -> Option<Name> {
    let EventSource::Bare {
        name: EventName::Internal(InternalName::StartFlow),
        ..
    } = &spec.source
    else {
        return None;
    };
    match spec.arguments.as_slice() {
        [
            Argument {
                name,
                value: ArgumentValue::Text(flow_id),
            },
        ] if &**name == "flow_id" => Some(flow_id.clone()),
        _ => None,
    }
}
