//! Activated flows: one reference instance per set of arguments, which restarts and counts its activators.

use std::sync::Arc;

use super::run::Run;
use super::scope::{BareScope, evaluate};
use crate::expr::cost;
use crate::program::{FlowConfig, Name, Parameter};
use crate::state::{Failure, FlowKey};
use crate::value::{Fields, Value};

impl Run<'_> {
    /// The existing instance of the same activation.
    pub(super) fn activated_instance(
        &mut self,
        config: &Arc<FlowConfig>,
        arguments: &Fields,
    ) -> Result<Option<FlowKey>, Failure> {
        let wanted = self.wanted_parameters(config, arguments)?;
        let mut index = 0;
        while let Some(key) = self.instance_at(config, index) {
            self.spend(1)?;
            if self.is_reference(key) && self.has_parameters(key, &wanted)? {
                return Ok(Some(key));
            }
            index += 1;
        }
        Ok(None)
    }

    /// Whether an instance is the one that [`Self::activated_instance`] would find.
    pub(super) fn is_activated_with(
        &mut self,
        key: FlowKey,
        config: &Arc<FlowConfig>,
        arguments: &Fields,
    ) -> Result<bool, Failure> {
        let wanted = self.wanted_parameters(config, arguments)?;
        Ok(self.is_reference(key) && self.has_parameters(key, &wanted)?)
    }

    fn instance_at(&self, config: &FlowConfig, index: usize) -> Option<FlowKey> {
        self.state.instances(&config.id)?.get(index).copied()
    }

    /// Whether it is activated and was not started by itself.
    pub(super) fn is_reference(&self, key: FlowKey) -> bool {
        let Some(flow) = self.state.flow(key).filter(|flow| flow.activated > 0) else {
            return false;
        };
        let Some(parent) = flow.parent else {
            return false;
        };
        self.state
            .flow(parent)
            .is_none_or(|parent| parent.flow_id != flow.flow_id)
    }

    /// Whether it is activated and was started by another instance of its flow.
    pub(super) fn is_restarted(&self, key: FlowKey) -> bool {
        let Some(flow) = self.state.flow(key).filter(|flow| flow.activated > 0) else {
            return false;
        };
        let parent = flow.parent.and_then(|parent| self.state.flow(parent));
        parent.is_some_and(|parent| parent.flow_id == flow.flow_id)
    }

    /// The parameters, each with the values of which an instance must have one.
    fn wanted_parameters(
        &mut self,
        config: &FlowConfig,
        arguments: &Fields,
    ) -> Result<Vec<(Name, Vec<Value>)>, Failure> {
        let parameters = config.parameters.iter().enumerate();
        let wanted = parameters.map(|(index, parameter)| {
            let named = arguments.get(&parameter.name);
            let positional = arguments.get(format!("${index}").as_str());
            let wanted = match (named, positional) {
                (None, None) => vec![self.default_value(parameter)?],
                (named, positional) => named.into_iter().chain(positional).cloned().collect(),
            };
            Ok((parameter.name.clone(), wanted))
        });
        wanted.collect()
    }

    fn has_parameters(
        &mut self,
        key: FlowKey,
        wanted: &[(Name, Vec<Value>)],
    ) -> Result<bool, Failure> {
        for (name, wanted) in wanted {
            let flow = self.state.flow(key);
            let has = flow.and_then(|flow| flow.arguments.get(name).cloned());
            let has = has.unwrap_or_default();
            let cost = |wanted: &Value| 1 + cost::comparing(wanted, &has) as u64;
            self.spend(wanted.iter().map(cost).sum())?;
            if !wanted.iter().any(|wanted| wanted.equals(&has)) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    pub(super) fn default_value(&mut self, parameter: &Parameter) -> Result<Value, Failure> {
        match &parameter.default {
            Some(default) => evaluate(default, &mut BareScope(self.state), &mut self.budget),
            None => Ok(Value::None),
        }
    }
}
