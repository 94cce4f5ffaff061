//! The index keys of waiting heads, and the candidates for an event.

use std::cmp::Reverse;

use super::events::{Incoming, InternalEvent};
use super::index::{By, MatchIndex, MatchKey, OrderKey};
use super::{Failure, FlowKey, FlowState, HeadRef, State};
use crate::program::{
    Argument, ArgumentValue, Element, EventName, EventSource, InternalName, Match, Member, Name,
};
use crate::value::Value;

/// Arguments that are never compared with a pattern.
pub(crate) const NOT_COMPARED: [&str; 3] =
    ["return_value", "activated", "source_flow_instance_uid"];

/// The event for a member of a flow, such as `FlowFinished` for `$flow.Finished`.
pub(crate) fn event_of_flow(member: &Member) -> Result<EventName, Failure> {
    Ok(EventName::Internal(match member {
        Member::Start => InternalName::StartFlow,
        Member::Stop => InternalName::StopFlow,
        Member::Started => InternalName::FlowStarted,
        Member::Finished => InternalName::FlowFinished,
        Member::Failed => InternalName::FlowFailed,
        Member::Pause => return Ok(EventName::Public("PauseFlow".into())),
        Member::Resume => return Ok(EventName::Public("ResumeFlow".into())),
        Member::Change | Member::Updated(_) | Member::Unknown(_) => {
            let event = member.as_str();
            return Err(Failure::value(format!("Event '{event}' not available!")));
        }
    }))
}

/// The full name of an action event.
pub(crate) fn event_of_action(action: &str, member: &Member) -> Result<Name, Failure> {
    let name = member.event_of_action(action);
    name.ok_or_else(|| no_event_of_action(member))
}

/// The error if actions have no such event.
pub(crate) fn no_event_of_action(member: &Member) -> Failure {
    Failure::syntax(format!("Invalid action event {}!", member.as_str()))
}

impl State {
    /// Lists a head in the index, or removes it.
    pub(super) fn refresh(&mut self, at: HeadRef) -> Result<(), Failure> {
        let place = self.unlist(at);
        let Some(flow) = self.flow(at.flow) else {
            return Ok(());
        };
        let Some(key) = self.key_of_head(flow, at)? else {
            return Ok(());
        };
        let arrival = self.next_number();
        if let Some(head) = self.head_mut(at) {
            head.arrival = arrival;
        }
        self.list(at, key, place);
        Ok(())
    }

    /// The index key of a head; `None` if it does not wait for an event.
    fn key_of_head(&self, flow: &FlowState, at: HeadRef) -> Result<Option<MatchKey>, Failure> {
        let Some(head) = flow.heads.get(at.head) else {
            return Ok(None);
        };
        if !head.is_active() || !flow.status().is_listening() {
            return Ok(None);
        }
        match flow.config.element(head.position()) {
            Some(Element::Match(pattern)) => self.match_key(flow, pattern).map(Some),
            _ => Ok(None),
        }
    }

    /// Lists a head, reusing its previous box.
    fn list(&mut self, at: HeadRef, key: MatchKey, place: Option<Box<(MatchKey, OrderKey)>>) {
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
            head.found_by = Some(match place {
                Some(mut place) => {
                    *place = (key, order);
                    place
                }
                None => Box::new((key, order)),
            });
        }
    }

    /// Removes a head from the index, and returns the box of its entry.
    pub(super) fn unlist(&mut self, at: HeadRef) -> Option<Box<(MatchKey, OrderKey)>> {
        self.head(at)?.found_by.as_ref()?;
        let place = self.head_mut(at)?.found_by.take()?;
        self.derived.index.remove(&place.0, &place.1);
        Some(place)
    }

    /// Rebuilds the index; heads keep their arrival numbers.
    pub(super) fn rebuild_index(&mut self) -> Result<(), Failure> {
        self.derived.index = MatchIndex::default();
        for (at, key) in self.all_keys()? {
            self.list(at, key, None);
        }
        Ok(())
    }

    /// The index keys of all waiting heads.
    fn all_keys(&self) -> Result<Vec<(HeadRef, MatchKey)>, Failure> {
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
        Ok(waiting)
    }

    /// Lists the heads of all flows with these variables again, after another flow could have changed them.
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

    /// Lists the heads of a flow again.
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
            EventSource::Bare { name, .. } => Ok(self.key_by_argument(flow, name, arguments)),
            EventSource::OwnStart { instance, .. } => Ok(MatchKey {
                event: EventName::Internal(InternalName::FlowStarted),
                by: match self.string_in(flow, instance) {
                    Some(uid) => By::Instance(uid),
                    None => By::Nothing,
                },
            }),
            EventSource::Reference {
                variable,
                path,
                event,
            } => {
                let value = self.referred(flow, variable, path)?;
                let certain = path.is_empty() && self.is_certain(flow, variable);
                self.key_of_reference(&value, event.as_ref(), certain)
            }
            EventSource::Flow {
                flow: flow_id,
                event,
            } => {
                if self.program.flow(flow_id).is_none() {
                    return Err(Failure::value(format!("there is no flow `{flow_id}`")));
                }
                Ok(MatchKey {
                    event: event_of_flow(event)?,
                    by: By::Flow(flow_id.clone()),
                })
            }
            EventSource::Action { name, event, .. } => {
                let name = name.clone().ok_or_else(|| no_event_of_action(event))?;
                Ok(self.key_by_argument(flow, &EventName::Public(name), arguments))
            }
        }
    }

    fn key_of_reference(
        &self,
        value: &Value,
        event: Option<&Member>,
        certain: bool,
    ) -> Result<MatchKey, Failure> {
        match (value, event) {
            (Value::Flow(uid), Some(event)) => {
                let by_instance = matches!(
                    event,
                    Member::Started | Member::Finished | Member::Failed | Member::Stop
                );
                Ok(MatchKey {
                    event: event_of_flow(event)?,
                    by: match certain && by_instance {
                        true => By::Instance(uid.clone()),
                        false => By::Nothing,
                    },
                })
            }
            (Value::Action(uid), Some(event)) => {
                let action = self.action_key(uid).and_then(|key| self.action(key));
                let action = action.ok_or_else(|| Failure::gone(&format!("the action `{uid}`")))?;
                Ok(MatchKey {
                    event: EventName::Public(event_of_action(&action.name, event)?),
                    by: match certain {
                        true => By::Action(uid.clone()),
                        false => By::Nothing,
                    },
                })
            }
            (Value::Event(event), None) => Ok(MatchKey {
                event: match event.internal_name() {
                    Some(name) => EventName::Internal(name),
                    None => EventName::Public(event.name.clone()),
                },
                by: By::Nothing,
            }),
            (value, _) => Err(no_event_of(value)),
        }
    }

    fn key_by_argument(
        &self,
        flow: &FlowState,
        name: &EventName,
        arguments: &[Argument],
    ) -> MatchKey {
        let by = |wanted: &str| {
            let mut arguments = arguments.iter();
            let argument = arguments.find(|argument| &*argument.name == wanted)?;
            let string = self.certain_string(flow, &argument.value)?;
            Some(match (name, wanted) {
                (EventName::Internal(_), "flow_id") => By::Flow(string),
                (EventName::Internal(_), "flow_instance_uid") => By::Instance(string),
                _ => By::Argument(argument.name.clone(), string),
            })
        };
        let by_any = || {
            let compared = |argument: &&Argument| !NOT_COMPARED.contains(&&*argument.name);
            let mut compared = arguments.iter().filter(compared);
            compared.find_map(|argument| by(&argument.name))
        };
        let by = match name {
            EventName::Internal(InternalName::StartFlow) => by("flow_id"),
            EventName::Internal(_) | EventName::Public(_) => {
                by("flow_instance_uid").or_else(by_any)
            }
        };
        MatchKey {
            event: name.clone(),
            by: by.unwrap_or(By::Nothing),
        }
    }

    fn certain_string(&self, flow: &FlowState, value: &ArgumentValue) -> Option<Name> {
        match value {
            ArgumentValue::Text(string) => Some(string.clone()),
            ArgumentValue::Variable(name) if self.is_certain(flow, name) => {
                self.string_in(flow, name)
            }
            ArgumentValue::Variable(_) | ArgumentValue::True | ArgumentValue::Expr(_) => None,
        }
    }

    /// The string in a variable of the flow itself.
    pub(crate) fn string_in(&self, flow: &FlowState, variable: &str) -> Option<Name> {
        let context = self.context(flow.context)?;
        let Value::Str(string) = context.variables.get(variable)? else {
            return None;
        };
        Some(string.clone())
    }

    /// Whether nothing can change the variable while a head of the flow waits.
    fn is_certain(&self, flow: &FlowState, variable: &str) -> bool {
        if variable.contains(crate::program::ENGINE_MADE) {
            return true;
        }
        let context = self.context(flow.context);
        let shared = context.is_none_or(|context| context.shared);
        !shared && !flow.config.assigned.contains(variable)
    }

    /// The target of a variable and the members after it.
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

    /// The heads that the event may match, in the order in which they get it.
    pub(crate) fn candidates(&self, event: &Incoming) -> Vec<HeadRef> {
        let mut found = Vec::new();
        for (group, name) in matched_names(event).into_iter().flatten().enumerate() {
            let heads = self.derived.index.find(&name, event);
            found.extend(heads.map(|(order, head)| (order.clone(), group, *head)));
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

    /// Whether the index finds the same heads as a scan of all heads. Nothing is evaluated and nothing changes.
    pub(crate) fn agrees_with_scan(&self, event: &Incoming, found: &[HeadRef]) -> bool {
        let names: Vec<_> = matched_names(event).into_iter().flatten().collect();
        let admits = |key: &MatchKey| names.iter().any(|name| key.admits(name, event));
        let Ok(keys) = self.all_keys() else {
            return true;
        };
        let mut scanned = keys.iter().filter(|(_, key)| admits(key));
        scanned.all(|(at, _)| found.contains(at))
    }

    /// Whether a head waits for an event of this name.
    pub(crate) fn is_waited_for(&self, name: &EventName) -> bool {
        self.derived.index.has(name)
    }

    /// How many heads wait for an event.
    pub(crate) fn waiting_count(&self) -> usize {
        self.derived.index.len()
    }

    /// All heads that wait for an event of this name, whatever its arguments.
    pub(crate) fn all_waiting(&self, event: &Incoming) -> Vec<HeadRef> {
        let names = matched_names(event).into_iter().flatten();
        names
            .flat_map(|name| self.derived.index.all(&name).collect::<Vec<_>>())
            .collect()
    }
}

/// The error for a reference to a value that has no such event.
pub(crate) fn no_event_of(value: &Value) -> Failure {
    if matches!(value, Value::Event(_)) {
        return Failure::value("Events have no event attributes!");
    }
    if matches!(value, Value::Flow(_) | Value::Action(_)) {
        return Failure::value("Missing event attributes!");
    }
    Failure::runtime(format!("Unsupported type '{}'", value.type_name()))
}

/// The names of events that heads may wait for when this one comes. The end of a flow also concerns those that wait
/// for another outcome of it.
fn matched_names(event: &Incoming) -> [Option<EventName>; 3] {
    let name = |name| Some(EventName::Internal(name));
    let [started, finished, failed] = [
        InternalName::FlowStarted,
        InternalName::FlowFinished,
        InternalName::FlowFailed,
    ];
    match event.internal().map(InternalEvent::name) {
        Some(InternalName::FlowFinished) => [name(finished), name(started), name(failed)],
        Some(InternalName::FlowFailed) => [name(failed), name(started), name(finished)],
        Some(own) => [name(own), None, None],
        None => [Some(event.name()), None, None],
    }
}
