//! The life of a flow instance: made, started, finished or aborted, and restarted if it is activated.

use std::sync::Arc;

use super::exhaustion::PARAMETER;
use super::run::Run;
use crate::program::{FlowConfig, LoopKind, Name};
use crate::state::{Context, Failure, FlowKey, FlowState, HeadRef, Hierarchy};
use crate::value::{Event, Fields, Value};

impl Run<'_> {
    /// An instance that waits to be started.
    pub(super) fn new_instance(
        &mut self,
        config: &Arc<FlowConfig>,
        uid: Name,
        hierarchy: Hierarchy,
        arguments: &Fields,
    ) -> Result<FlowState, Failure> {
        self.spend(PARAMETER * config.parameters.len() as u64)?;
        let mut values = Fields::new();
        for parameter in &config.parameters {
            let value = match arguments.get(&parameter.name) {
                Some(value) => value.clone(),
                None => self.default_value(parameter)?,
            };
            values.insert(parameter.name.clone(), value);
        }
        for (index, parameter) in config.parameters.iter().enumerate() {
            let position: Name = format!("${index}").into();
            if let Some(value) = arguments.get(&position) {
                values.insert(parameter.name.clone(), value.clone());
                values.insert(position, value.clone());
            }
        }
        let members: Result<Vec<_>, Failure> = config
            .return_members
            .iter()
            .map(|member| Ok((member.name.clone(), self.default_value(member)?)))
            .collect();
        let own = config
            .parameters
            .iter()
            .map(|parameter| (parameter.name.clone(), values[&parameter.name].clone()));
        let variables: Vec<_> = own.chain(members?).collect();
        let context = self.context_for(config, arguments.get("context"), variables)?;
        let mut flow = FlowState::new(uid, config.clone(), hierarchy, context);
        flow.arguments = values;
        Ok(flow)
    }

    fn context_for(
        &mut self,
        config: &FlowConfig,
        shared: Option<&Value>,
        variables: Vec<(Name, Value)>,
    ) -> Result<crate::state::ContextKey, Failure> {
        let takes_context = config
            .parameters
            .iter()
            .any(|parameter| &*parameter.name == "context");
        let shared = shared.filter(|_| !takes_context);
        if shared.is_some() && !config.parameters.is_empty() {
            let message = format!(
                "Context cannot be shared to flows with parameters: '{}'",
                config.id
            );
            return Err(Failure::runtime(message));
        }
        let mut context = Context::default();
        match shared {
            Some(Value::Context(id)) => {
                let key = (*id).into();
                self.budget.charge(self.state.flow_count());
                if let Some(context) = self.state.context_mut(key) {
                    context.shared = true;
                    context.variables.extend(variables);
                    self.state.refresh_context(key);
                    return Ok(key);
                }
            }
            Some(Value::Dict(dict)) => {
                let named =
                    |(name, value): (&Value, &Value)| Some((name.as_str()?.into(), value.clone()));
                context.variables.extend(dict.iter().filter_map(named));
            }
            _ => {}
        }
        context.variables.extend(variables);
        Ok(self.state.add_context(context))
    }

    /// Takes in the instance of `main`.
    pub(super) fn begin(&mut self, main: FlowState, loop_id: Name) {
        let main = self.state.add_flow(main);
        self.state.set_loop(main, Some(loop_id));
        self.state.set_main(main);
        if let Some(flow) = self.state.flow_mut(main) {
            flow.activated = 1;
        }
    }

    /// Links an instance to the flow that started it, when its own start is matched.
    pub(super) fn link_started(&mut self, at: HeadRef, event: &Event) {
        let key = at.flow;
        let Some(flow) = self.state.flow(key) else {
            return;
        };
        let at_start = self.state.head(at).is_some_and(|head| head.position() == 0);
        let own = event.arguments.get("flow_id").and_then(Value::as_str) == Some(&*flow.flow_id);
        if !at_start || !own || key == self.state.main() {
            return;
        }
        let config = flow.config.clone();
        let activated = match event.arguments.get("activated") {
            Some(Value::Bool(activated)) => u32::from(*activated),
            Some(Value::Int(count)) => u32::try_from(*count).unwrap_or(0),
            _ => 0,
        };
        let parent = self.parent_for(&config, event, activated > 0);
        let parent_loop = parent
            .and_then(|parent| self.state.flow(parent))
            .and_then(|flow| flow.loop_id().cloned());
        let loop_id = match config.loop_kind() {
            LoopKind::Named(name) => Some(name),
            LoopKind::New => Some(self.state.new_uid()),
            LoopKind::Parent => parent_loop.or_else(|| self.main_loop()),
        };
        self.state.set_loop(key, loop_id);
        let number = self.state.next_number();
        if let Some(parent) = parent.and_then(|parent| self.state.flow_mut(parent)) {
            parent.children.push(number, key);
        }
        let Some(flow) = self.state.flow_mut(key) else {
            return;
        };
        flow.child_number = number;
        flow.parent = parent;
        flow.activated = activated;
        if let Some(Value::Str(head)) = event.arguments.get("source_head_uid") {
            flow.parent_head = Some(head.clone());
        }
    }

    fn main_loop(&self) -> Option<Name> {
        self.state.flow(self.state.main())?.loop_id().cloned()
    }

    /// Who gets the instance as a child: of activated flows that restart, the reference instance.
    fn parent_for(
        &mut self,
        config: &Arc<FlowConfig>,
        event: &Event,
        activated: bool,
    ) -> Option<FlowKey> {
        let source = self.source_of(event)?;
        let of_same_flow = self.state.flow(source)?.flow_id == config.id;
        if !(activated && of_same_flow) {
            return Some(source);
        }
        if let Ok(true) = self.is_activated_with(source, config, &event.arguments) {
            return Some(source);
        }
        let reference = self
            .activated_instance(config, &event.arguments)
            .ok()
            .flatten();
        reference.or(Some(source))
    }
}
