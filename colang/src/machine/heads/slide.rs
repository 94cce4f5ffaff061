//! Moves one head from element to element until it has to wait. One arm per kind of element.

use super::fork::Forks;
use super::sends::Sends;
use super::statements::Statements;
use super::{HEADS_PER_STEP, Slid};
use crate::expr::{Expr, cost};
use crate::machine::flows::Endings;
use crate::machine::job::job;
use crate::machine::run::ELEMENT;
use crate::program::{Element, Name, Position, ScopeId};
use crate::state::{Failure, FlowHead, FlowStatus, HeadRef, Output};
use crate::value::Value;

job! {
    /// Moves one head over elements. Changes the head and its flow; other effects of elements are left to other jobs.
    Slide
}

impl Slide<'_, '_> {
    /// Returns the heads of a fork, or the one that a merge continues with.
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
            Element::Send(send) => return Sends::of(self).send(at, send),
            Element::StartFlow(start) => Sends::of(self).start(at, start)?,
            Element::Fork { fork, targets } => {
                return Forks::of(self).fork(at, *fork, targets).map(Slid::Forked);
            }
            Element::Merge(fork) => return Forks::of(self).merge(at, *fork),
            Element::WaitForHeads(count) => return self.wait_for_heads(at, *count),
            Element::Goto { target, unless } => return self.goto(at, *target, unless.as_ref()),
            Element::Leave(Some(target)) => return self.jump(at, target + 1),
            Element::Return(value) => return self.return_value(at, value.as_ref()),
            Element::Abort => return self.abort_here(at),
            Element::NewInstanceUid { variable, flow } => self.new_instance_uid(at, variable, flow),
            Element::NewAction {
                action,
                arguments,
                reference,
            } => Statements::of(self).new_action(at, action, arguments, reference)?,
            Element::StartNewFlowInstance => self.start_new_instance(at),
            Element::Assign { variable, value } => self.assign(at, variable, value)?,
            Element::Evaluate(value) => drop(self.eval(at.flow, value)?),
            Element::Bind {
                variable,
                from,
                part,
            } => Statements::of(self).bind(at, variable, from, *part),
            Element::Log(value) => self.log(at, value)?,
            Element::Print(value) => self.print(at, value)?,
            Element::Priority(value) => Statements::of(self).set_priority(at, value)?,
            Element::Global(name) => Statements::of(self).declare_global(at, name),
            Element::Catch(label) => self.catch(at, *label),
            Element::BeginScope(scope) => self.begin_scope(at, *scope),
            Element::EndScope(scope) => Statements::of(self).end_scope(at, *scope),
            Element::Label(_) | Element::Leave(None) | Element::Nothing => {}
        }
        self.state.step(at)?;
        Ok(Slid::On)
    }

    fn new_instance_uid(&mut self, at: HeadRef, variable: &Name, flow: &str) {
        let uid = self.state.new_instance_uid(flow);
        self.state.set_local(at.flow, variable.clone(), uid.into());
    }

    fn start_new_instance(&mut self, at: HeadRef) {
        let scores = self.state.scores(at);
        Endings::of(self).start_new_instance(at.flow, scores);
    }

    fn assign(&mut self, at: HeadRef, variable: &Name, value: &Expr) -> Result<(), Failure> {
        let value = self.eval(at.flow, value)?;
        self.state.set_variable(at.flow, variable.clone(), value);
        Ok(())
    }

    fn log(&mut self, at: HeadRef, value: &Expr) -> Result<(), Failure> {
        let value = self.printed(at, value)?;
        let flow = self.state.at(at.flow).uid.clone();
        self.state.outputs.push(Output::Log { flow, value });
        Ok(())
    }

    fn print(&mut self, at: HeadRef, value: &Expr) -> Result<(), Failure> {
        let value = self.printed(at, value)?;
        self.state.outputs.push(Output::Print(value));
        Ok(())
    }

    /// The value of an expression to be printed.
    fn printed(&mut self, at: HeadRef, value: &Expr) -> Result<Value, Failure> {
        let value = self.eval(at.flow, value)?;
        self.spend(cost::printing(&value) as u64)?;
        Ok(value)
    }

    fn catch(&mut self, at: HeadRef, label: Option<Position>) {
        let Some(head) = self.state.head_mut(at) else {
            return;
        };
        match label {
            Some(label) => head.catches.push(label),
            None => drop(head.catches.pop()),
        }
    }

    fn begin_scope(&mut self, at: HeadRef, scope: ScopeId) {
        if let Some(head) = self.state.head_mut(at) {
            head.scopes.push(scope);
        }
        let flow = self.state.at_mut(at.flow);
        flow.scopes.entry(scope).or_default();
    }

    fn jump(&mut self, at: HeadRef, position: usize) -> Result<Slid, Failure> {
        self.state.move_head(at, position)?;
        Ok(Slid::On)
    }

    fn goto(&mut self, at: HeadRef, label: usize, unless: Option<&Expr>) -> Result<Slid, Failure> {
        let stays = match unless {
            Some(condition) => self.eval(at.flow, condition)?.is_true(),
            None => false,
        };
        if stays {
            self.state.step(at)?;
            return Ok(Slid::On);
        }
        self.jump(at, label + 1)
    }

    fn return_value(&mut self, at: HeadRef, value: Option<&Expr>) -> Result<Slid, Failure> {
        let value = match value {
            Some(value) => self.eval(at.flow, value)?,
            None => Value::None,
        };
        self.state.set_local(at.flow, "_return_value".into(), value);
        self.jump_to_end(at)
    }

    fn jump_to_end(&mut self, at: HeadRef) -> Result<Slid, Failure> {
        let end = self.state.at(at.flow).config.elements.len();
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

    fn wait_for_heads(&mut self, at: HeadRef, count: usize) -> Result<Slid, Failure> {
        let flow = self.state.at(at.flow);
        let Some(position) = flow.heads.get(at.head).map(FlowHead::position) else {
            return Ok(Slid::Waits);
        };
        let here = flow
            .active_heads()
            .filter(|head| head.position() == position);
        let (here, heads) = (here.count(), flow.heads.len());
        self.spend((heads / HEADS_PER_STEP) as u64)?;
        if here < count {
            return Ok(Slid::Waits);
        }
        self.state.step(at)?;
        Ok(Slid::On)
    }
}
