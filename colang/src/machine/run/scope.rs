//! The environment of expressions in a conversation: the variables of one flow, and the targets of its references.

use std::sync::Arc;

use super::budget::Budget;
use super::info::flows_info;
use crate::expr::{self, EvalError, Expr, Limits, Scope};
use crate::machine::Machine;
use crate::program::{Argument, ArgumentValue};
use crate::state::{ContextKey, Failure, FlowKey, State};
use crate::value::{ContextId, Dict, Fields, Value};

pub(in crate::machine) struct FlowScope<'a> {
    pub(in crate::machine) state: &'a mut State,
    pub(in crate::machine) machine: &'a Machine,
    pub(in crate::machine) budget: &'a mut Budget,
    pub(in crate::machine) flow: FlowKey,
}

impl Scope for FlowScope<'_> {
    fn variable(&self, name: &str) -> Option<Value> {
        match name {
            "self" => self
                .state
                .flow(self.flow)
                .map(|flow| Value::Flow(flow.uid.clone())),
            "system" => Some(self.machine.system()),
            _ => self.state.variable(self.flow, name).cloned(),
        }
    }

    fn variable_mut(&mut self, name: &str) -> Option<&mut Value> {
        let key = self.state.flow(self.flow)?.context;
        if self.state.context(key)?.is_global(name) {
            return self.state.globals.get_mut(name);
        }
        self.state.context_mut(key)?.variables.get_mut(name)
    }

    fn attribute(&self, object: &Value, name: &str) -> Option<Value> {
        self.state.attribute(object, name)
    }

    fn context(&self, id: ContextId) -> Option<Dict> {
        let context = self.state.context(id.into())?;
        let own = context
            .variables
            .iter()
            .filter(|(name, _)| !name.contains(crate::program::ENGINE_MADE));
        Some(
            own.map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
        )
    }

    fn update_context(&mut self, id: ContextId, entries: &Dict) {
        let key: ContextKey = id.into();
        let Some(context) = self.state.context_mut(key) else {
            return;
        };
        for (name, value) in entries.iter() {
            if let Value::Str(name) = name {
                context.variables.insert(name.clone(), value.clone());
            }
        }
        self.budget.charge(self.state.flow_count());
        self.state.refresh_context(key);
    }

    fn flows_info(&self, uid: Option<&str>) -> Value {
        flows_info(self.state, uid)
    }

    fn uid(&mut self) -> Arc<str> {
        self.state.new_uid()
    }

    fn random(&mut self) -> f64 {
        self.state.chance.fraction()
    }
}

/// The environment of default values: no variables, but uids and randomness.
pub(in crate::machine) struct BareScope<'a>(pub(in crate::machine) &'a mut State);

impl Scope for BareScope<'_> {
    fn variable(&self, _name: &str) -> Option<Value> {
        None
    }

    fn variable_mut(&mut self, _name: &str) -> Option<&mut Value> {
        None
    }

    fn attribute(&self, object: &Value, name: &str) -> Option<Value> {
        self.0.attribute(object, name)
    }

    fn context(&self, _id: ContextId) -> Option<Dict> {
        None
    }

    fn update_context(&mut self, _id: ContextId, _entries: &Dict) {}

    fn flows_info(&self, uid: Option<&str>) -> Value {
        flows_info(self.0, uid)
    }

    fn uid(&mut self) -> Arc<str> {
        self.0.new_uid()
    }

    fn random(&mut self) -> f64 {
        self.0.chance.fraction()
    }
}

impl FlowScope<'_> {
    pub(in crate::machine) fn eval(&mut self, expr: &Expr) -> Result<Value, Failure> {
        if let Some(value) = expr.as_constant() {
            self.budget.charge(1);
            return Ok(value.clone());
        }
        let limits = Limits {
            steps: self.budget.for_expression(),
            ..Limits::default()
        };
        let (value, steps) = expr::eval_counted(expr, self, &limits);
        self.budget.charge(steps);
        value.map_err(failure)
    }

    pub(in crate::machine) fn arguments(
        &mut self,
        arguments: &[Argument],
    ) -> Result<Fields, Failure> {
        let mut evaluated = Fields::with_capacity(arguments.len());
        for argument in arguments {
            let value = self.argument(&argument.value)?;
            evaluated.insert(argument.name.clone(), value);
        }
        Ok(evaluated)
    }

    fn argument(&mut self, value: &ArgumentValue) -> Result<Value, Failure> {
        Ok(match value {
            ArgumentValue::Text(text) => Value::Str(text.clone()),
            ArgumentValue::True => Value::Bool(true),
            ArgumentValue::Variable(name) => self.variable(name).unwrap_or_default(),
            ArgumentValue::Expr(expr) => self.eval(expr)?,
        })
    }
}

pub(in crate::machine) fn evaluate(
    expr: &Expr,
    scope: &mut dyn Scope,
    budget: &mut Budget,
) -> Result<Value, Failure> {
    let limits = Limits {
        steps: budget.for_expression(),
        ..Limits::default()
    };
    let (value, steps) = expr::eval_counted(expr, scope, &limits);
    budget.charge(steps);
    value.map_err(failure)
}

fn failure(error: EvalError) -> Failure {
    Failure::new(error.kind.name(), error.message)
}
