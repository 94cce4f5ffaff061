//! Creates instances of flows: their arguments and variables.

use std::sync::Arc;

use super::activation::position;
use crate::machine::job::job;
use crate::machine::run::PARAMETER;
use crate::program::{FlowConfig, Name};
use crate::state::{Context, ContextKey, Failure, FlowState, Hierarchy, StartFlow};
use crate::value::{Fields, Value};

job! {
    /// Creates instances of flows. Adds variables to the conversation, but not yet the instance.
    Instances
}

impl Instances<'_, '_> {
    /// The instance for a start, which waits until its start is matched.
    pub(in crate::machine) fn new_instance(
        &mut self,
        config: &Arc<FlowConfig>,
        uid: Name,
        place: Hierarchy,
        start: Option<&StartFlow>,
    ) -> Result<FlowState, Failure> {
        self.spend(PARAMETER * config.parameters.len() as u64)?;
        let arguments = self.arguments_for(config, start)?;
        let mut variables = Vec::with_capacity(config.parameters.len());
        for parameter in &config.parameters {
            variables.push((parameter.name.clone(), arguments[&parameter.name].clone()));
        }
        for member in &config.return_members {
            variables.push((member.name.clone(), self.default_value(member)?));
        }
        let shared = start.and_then(|start| start.arguments.get("context"));
        let context = self.context_for(config, shared, variables)?;
        let mut flow = FlowState::new(uid, config.clone(), place, context);
        flow.arguments = arguments;
        Ok(flow)
    }

    /// The parameters by name, followed by positional arguments under their positional names.
    fn arguments_for(
        &mut self,
        config: &FlowConfig,
        start: Option<&StartFlow>,
    ) -> Result<Fields, Failure> {
        let mut values = Fields::new();
        let given = |name: &str| start.and_then(|start| start.argument(name));
        for parameter in &config.parameters {
            let value = match given(&parameter.name) {
                Some(value) => value,
                None => self.default_value(parameter)?,
            };
            values.insert(parameter.name.clone(), value);
        }
        for (place, parameter) in config.parameters.iter().enumerate() {
            let position = position(place);
            if let Some(value) = given(&position) {
                values.insert(parameter.name.clone(), value.clone());
                values.insert(crate::value::name(&position), value);
            }
        }
        Ok(values)
    }

    fn context_for(
        &mut self,
        config: &FlowConfig,
        shared: Option<&Value>,
        variables: Vec<(Name, Value)>,
    ) -> Result<ContextKey, Failure> {
        let mut context = Context::default();
        match shared_context(config, shared)? {
            Some(Value::Context(id)) => {
                let key = (*id).into();
                let cost = self.state.flow_count();
                self.budget.charge(cost);
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

    /// Adds the instance of `main`.
    pub(in crate::machine) fn begin(&mut self, main: FlowState, loop_id: Name) {
        let main = self.state.add_flow(main);
        self.state.set_loop(main, Some(loop_id));
        self.state.set_main(main);
        self.state.at_mut(main).activated = 1;
    }
}

/// The variables of another flow that an argument `context` shares, unless that is a parameter like any other.
fn shared_context<'v>(
    config: &FlowConfig,
    shared: Option<&'v Value>,
) -> Result<Option<&'v Value>, Failure> {
    let mut parameters = config.parameters.iter();
    let is_parameter = parameters.any(|parameter| &*parameter.name == "context");
    let shared = shared.filter(|_| !is_parameter);
    if shared.is_some() && !config.parameters.is_empty() {
        let flow = &config.id;
        return Err(Failure::runtime(format!(
            "Context cannot be shared to flows with parameters: '{flow}'"
        )));
    }
    Ok(shared)
}
