//! The value of `$reference.name`, where the reference is a flow, an action or an event.

use super::{Action, FlowState, SourceHead, State};
use crate::value::{Dict, Fields, Value};

impl State {
    /// The attribute of a value; `None` if there is none of that name.
    pub(crate) fn attribute(&self, value: &Value, name: &str) -> Option<Value> {
        match value {
            Value::Flow(uid) => self.flow_attribute(self.flow(self.flow_key(uid)?)?, name),
            Value::Action(uid) => self.action_attribute(self.action(self.action_key(uid)?)?, name),
            Value::Event(event) => event.field(name),
            Value::Context(id) => self.context((*id).into())?.variables.get(name).cloned(),
            Value::Dict(dict) => dict.get(name).cloned(),
            Value::RailOutcome(outcome) => outcome.member(name).ok(),
            Value::None
            | Value::Bool(_)
            | Value::Int(_)
            | Value::Float(_)
            | Value::Str(_)
            | Value::List(_)
            | Value::Tuple(_)
            | Value::Set(_)
            | Value::Regex(_)
            | Value::Comparison(_) => None,
        }
    }

    fn flow_attribute(&self, flow: &FlowState, name: &str) -> Option<Value> {
        let uid_of = |key| self.flow(key).map(|flow| flow.uid.clone());
        Some(match name {
            "uid" => flow.uid.clone().into(),
            "flow_id" => flow.flow_id.clone().into(),
            "loop_id" => flow.loop_id().cloned().into(),
            "hierarchy_position" => flow.hierarchy_position().into(),
            "action_uids" => {
                let uid = |key: &_| self.action(*key).map(|action| action.uid.clone().into());
                Value::list(flow.actions.iter().filter_map(uid))
            }
            "context" => Value::Context(flow.context.into()),
            "priority" => flow.priority.into(),
            "arguments" => dict(&flow.arguments),
            "parent_uid" => flow.parent.and_then(uid_of).into(),
            "ancestors" => {
                // A flow that has ended only keeps those together that it has activated.
                let above = self.upwards(flow.parent).into_iter();
                let above = above.filter(|flow| !flow.status().is_done());
                Value::list(above.map(|flow| flow.flow_id.clone().into()))
            }
            "parent_head_uid" => flow.parent_head.as_ref().map(SourceHead::uid).into(),
            "child_flow_uids" => {
                Value::list(flow.children.iter().filter_map(uid_of).map(Value::from))
            }
            "status" => status(flow.status().as_str()),
            "activated" => i64::from(flow.activated).into(),
            "new_instance_started" => flow.new_instance_started.into(),
            _ => return self.context(flow.context)?.variables.get(name).cloned(),
        })
    }

    fn action_attribute(&self, action: &Action, name: &str) -> Option<Value> {
        Some(match name {
            "uid" => action.uid.clone().into(),
            "name" => action.name.clone().into(),
            "flow_uid" => action.flow_uid.clone().into(),
            "status" => status(action.status.as_str()),
            "context" => dict(&action.context),
            "start_event_arguments" => dict(&action.start_arguments),
            "flow_scope_count" => i64::try_from(action.users.len()).unwrap_or(i64::MAX).into(),
            _ => return action.context.get(name).cloned(),
        })
    }
}

/// A status is read as `$reference.status.value`.
fn status(value: &str) -> Value {
    Dict::from_iter([("name", value.to_uppercase()), ("value", value.to_owned())]).into()
}

pub(crate) fn dict(entries: &Fields) -> Value {
    entries
        .iter()
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect::<Dict>()
        .into()
}
