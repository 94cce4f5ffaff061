//! From an event as it is written in a flow to the event: what a `send` sends, or what a `match` compares with.

use super::internal;
use super::run::Run;
use crate::program::{Argument, EventSource, EventSpec, Name};
use crate::state::{
    Action, Failure, FlowKey, FlowState, action_event_name, flow_event_name, is_internal_name,
};
use crate::value::{Event, EventKind, Fields, Value};

type Arguments = Fields;

impl Run<'_> {
    pub(super) fn event(&mut self, flow: FlowKey, spec: &EventSpec) -> Result<Event, Failure> {
        match &spec.source {
            EventSource::Bare(name) => self.bare_event(flow, name, &spec.arguments),
            EventSource::Reference {
                variable,
                path,
                event,
            } => {
                let state = self
                    .state
                    .flow(flow)
                    .ok_or_else(|| Failure::gone("the flow"))?;
                let object = self.state.referred(state, variable, path)?;
                self.event_of(flow, &object, event.as_deref(), &spec.arguments)
            }
            EventSource::Flow {
                flow: flow_id,
                event,
            } => self.event_of_any_instance(flow, flow_id, event, &spec.arguments),
            EventSource::Action {
                action,
                arguments,
                event,
            } => {
                let start_arguments = self.scope(flow).arguments(arguments)?;
                let own = self.scope(flow).arguments(&spec.arguments)?;
                action_event(action, event, &start_arguments, own)
            }
        }
    }

    fn bare_event(
        &mut self,
        flow: FlowKey,
        name: &Name,
        arguments: &[Argument],
    ) -> Result<Event, Failure> {
        let arguments = self.scope(flow).arguments(arguments)?;
        let event = Event {
            name: name.clone(),
            arguments,
            ..Event::default()
        };
        if is_internal_name(name) {
            return Ok(Event {
                kind: EventKind::Internal,
                ..event
            });
        }
        let mut event = super::external(event);
        if event.kind == EventKind::Action {
            event.action = None;
        }
        Ok(event)
    }

    fn event_of(
        &mut self,
        flow: FlowKey,
        object: &Value,
        event: Option<&str>,
        arguments: &[Argument],
    ) -> Result<Event, Failure> {
        match (object, event) {
            (Value::Flow(uid), Some(event)) => {
                let arguments = self.scope(flow).arguments(arguments)?;
                let key = self.state.flow_key(uid);
                let key =
                    key.ok_or_else(|| Failure::gone(&format!("the flow instance `{uid}`")))?;
                self.event_of_instance(key, event, &arguments)
            }
            (Value::Action(uid), Some(event)) => {
                let arguments = self.scope(flow).arguments(arguments)?;
                let action = self
                    .state
                    .action_key(uid)
                    .and_then(|key| self.state.action(key));
                let Action {
                    name,
                    start_arguments,
                    ..
                } = action.ok_or_else(|| Failure::gone(&format!("the action `{uid}`")))?;
                let event = action_event(name, event, start_arguments, arguments)?;
                Ok(Event {
                    action: Some(uid.clone()),
                    ..event
                })
            }
            (Value::Event(event), None) => Ok((**event).clone()),
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

    fn event_of_instance(
        &mut self,
        key: FlowKey,
        event: &str,
        arguments: &Arguments,
    ) -> Result<Event, Failure> {
        let name = flow_event_name(event)?;
        let gone = || Failure::gone("the flow instance");
        let mut built = match event {
            "Start" => self.start_event(key).ok_or_else(gone)?,
            "Stop" | "Pause" | "Resume" => {
                let flow = self.state.flow(key).ok_or_else(gone)?;
                internal(name)
                    .with("flow_id", flow.flow_id.clone())
                    .with("flow_instance_uid", flow.uid.clone())
            }
            "Finished" => self.finished_event(key).ok_or_else(gone)?,
            _ => life_event(name, self.state.flow(key).ok_or_else(gone)?),
        };
        if !["Stop", "Pause", "Resume"].contains(&event) {
            built.arguments.merge(arguments);
        }
        built.flow = self.state.flow(key).map(|flow| flow.uid.clone());
        Ok(built)
    }

    /// As for an instance that was started without arguments, without its uids.
    fn event_of_any_instance(
        &mut self,
        flow: FlowKey,
        flow_id: &Name,
        event: &str,
        arguments: &[Argument],
    ) -> Result<Event, Failure> {
        let name = flow_event_name(event)?;
        let arguments = self.scope(flow).arguments(arguments)?;
        let mut built = internal(name).with("flow_id", flow_id.clone());
        if ["Stop", "Pause", "Resume"].contains(&event) {
            built.arguments.merge(&arguments);
            return Ok(built);
        }
        let program = self.state.program().clone();
        let config = program
            .flow(flow_id)
            .ok_or_else(|| Failure::value(format!("there is no flow `{flow_id}`")))?;
        if event == "Start" {
            built = built
                .with("flow_hierarchy_position", "")
                .with("activated", 0);
        }
        for parameter in &config.parameters {
            let value = self.default_value(parameter)?;
            built.arguments.insert(parameter.name.clone(), value);
        }
        built.arguments.merge(&arguments);
        Ok(built)
    }

    /// What asks for a copy of the instance.
    pub(super) fn start_event(&mut self, key: FlowKey) -> Option<Event> {
        let flow_id = self.state.flow(key)?.flow_id.clone();
        let instance = self.state.new_instance_uid(&flow_id);
        let flow = self.state.flow(key)?;
        let parent = flow.parent.and_then(|parent| self.state.flow(parent));
        let mut event = internal("StartFlow")
            .with("flow_instance_uid", instance)
            .with("flow_id", flow_id)
            .with(
                "source_flow_instance_uid",
                parent.map(|parent| parent.uid.clone()),
            )
            .with("source_head_uid", flow.parent_head.clone())
            .with("flow_hierarchy_position", flow.hierarchy_position())
            .with("activated", i64::from(flow.activated));
        event.arguments.merge(&flow.arguments);
        Some(event)
    }

    pub(super) fn finished_event(&mut self, key: FlowKey) -> Option<Event> {
        let flow = self.state.flow(key)?;
        let mut event = life_event("FlowFinished", flow);
        if let Some(value) = self
            .state
            .context(flow.context)?
            .variables
            .get("_return_value")
        {
            event
                .arguments
                .insert(crate::value::name("return_value"), value.clone());
        }
        Some(event)
    }
}

/// What tells an instance of a flow in an event.
const OF_INSTANCE: [&str; 3] = ["source_flow_instance_uid", "flow_instance_uid", "flow_id"];

/// `FlowStarted`, `FlowFinished` or `FlowFailed` of an instance. What tells which instance it is counts before a parameter
/// of that name.
pub(super) fn life_event(name: &str, flow: &FlowState) -> Event {
    let mut event = internal(name)
        .with("source_flow_instance_uid", flow.uid.clone())
        .with("flow_instance_uid", flow.uid.clone())
        .with("flow_id", flow.flow_id.clone());
    let is_parameter = |name: &str| !OF_INSTANCE.contains(&name);
    let parameters = flow.arguments.iter().filter(|(name, _)| is_parameter(name));
    let parameters = parameters.map(|(name, value)| (name.clone(), value.clone()));
    event.arguments.extend(parameters);
    event
}

fn action_event(
    action: &str,
    event: &str,
    start_arguments: &Arguments,
    mut arguments: Arguments,
) -> Result<Event, Failure> {
    let name = action_event_name(action, event)?;
    let arguments = match event {
        "Start" => start_arguments.clone(),
        "Stop" => Arguments::new(),
        "Change" => match arguments.shift_remove("arguments") {
            Some(Value::Dict(changes)) => {
                let named =
                    |(name, value): (&Value, &Value)| Some((name.as_str()?.into(), value.clone()));
                changes.iter().filter_map(named).collect()
            }
            _ => return Err(Failure::value("`Change` needs its `arguments` as a dict")),
        },
        _ => {
            if !start_arguments.is_empty() {
                arguments.insert(
                    "action_arguments".into(),
                    crate::state::dict(start_arguments),
                );
            }
            arguments
        }
    };
    Ok(Event {
        kind: EventKind::Action,
        name: name.into(),
        arguments,
        ..Event::default()
    })
}
