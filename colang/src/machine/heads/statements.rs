//! The effects of single statements: creating an action, binding a variable, setting a priority, declaring a global,
//! leaving a scope.

use super::HEADS_PER_STEP;
use crate::expr::Expr;
use crate::machine::flows::Endings;
use crate::machine::job::job;
use crate::machine::run::INSTANCE;
use crate::machine::sending::Actions;
use crate::program::{Argument, Name, Part, ScopeId};
use crate::state::{Action, Failure, HeadRef, Scope};
use crate::value::Value;

job! {
    /// Executes a statement. Changes variables, the flow of the head, and what ends with a scope.
    Statements
}

impl Statements<'_, '_> {
    pub(super) fn new_action(
        &mut self,
        at: HeadRef,
        name: &Name,
        arguments: &[Argument],
        reference: &Name,
    ) -> Result<(), Failure> {
        self.spend(INSTANCE)?;
        let arguments = self.scope(at.flow).arguments(arguments)?;
        let uid = self.state.new_uid();
        let flow_uid = Some(self.state.at(at.flow).uid.clone());
        let key = self.state.add_action(Action {
            flow_uid,
            owners: vec![at.flow],
            users: vec![at.flow],
            ..Action::new(uid.clone(), name.clone(), arguments)
        });
        let scopes = self
            .state
            .head(at)
            .map(|head| head.scopes.clone())
            .unwrap_or_default();
        let flow = self.state.at_mut(at.flow);
        flow.actions.push(key);
        for scope in scopes {
            flow.scopes.entry(scope).or_default().actions.push(key);
        }
        self.state
            .set_local(at.flow, reference.clone(), Value::Action(uid));
        Ok(())
    }

    pub(super) fn bind(&mut self, at: HeadRef, variable: &Name, from: &Name, part: Part) {
        let value = self
            .state
            .variable(at.flow, from)
            .cloned()
            .unwrap_or_default();
        let value = match (part, &value) {
            (Part::Whole, _) => value,
            (Part::Flow, Value::Flow(_)) => value,
            (Part::Flow, _) => self.state.attribute(&value, "flow").unwrap_or_default(),
            (Part::ReturnValue, Value::Event(event)) => event
                .arguments
                .get("return_value")
                .cloned()
                .unwrap_or_default(),
            (Part::ReturnValue, _) => Value::None,
        };
        self.state.set_variable(at.flow, variable.clone(), value);
    }

    pub(super) fn set_priority(&mut self, at: HeadRef, value: &Expr) -> Result<(), Failure> {
        let value = self.eval(at.flow, value)?;
        let Value::Float(priority @ 0.0..=1.0) = value else {
            return Err(Failure::value(
                "priority must be a float number between 0.0 and 1.0!",
            ));
        };
        self.state.at_mut(at.flow).priority = priority;
        Ok(())
    }

    pub(super) fn declare_global(&mut self, at: HeadRef, name: &Name) {
        if !self.state.globals.contains_key(name) {
            self.state.set_global(name.clone(), Value::None);
        }
        let key = self.state.at(at.flow).context;
        if let Some(context) = self
            .state
            .context_mut(key)
            .filter(|context| !context.is_global(name))
        {
            context.globals.insert(name.clone());
        }
    }

    pub(super) fn end_scope(&mut self, at: HeadRef, scope: ScopeId) {
        let flow = self.state.at_mut(at.flow);
        let Scope { flows, actions } = flow.scopes.remove(&scope).unwrap_or_default();
        let heads: Vec<_> = flow.heads.iter().map(|head| head.id).collect();
        self.budget.charge(heads.len() / HEADS_PER_STEP);
        let scores = self.state.scores(at);
        for key in flows {
            let flow = self.state.flow(key);
            if flow.is_some_and(|flow| flow.status().is_listening()) {
                Endings::of(self).abort(key, &scores);
            }
        }
        for key in actions {
            Actions::of(self).release(key, at.flow);
        }
        for head in heads {
            let at = HeadRef { head, ..at };
            if let Some(head) = self.state.head_mut(at) {
                head.scopes.retain(|other| *other != scope);
            }
        }
    }
}
