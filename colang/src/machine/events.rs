//! Evaluates an event as written in a flow: what a `send` sends, or what a `match` compares with.

use umim::ActionEventKind;

use super::job::job;
use crate::program::{Argument, EventName, EventSource, EventSpec, InternalName, Member, Name};
use crate::state::{
    Action, Failure, Fate, FlowKey, FlowNews, Instance, InternalEvent, StartFlow, StartForm,
    event_of_action, event_of_flow, no_event_of, no_event_of_action,
};

use crate::value::{Event, EventKind, Fields, Value};

job! {
    /// Creates the events in statements. Evaluates expressions, which may use uids and random numbers and change
    /// lists.
    Events
}

impl Events<'_, '_> {
    /// The event in its public form.
    pub(super) fn event(&mut self, flow: FlowKey, spec: &EventSpec) -> Result<Event, Failure> {
        match &spec.source {
            EventSource::Bare { name, kind } => {
                let arguments = self.scope(flow).arguments(&spec.arguments)?;
                Ok(bare_event(name, *kind, arguments))
            }
            EventSource::OwnStart { .. } => Ok(InternalName::FlowStarted.event()),
            EventSource::Reference {
                variable,
                path,
                event,
            } => {
                let object = self.referred(flow, variable, path)?;
                self.event_of(flow, &object, event.as_ref(), &spec.arguments)
            }
            EventSource::Flow {
                flow: flow_id,
                event,
            } => self.event_of_any_instance(flow, flow_id, event, &spec.arguments),
            EventSource::Action {
                name,
                arguments,
                event,
                ..
            } => {
                let start_arguments = self.scope(flow).arguments(arguments)?;
                let own = self.scope(flow).arguments(&spec.arguments)?;
                let name = name.clone().ok_or_else(|| no_event_of_action(event))?;
                action_event(name, event, &start_arguments, own)
            }
        }
    }

    /// The target of a reference.
    pub(super) fn referred(
        &self,
        flow: FlowKey,
        variable: &str,
        path: &[Name],
    ) -> Result<Value, Failure> {
        let flow = self.state.flow(flow);
        let flow = flow.ok_or_else(|| Failure::gone("the flow"))?;
        self.state.referred(flow, variable, path)
    }

    pub(super) fn event_of(
        &mut self,
        flow: FlowKey,
        object: &Value,
        event: Option<&Member>,
        arguments: &[Argument],
    ) -> Result<Event, Failure> {
        match (object, event) {
            (Value::Flow(uid), Some(event)) => {
                let arguments = self.scope(flow).arguments(arguments)?;
                let key = self.instance(uid)?;
                self.event_of_instance(key, event, &arguments)
            }
            (Value::Action(uid), Some(event)) => {
                let arguments = self.scope(flow).arguments(arguments)?;
                let action = self.action(uid)?;
                let name = event_of_action(&action.name, event)?;
                Ok(Event {
                    action: Some(uid.clone()),
                    ..action_event(name, event, &action.start_arguments, arguments)?
                })
            }
            (Value::Event(event), None) => Ok((**event).clone()),
            (value, _) => Err(no_event_of(value)),
        }
    }

    /// The instance with this uid.
    pub(super) fn instance(&self, uid: &str) -> Result<FlowKey, Failure> {
        let key = self.state.flow_key(uid);
        key.ok_or_else(|| Failure::gone(&format!("the flow instance `{uid}`")))
    }

    /// The action with this uid.
    pub(super) fn action(&self, uid: &str) -> Result<&Action, Failure> {
        let key = self.state.action_key(uid);
        let action = key.and_then(|key| self.state.action(key));
        action.ok_or_else(|| Failure::gone(&format!("the action `{uid}`")))
    }

    /// The report on an instance.
    pub(super) fn news(&self, fate: Fate, key: FlowKey) -> Result<FlowNews, Failure> {
        let news = self.state.news(fate, key);
        news.ok_or_else(|| Failure::gone("the flow instance"))
    }

    fn event_of_instance(
        &mut self,
        key: FlowKey,
        event: &Member,
        arguments: &Fields,
    ) -> Result<Event, Failure> {
        let name = event_of_flow(event)?;
        let mut built = match (event, &name) {
            (Member::Start, _) => InternalEvent::StartFlow(self.start_again(key, None)).public(),
            (Member::Started, _) => self.news(Fate::Started, key)?.public(),
            (Member::Finished, _) => self.news(Fate::Finished, key)?.public(),
            (Member::Failed, _) => self.news(Fate::Failed, key)?.public(),
            (_, name) => {
                let flow = self.state.at(key);
                internal_event(name)
                    .with("flow_id", flow.flow_id.clone())
                    .with("flow_instance_uid", flow.uid.clone())
            }
        };
        if !is_order(event) {
            built.arguments.merge(arguments);
        }
        built.flow = Some(self.state.at(key).uid.clone());
        Ok(built)
    }

    /// As for an instance that was started without arguments, without its uids.
    fn event_of_any_instance(
        &mut self,
        flow: FlowKey,
        flow_id: &Name,
        event: &Member,
        arguments: &[Argument],
    ) -> Result<Event, Failure> {
        let name = event_of_flow(event)?;
        let arguments = self.scope(flow).arguments(arguments)?;
        let mut built = internal_event(&name).with("flow_id", flow_id.clone());
        if is_order(event) {
            built.arguments.merge(&arguments);
            return Ok(built);
        }
        let program = self.state.program().clone();
        let config = program
            .flow(flow_id)
            .ok_or_else(|| Failure::value(format!("there is no flow `{flow_id}`")))?;
        if *event == Member::Start {
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

    /// The start of another instance in place of one, with its arguments. Without a source, its parent requests it.
    pub(super) fn start_again(&mut self, key: FlowKey, source: Option<Instance>) -> StartFlow {
        let flow_id = self.state.at(key).flow_id.clone();
        let instance = self.state.new_instance_uid(&flow_id);
        let flow = self.state.at(key);
        StartFlow {
            flow_id,
            instance: Some(instance),
            source: source.or_else(|| self.state.named(flow.parent?)),
            head: flow.parent_head.clone(),
            place: flow.hierarchy.clone(),
            activates: flow.activated > 0,
            activated: flow.activated,
            arguments: flow.arguments.clone(),
            form: StartForm::Restart,
        }
    }
}

/// Whether the event is a command to an instance, and so has no arguments.
fn is_order(event: &Member) -> bool {
    matches!(event, Member::Stop | Member::Pause | Member::Resume)
}

fn internal_event(name: &EventName) -> Event {
    match name {
        EventName::Internal(name) => name.event(),
        EventName::Public(name) => Event {
            kind: EventKind::Internal,
            name: name.clone(),
            ..Event::default()
        },
    }
}

fn bare_event(name: &EventName, kind: EventKind, arguments: Fields) -> Event {
    let name = match name {
        EventName::Internal(name) => crate::value::name(name.as_str()),
        EventName::Public(name) => name.clone(),
    };
    Event {
        name,
        kind,
        arguments,
        ..Event::default()
    }
}

fn action_event(
    name: Name,
    event: &Member,
    start_arguments: &Fields,
    mut arguments: Fields,
) -> Result<Event, Failure> {
    let kind = event.of_action().ok_or_else(|| no_event_of_action(event))?;
    let arguments = match kind {
        ActionEventKind::Start => start_arguments.clone(),
        ActionEventKind::Stop => Fields::new(),
        ActionEventKind::Change => match arguments.shift_remove("arguments") {
            Some(Value::Dict(changes)) => {
                let named =
                    |(name, value): (&Value, &Value)| Some((name.as_str()?.into(), value.clone()));
                changes.iter().filter_map(named).collect()
            }
            _ => return Err(Failure::value("`Change` needs its `arguments` as a dict")),
        },
        ActionEventKind::Started | ActionEventKind::Updated | ActionEventKind::Finished => {
            if !start_arguments.is_empty() {
                let of_start = crate::state::dict(start_arguments);
                arguments.insert(crate::value::name("action_arguments"), of_start);
            }
            arguments
        }
    };
    Ok(Event {
        kind: EventKind::Action,
        name,
        arguments,
        ..Event::default()
    })
}
