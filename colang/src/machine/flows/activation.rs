//! Activated flows: one reference instance per set of arguments, which restarts and counts its activators.

use std::borrow::Cow;
use std::sync::Arc;

use crate::expr::cost;
use crate::machine::job::job;
use crate::machine::run::Run;
use crate::program::{FlowConfig, Name};
use crate::state::{Failure, FlowKey, StartFlow};
use crate::value::Value;

job! {
    /// Finds the instance of an activation. Changes nothing, but evaluates defaults of parameters.
    Activations
}

impl Activations<'_, '_> {
    /// The existing instance of the same activation.
    pub(in crate::machine) fn activated_instance(
        &mut self,
        config: &Arc<FlowConfig>,
        start: &StartFlow,
    ) -> Result<Option<FlowKey>, Failure> {
        let wanted = self.wanted_parameters(config, start)?;
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
    pub(in crate::machine) fn is_activated_with(
        &mut self,
        key: FlowKey,
        config: &Arc<FlowConfig>,
        start: &StartFlow,
    ) -> Result<bool, Failure> {
        let wanted = self.wanted_parameters(config, start)?;
        Ok(self.is_reference(key) && self.has_parameters(key, &wanted)?)
    }

    fn instance_at(&self, config: &FlowConfig, index: usize) -> Option<FlowKey> {
        self.state.instances(&config.id)?.get(index).copied()
    }

    /// The parameters, each with the values of which an instance must have one.
    fn wanted_parameters(
        &mut self,
        config: &FlowConfig,
        start: &StartFlow,
    ) -> Result<Vec<(Name, Vec<Value>)>, Failure> {
        let parameters = config.parameters.iter().enumerate();
        let wanted = parameters.map(|(index, parameter)| {
            let named = start.argument(&parameter.name);
            let positional = start.argument(&position(index));
            let wanted = match (named, positional) {
                (None, None) => vec![self.default_value(parameter)?],
                (named, positional) => named.into_iter().chain(positional).collect(),
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
            let has = self.state.at(key).arguments.get(name).cloned();
            let has = has.unwrap_or_default();
            let cost = |wanted: &Value| 1 + cost::comparing(wanted, &has) as u64;
            self.spend(wanted.iter().map(cost).sum())?;
            if !wanted.iter().any(|wanted| wanted.equals(&has)) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl Run<'_> {
    /// Whether it is activated and was not started by itself.
    pub(in crate::machine) fn is_reference(&self, key: FlowKey) -> bool {
        let flow = self.state.at(key);
        let of_other_flow = |parent: FlowKey| {
            let parent = self.state.flow(parent);
            parent.is_none_or(|parent| parent.flow_id != flow.flow_id)
        };
        flow.activated > 0 && flow.parent.is_some_and(of_other_flow)
    }

    /// Whether it is activated and was started by another instance of its flow.
    pub(in crate::machine) fn is_restarted(&self, key: FlowKey) -> bool {
        let flow = self.state.at(key);
        let parent = flow.parent.and_then(|parent| self.state.flow(parent));
        flow.activated > 0 && parent.is_some_and(|parent| parent.flow_id == flow.flow_id)
    }
}

/// The name of the positional argument with this index.
pub(in crate::machine) fn position(place: usize) -> Cow<'static, str> {
    const FIRST: [&str; 8] = ["$0", "$1", "$2", "$3", "$4", "$5", "$6", "$7"];
    match FIRST.get(place) {
        Some(name) => Cow::Borrowed(name),
        None => format!("${place}").into(),
    }
}
