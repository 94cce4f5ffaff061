//! One head, one element after the other, until it has to wait. One arm per kind of element.

use super::advance::HEADS_PER_STEP;
use super::exhaustion::{ELEMENT, EVENT, INSTANCE};
use super::run::{Run, head_uid};
use crate::expr::cost;
use crate::program::{Argument, ArgumentValue, Element, EventSource, Name, Part, Send};
use crate::state::{
    Action, Failure, FlowKey, FlowStatus, HeadRef, Output, Scope, is_internal_name,
};
use crate::value::{EventKind, Value};

/// Whether a head goes on.
pub(super) enum Slid {
    On,
    Waits,
    Forked(Vec<HeadRef>),
}

impl Run<'_> {
    /// Gives back the heads of a fork, or the one that a merge goes on with.
    pub(super) fn slide(&mut self, at: HeadRef) -> Result<Vec<HeadRef>, Failure> {
        let Some(config) = self.state.config(at.flow) else {
            return Ok(Vec::new());
        };
        loop {
            let head = self.state.head(at).filter(|head| head.is_active());
            let Some(element) = head.and_then(|head| config.element(head.position())) else {
                return Ok(Vec::new());
            };
            self.spend(ELEMENT)?;
            match self.slide_over(at, element)? {
                Slid::On => {}
                Slid::Waits => return Ok(Vec::new()),
                Slid::Forked(heads) => return Ok(heads),
            }
        }
    }

    fn slide_over(&mut self, at: HeadRef, element: &Element) -> Result<Slid, Failure> {
        match element {
            Element::Match(_) => return Ok(Slid::Waits),
            Element::Send(send) => return self.slide_send(at, send),
            Element::Fork { fork, targets } => {
                return self.fork(at, *fork, targets).map(Slid::Forked);
            }
            Element::Merge(fork) => return self.merge(at, *fork),
            Element::WaitForHeads(count) => return self.wait_for_heads(at, *count),
            Element::Goto { target, unless } => return self.goto(at, *target, unless.as_ref()),
            Element::Leave(Some(target)) => return self.jump(at, target + 1),
            Element::Return(value) => return self.return_value(at, value.as_ref()),
            Element::Abort => return self.abort_here(at),
            Element::NewInstanceUid { variable, flow } => {
                let uid = self.state.new_instance_uid(flow);
                self.state.set_local(at.flow, variable.clone(), uid.into());
            }
            Element::NewAction {
                action,
                arguments,
                reference,
            } => {
                self.new_action(at, action, arguments, reference)?;
            }
            Element::StartNewFlowInstance => self.start_new_flow_instance(at),
            Element::Assign { variable, value } => {
                let value = self.eval(at.flow, value)?;
                self.state.set_variable(at.flow, variable.clone(), value);
            }
            Element::Evaluate(value) => {
                self.eval(at.flow, value)?;
            }
            Element::Bind {
                variable,
                from,
                part,
            } => self.bind(at, variable, from, *part),
            Element::Log(value) => {
                let value = self.eval(at.flow, value)?;
                self.spend(cost::printing(&value) as u64)?;
                let flow = self
                    .state
                    .flow(at.flow)
                    .map(|flow| flow.uid.clone())
                    .unwrap_or_default();
                self.state.outputs.push(Output::Log { flow, value });
            }
            Element::Print(value) => {
                let value = self.eval(at.flow, value)?;
                self.spend(cost::printing(&value) as u64)?;
                self.state.outputs.push(Output::Print(value));
            }
            Element::Priority(value) => self.set_priority(at, value)?,
            Element::Global(name) => self.declare_global(at, name),
            Element::Catch(label) => {
                if let Some(head) = self.state.head_mut(at) {
                    match label {
                        Some(label) => head.catches.push(*label),
                        None => drop(head.catches.pop()),
                    }
                }
            }
            Element::BeginScope(scope) => {
                if let Some(head) = self.state.head_mut(at) {
                    head.scopes.push(*scope);
                }
                if let Some(flow) = self.state.flow_mut(at.flow) {
                    flow.scopes.entry(*scope).or_insert_with(Scope::default);
                }
            }
            Element::EndScope(scope) => self.end_scope(at, *scope),
            Element::Label(_) | Element::Leave(None) | Element::Nothing => {}
        }
        self.move_on(at)?;
        Ok(Slid::On)
    }

    pub(super) fn jump(&mut self, at: HeadRef, position: usize) -> Result<Slid, Failure> {
        self.state.move_head(at, position)?;
        Ok(Slid::On)
    }

    /// Internal events are sent at once; all others wait until conflicts are resolved.
    fn slide_send(&mut self, at: HeadRef, send: &Send) -> Result<Slid, Failure> {
        let mut event = self.event(at.flow, &send.event)?;
        if event.kind != EventKind::Internal || !is_internal_name(&event.name) {
            return Ok(Slid::Waits);
        }
        let Some(flow) = self.state.flow(at.flow) else {
            return Ok(Slid::Waits);
        };
        let head = head_uid(at.head);
        event.arguments.insert(
            crate::value::name("source_flow_instance_uid"),
            flow.uid.clone().into(),
        );
        event
            .arguments
            .insert(crate::value::name("source_head_uid"), head.into());
        if &*event.name == "StartFlow" {
            let position = format!("{}.{}", flow.hierarchy_position(), self.position(at));
            event.arguments.insert(
                crate::value::name("flow_hierarchy_position"),
                position.into(),
            );
            self.check_start(&event, send)?;
        }
        self.spend(EVENT + event.arguments.len() as u64)?;
        self.room_in_queue()?;
        let scores = self.state.scores(at);
        self.push(event, scores);
        self.move_on(at)?;
        Ok(Slid::On)
    }

    /// A flow that was mentioned in a statement must be able to take the arguments, else its caller would wait for ever.
    fn check_start(&mut self, event: &crate::value::Event, send: &Send) -> Result<(), Failure> {
        let EventSource::Bare(_) = &send.event.source else {
            return Ok(());
        };
        let made = |argument: &Argument| matches!(&argument.value, ArgumentValue::Variable(name) if name.contains(crate::program::ENGINE_MADE));
        if !send.event.arguments.iter().any(made) {
            return Ok(());
        }
        let flow_id = event
            .arguments
            .get("flow_id")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let Some(config) = self.state.program().flow(flow_id) else {
            return Ok(());
        };
        let count = config.parameters.len();
        self.budget.charge(send.event.arguments.len() * count / 16);
        for argument in &send.event.arguments {
            let name = &*argument.name;
            if ["flow_id", "flow_instance_uid", "activated", "context"].contains(&name) {
                continue;
            }
            let known = match name
                .strip_prefix('$')
                .and_then(|index| index.parse::<usize>().ok())
            {
                Some(index) => index < count,
                None => config
                    .parameters
                    .iter()
                    .any(|parameter| &*parameter.name == name),
            };
            if !known {
                return Err(unknown_argument(flow_id, name, count));
            }
        }
        Ok(())
    }

    fn goto(
        &mut self,
        at: HeadRef,
        label: usize,
        unless: Option<&crate::expr::Expr>,
    ) -> Result<Slid, Failure> {
        let stays = match unless {
            Some(condition) => self.eval(at.flow, condition)?.is_true(),
            None => false,
        };
        let position = if stays {
            self.position(at) + 1
        } else {
            label + 1
        };
        self.jump(at, position)
    }

    fn return_value(
        &mut self,
        at: HeadRef,
        value: Option<&crate::expr::Expr>,
    ) -> Result<Slid, Failure> {
        let value = match value {
            Some(value) => self.eval(at.flow, value)?,
            None => Value::None,
        };
        self.state.set_local(at.flow, "_return_value".into(), value);
        self.jump_to_end(at)
    }

    fn jump_to_end(&mut self, at: HeadRef) -> Result<Slid, Failure> {
        let end = self
            .state
            .config(at.flow)
            .map_or(0, |config| config.elements.len());
        self.jump(at, end)
    }

    fn abort_here(&mut self, at: HeadRef) -> Result<Slid, Failure> {
        let catch = self
            .state
            .head(at)
            .and_then(|head| head.catches.last().copied());
        if let Some(label) = catch {
            return self.jump(at, label + 1);
        }
        self.state.set_status(at.flow, FlowStatus::Stopping);
        self.jump_to_end(at)
    }

    fn new_action(
        &mut self,
        at: HeadRef,
        name: &Name,
        arguments: &[Argument],
        reference: &Name,
    ) -> Result<(), Failure> {
        self.spend(INSTANCE)?;
        let arguments = self.scope(at.flow).arguments(arguments)?;
        let uid = self.state.new_uid();
        let flow_uid = self.state.flow(at.flow).map(|flow| flow.uid.clone());
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
        if let Some(flow) = self.state.flow_mut(at.flow) {
            flow.actions.push(key);
            for scope in scopes {
                flow.scopes.entry(scope).or_default().actions.push(key);
            }
        }
        self.state
            .set_local(at.flow, reference.clone(), Value::Action(uid));
        Ok(())
    }

    /// Another instance starts at once; this one goes on.
    fn start_new_flow_instance(&mut self, at: HeadRef) {
        let Some(flow) = self
            .state
            .flow(at.flow)
            .filter(|flow| flow.status() == FlowStatus::Started)
        else {
            return;
        };
        let uid = flow.uid.clone();
        let scores = self.state.scores(at);
        if let Some(mut event) = self.start_event(at.flow) {
            event
                .arguments
                .insert(crate::value::name("source_flow_instance_uid"), uid.into());
            self.push_restart(event, scores);
        }
        if let Some(flow) = self.state.flow_mut(at.flow) {
            flow.new_instance_started = true;
        }
    }

    fn bind(&mut self, at: HeadRef, variable: &Name, from: &Name, part: Part) {
        let value = self
            .state
            .variable(at.flow, from)
            .cloned()
            .unwrap_or_default();
        let value = match (part, &value) {
            (Part::Whole, _) => value,
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

    fn set_priority(&mut self, at: HeadRef, value: &crate::expr::Expr) -> Result<(), Failure> {
        let value = self.eval(at.flow, value)?;
        let Value::Float(priority @ 0.0..=1.0) = value else {
            return Err(Failure::value(
                "priority must be a float number between 0.0 and 1.0!",
            ));
        };
        if let Some(flow) = self.state.flow_mut(at.flow) {
            flow.priority = priority;
        }
        Ok(())
    }

    fn declare_global(&mut self, at: HeadRef, name: &Name) {
        if !self.state.globals.contains_key(name) {
            self.state.set_global(name.clone(), Value::None);
        }
        let Some(key) = self.state.flow(at.flow).map(|flow| flow.context) else {
            return;
        };
        if let Some(context) = self
            .state
            .context_mut(key)
            .filter(|context| !context.is_global(name))
        {
            context.globals.insert(name.clone());
        }
    }

    fn end_scope(&mut self, at: HeadRef, scope: u32) {
        let Some(flow) = self.state.flow_mut(at.flow) else {
            return;
        };
        let Scope { flows, actions } = flow.scopes.remove(&scope).unwrap_or_default();
        self.budget.charge(self.heads_of(at.flow) / HEADS_PER_STEP);
        let scores = self.state.scores(at);
        for key in flows {
            if self
                .state
                .flow(key)
                .is_some_and(|flow| flow.status().is_listening())
            {
                self.abort(key, &scores);
            }
        }
        for key in actions {
            self.release(key, at.flow);
        }
        let heads: Vec<_> = self
            .state
            .flow(at.flow)
            .into_iter()
            .flat_map(|flow| flow.heads.iter().map(|head| head.id))
            .collect();
        for head in heads {
            if let Some(head) = self.state.head_mut(HeadRef {
                flow: at.flow,
                head,
            }) {
                head.scopes.retain(|other| *other != scope);
            }
        }
    }

    fn heads_of(&self, flow: FlowKey) -> usize {
        self.state.flow(flow).map_or(0, |flow| flow.heads.len())
    }

    fn wait_for_heads(&mut self, at: HeadRef, count: usize) -> Result<Slid, Failure> {
        let position = self.position(at);
        self.spend((self.heads_of(at.flow) / HEADS_PER_STEP) as u64)?;
        let Some(flow) = self.state.flow(at.flow) else {
            return Ok(Slid::Waits);
        };
        if flow
            .active_heads()
            .filter(|head| head.position() == position)
            .count()
            < count
        {
            return Ok(Slid::Waits);
        }
        self.move_on(at)?;
        Ok(Slid::On)
    }
}

fn unknown_argument(flow_id: &str, name: &str, count: usize) -> Failure {
    if name.starts_with('$') {
        return Failure::runtime(format!(
            "To many parameters provided in start of flow '{flow_id}': it takes {count}"
        ));
    }
    Failure::value(format!("the flow '{flow_id}' has no parameter '{name}'"))
}
