//! What a waiting head is found by, and which heads an event is shown to.

use std::cmp::Reverse;

use super::index::{MatchIndex, MatchKey, OrderKey};
use super::{Failure, FlowKey, FlowState, HeadRef, State};
use crate::program::{Argument, ArgumentValue, Element, EventSource, Match, Name};
use crate::value::{Event, EventKind, Value};

/// The names of the events of the engine itself (nemoguardrails 0.24.1, without `StartFlow`'s kin `PauseFlow` and
/// `ResumeFlow`, which nobody answers). They never come from outside, and reach it in the history only.
pub const INTERNAL_EVENTS: [&str; 11] = [
    "StartFlow",
    "FinishFlow",
    "StopFlow",
    "FlowStarted",
    "FlowFinished",
    "FlowFailed",
    "UnhandledEvent",
    "BotIntentLog",
    "UserIntentLog",
    "BotActionLog",
    "UserActionLog",
];

/// Arguments that no pattern is compared with.
pub(crate) const NOT_COMPARED: [&str; 3] =
    ["return_value", "activated", "source_flow_instance_uid"];

pub(crate) fn is_internal_name(name: &str) -> bool {
    INTERNAL_EVENTS.contains(&name)
}

/// The full name of `$flow.Finished` and its like.
pub(crate) fn flow_event_name(event: &str) -> Result<&'static str, Failure> {
    Ok(match event {
        "Start" => "StartFlow",
        "Stop" => "StopFlow",
        "Pause" => "PauseFlow",
        "Resume" => "ResumeFlow",
        "Started" => "FlowStarted",
        "Finished" => "FlowFinished",
        "Failed" => "FlowFailed",
        _ => return Err(Failure::value(format!("Event '{event}' not available!"))),
    })
}

/// The full name of `$action.Finished` and its like.
pub(crate) fn action_event_name(action: &str, event: &str) -> Result<String, Failure> {
    match event {
        "Start" | "Change" | "Stop" => Ok(format!("{event}{action}")),
        "Started" | "Finished" => Ok(format!("{action}{event}")),
        _ if event.ends_with("Updated") => Ok(format!("{action}{event}")),
        _ => Err(Failure::syntax(format!("Invalid action event {event}!"))),
    }
}

impl State {
    /// Puts a head where events find it, or takes it away.
    pub(super) fn refresh(&mut self, at: HeadRef) -> Result<(), Failure> {
        self.unlist(at);
        let Some(flow) = self.flow(at.flow) else {
            return Ok(());
        };
        let Some(head) = flow.heads.get(at.head) else {
            return Ok(());
        };
        if !head.is_active() || !flow.status().is_listening() {
            return Ok(());
        }
        let Some(Element::Match(pattern)) = flow.config.element(head.position()) else {
            return Ok(());
        };
        let key = self.match_key(flow, pattern)?;
        let arrival = self.next_number();
        if let Some(head) = self.head_mut(at) {
            head.arrival = arrival;
        }
        self.list(at, key);
        Ok(())
    }

    fn list(&mut self, at: HeadRef, key: MatchKey) {
        let Some(flow) = self.flows.get_mut(at.flow) else {
            return;
        };
        if let Some(head) = flow.heads.get_mut(at.head) {
            let order = OrderKey {
                priority: Reverse(flow.config.loop_priority()),
                hierarchy: flow.hierarchy.clone(),
                arrival: head.arrival,
            };
            self.derived.index.insert(at, &key, order.clone());
            head.found_by = Some(Box::new((key, order)));
        }
    }

    /// Takes a head out of the index.
    pub(super) fn unlist(&mut self, at: HeadRef) {
        let Some(head) = self.head(at).filter(|head| head.found_by.is_some()) else {
            return;
        };
        let id = head.id;
        let found_by = self
            .flow_mut(at.flow)
            .and_then(|flow| flow.heads.get_mut(id)?.found_by.take());
        if let Some((key, order)) = found_by.as_deref() {
            self.derived.index.remove(key, order);
        }
    }

    /// Builds the index anew, every head with the arrival it had.
    pub(super) fn rebuild_index(&mut self) -> Result<(), Failure> {
        self.derived.index = MatchIndex::default();
        let mut waiting = Vec::new();
        for (key, flow) in self.flows.iter() {
            for head in flow.active_heads().filter(|_| flow.status().is_listening()) {
                if let Some(Element::Match(pattern)) = flow.config.element(head.position()) {
                    let at = HeadRef {
                        flow: key,
                        head: head.id,
                    };
                    waiting.push((at, self.match_key(flow, pattern)?));
                }
            }
        }
        for (at, key) in waiting {
            self.list(at, key);
        }
        Ok(())
    }

    /// Takes the heads of all flows with these variables up anew, after somebody else could have changed them.
    pub(crate) fn refresh_context(&mut self, context: super::ContextKey) {
        let with_context = |(key, flow): (FlowKey, &FlowState)| {
            let heads = flow.heads.iter().map(move |head| HeadRef {
                flow: key,
                head: head.id,
            });
            (flow.context == context).then(|| heads.collect::<Vec<_>>())
        };
        let heads: Vec<_> = self
            .flows
            .iter()
            .filter_map(with_context)
            .flatten()
            .collect();
        for at in heads {
            let _waits_for_nothing_if_it_fails = self.refresh(at);
        }
    }

    /// Takes the heads of a flow up anew.
    pub(crate) fn refresh_heads(&mut self, key: FlowKey) {
        let flow = self.flow(key).into_iter();
        let heads: Vec<_> = flow
            .flat_map(|flow| flow.heads.iter().map(|head| head.id))
            .collect();
        for head in heads {
            let _waits_for_nothing_if_it_fails = self.refresh(HeadRef { flow: key, head });
        }
    }

    fn match_key(&self, flow: &FlowState, pattern: &Match) -> Result<MatchKey, Failure> {
        let arguments = &pattern.event.arguments;
        match &pattern.event.source {
            EventSource::Bare(name) => Ok(self.text_key(flow, name, arguments)),
            EventSource::Reference {
                variable,
                path,
                event,
            } => {
                let value = self.referred(flow, variable, path)?;
                let certain = path.is_empty() && self.is_certain(flow, variable);
                self.reference_key(&value, event.as_deref(), certain)
            }
            EventSource::Flow {
                flow: flow_id,
                event,
            } => {
                if self.program.flow(flow_id).is_none() {
                    return Err(Failure::value(format!("there is no flow `{flow_id}`")));
                }
                let name: Name = flow_event_name(event)?.into();
                Ok(MatchKey::Text(name, "flow_id".into(), flow_id.clone()))
            }
            EventSource::Action { action, event, .. } => {
                let name: Name = action_event_name(action, event)?.into();
                Ok(self.text_key(flow, &name, arguments))
            }
        }
    }

    fn reference_key(
        &self,
        value: &Value,
        event: Option<&str>,
        certain: bool,
    ) -> Result<MatchKey, Failure> {
        match (value, event) {
            (Value::Flow(uid), Some(event)) => {
                let name: Name = flow_event_name(event)?.into();
                let by_instance = ["Started", "Finished", "Failed", "Stop"].contains(&event);
                Ok(if certain && by_instance {
                    MatchKey::Text(name, "flow_instance_uid".into(), uid.clone())
                } else {
                    MatchKey::Name(name)
                })
            }
            (Value::Action(uid), Some(event)) => {
                let action = self.action_key(uid).and_then(|key| self.action(key));
                let action = action.ok_or_else(|| Failure::gone(&format!("the action `{uid}`")))?;
                let name: Name = action_event_name(&action.name, event)?.into();
                Ok(if certain {
                    MatchKey::Action(name, uid.clone())
                } else {
                    MatchKey::Name(name)
                })
            }
            (Value::Event(event), None) => Ok(MatchKey::Name(event.name.clone())),
            (Value::Event(_), Some(_)) => Err(Failure::value("Events have no event attributes!")),
            (Value::Flow(_) | Value::Action(_), None) => {
                Err(Failure::value("Missing event attributes!"))
            }
            (other, _) => Err(Failure::runtime(format!(
                "Unsupported type '{}'",
                other.type_name()
            ))),
        }
    }

    fn text_key(&self, flow: &FlowState, name: &Name, arguments: &[Argument]) -> MatchKey {
        let text = |argument: &Argument| self.certain_text(flow, &argument.value);
        let by = |wanted: &str| {
            let argument = arguments
                .iter()
                .find(|argument| &*argument.name == wanted)?;
            Some(MatchKey::Text(
                name.clone(),
                argument.name.clone(),
                text(argument)?,
            ))
        };
        if &**name == "StartFlow" {
            return by("flow_id").unwrap_or_else(|| MatchKey::Name(name.clone()));
        }
        let others = || {
            let compared = |argument: &&Argument| !NOT_COMPARED.contains(&&*argument.name);
            arguments
                .iter()
                .filter(compared)
                .find_map(|argument| by(&argument.name))
        };
        by("flow_instance_uid")
            .or_else(others)
            .unwrap_or_else(|| MatchKey::Name(name.clone()))
    }

    fn certain_text(&self, flow: &FlowState, value: &ArgumentValue) -> Option<Name> {
        match value {
            ArgumentValue::Text(text) => Some(text.clone()),
            ArgumentValue::Variable(name) if self.is_certain(flow, name) => {
                let Value::Str(text) = self.context(flow.context)?.variables.get(name)? else {
                    return None;
                };
                Some(text.clone())
            }
            ArgumentValue::Variable(_) | ArgumentValue::True | ArgumentValue::Expr(_) => None,
        }
    }

    /// Whether nothing can change the variable while a head of the flow waits.
    fn is_certain(&self, flow: &FlowState, variable: &str) -> bool {
        let shared = self
            .context(flow.context)
            .is_none_or(|context| context.shared);
        variable.contains(crate::program::ENGINE_MADE)
            || (!shared && !flow.config.assigned.contains(variable))
    }

    /// What a variable and the members behind it lead to.
    pub(crate) fn referred(
        &self,
        flow: &FlowState,
        variable: &str,
        path: &[Name],
    ) -> Result<Value, Failure> {
        let context = self.context(flow.context);
        let own = context.and_then(|context| {
            if context.is_global(variable) {
                self.globals.get(variable)
            } else {
                context.variables.get(variable)
            }
        });
        let mut value = own
            .cloned()
            .ok_or_else(|| Failure::runtime(format!("Unknown variable: '{variable}'!")))?;
        for member in path {
            value = self.attribute(&value, member).ok_or_else(|| {
                Failure::value(format!(
                    "No attribute '{member}' in a value of type {}",
                    value.type_name()
                ))
            })?;
        }
        Ok(value)
    }

    /// The heads that the event may match, best placed first.
    pub(crate) fn candidates(&self, event: &Event) -> Vec<HeadRef> {
        let mut found = Vec::new();
        for (group, name) in matched_names(event).into_iter().enumerate() {
            let heads = self.derived.index.find(name, event);
            found.extend(heads.map(|(order, head)| (order, group, head)));
        }
        if found.len() > 1 {
            found.sort_by(|(left, left_group, _), (right, right_group, _)| {
                let of_arrival = || (left_group, left.arrival).cmp(&(right_group, right.arrival));
                left.priority
                    .cmp(&right.priority)
                    .then_with(|| left.hierarchy.cmp(&right.hierarchy))
                    .then_with(of_arrival)
            });
        }
        found.into_iter().map(|(_, _, head)| head).collect()
    }

    /// Whether some head waits for an event of this name.
    pub(crate) fn is_waited_for(&self, name: &str) -> bool {
        self.derived.index.has(name)
    }

    /// How many heads wait for an event.
    pub(crate) fn waiting_count(&self) -> usize {
        self.derived.index.len()
    }

    /// All heads that wait for an event of this name, whatever its arguments.
    pub(crate) fn all_waiting(&self, event: &Event) -> Vec<HeadRef> {
        let names = matched_names(event).into_iter();
        names
            .flat_map(|name| self.derived.index.all(name))
            .collect()
    }
}

/// The names of the events that heads may wait for when this one comes; the end of a flow concerns those, too, that
/// wait for another fate of it.
fn matched_names(event: &Event) -> Vec<&str> {
    let own = &*event.name;
    match (event.kind, own) {
        (EventKind::Internal, "FlowFinished") => vec![own, "FlowStarted", "FlowFailed"],
        (EventKind::Internal, "FlowFailed") => vec![own, "FlowStarted", "FlowFinished"],
        _ => vec![own],
    }
}
