//! `start`, `activate` and `deactivate` of single flows and actions.

use super::builder::{Builder, bare, text_argument};
use super::send::capture;
use crate::map::HashSet;
use crate::program::{
    Argument, ArgumentValue, Element, EventSource, EventSpec, FlowStart, Match, Member, Mistake,
    Name, Part, Send,
};
use crate::syntax::ast::{Spec, SpecTarget};

/// The fields of a statement besides its arguments: the flow and the instance.
const FIELDS_OF_START: usize = 2;

impl Builder<'_> {
    pub(super) fn start(&mut self, spec: &Spec) -> Result<(), Mistake> {
        let reference = capture(spec);
        self.start_as(spec, reference)
    }

    /// Starts a flow or action, and lets a variable refer to it if one is given.
    pub(super) fn start_as(&mut self, spec: &Spec, reference: Option<Name>) -> Result<(), Mistake> {
        match &spec.target {
            SpecTarget::Flow(flow) if spec.members.is_empty() => {
                self.start_flow(spec, &flow.name, reference)
            }
            SpecTarget::Action(action) if spec.members.is_empty() => {
                let reference = reference.unwrap_or_else(|| self.fresh("_action_ref"));
                self.start_action(spec, &action.name, reference)
            }
            SpecTarget::Flow(_)
            | SpecTarget::Action(_)
            | SpecTarget::Event(_)
            | SpecTarget::Reference(_) => Err(self.wrong_target("start", spec)),
        }
    }

    fn start_flow(
        &mut self,
        spec: &Spec,
        flow: &str,
        reference: Option<Name>,
    ) -> Result<(), Mistake> {
        let start = self.flow_start(spec, flow, false)?;
        let event_ref = self.fresh("_flow_event_ref");
        let reference = reference.unwrap_or_else(|| self.fresh("_flow_ref"));
        self.push_start(start, Some(event_ref.clone()));
        self.bind(reference, event_ref, Part::Flow);
        Ok(())
    }

    fn start_action(&mut self, spec: &Spec, action: &str, reference: Name) -> Result<(), Mistake> {
        let arguments = self.arguments(&spec.arguments)?;
        let action = action.into();
        self.push(Element::NewAction {
            action,
            arguments,
            reference: reference.clone(),
        });
        let source = EventSource::Reference {
            variable: reference,
            path: Vec::new(),
            event: Some(Member::Start),
        };
        let event = EventSpec {
            source,
            arguments: Vec::new(),
        };
        self.push(Element::Send(Send {
            event,
            reference: None,
        }));
        Ok(())
    }

    pub(super) fn activate(&mut self, spec: &Spec) -> Result<(), Mistake> {
        let flow = self.flow_of("activate", spec)?;
        let start = self.flow_start(spec, &flow, true)?;
        self.push_start(start, None);
        Ok(())
    }

    pub(super) fn deactivate(&mut self, spec: &Spec) -> Result<(), Mistake> {
        let flow = self.flow_of("deactivate", spec)?;
        let mut arguments = vec![
            text_argument("flow_id", &flow),
            Argument {
                name: "deactivate".into(),
                value: ArgumentValue::True,
            },
        ];
        arguments.extend(self.arguments(&spec.arguments)?);
        self.push(Element::Send(Send {
            event: bare("StopFlow", arguments),
            reference: None,
        }));
        Ok(())
    }

    fn flow_of(&self, keyword: &str, spec: &Spec) -> Result<String, Mistake> {
        match &spec.target {
            SpecTarget::Flow(flow) if spec.members.is_empty() => Ok(flow.name.clone()),
            SpecTarget::Flow(_)
            | SpecTarget::Action(_)
            | SpecTarget::Event(_)
            | SpecTarget::Reference(_) => Err(self.wrong_target(keyword, spec)),
        }
    }

    fn flow_start(
        &mut self,
        spec: &Spec,
        flow: &str,
        activates: bool,
    ) -> Result<FlowStart, Mistake> {
        let instance = self.fresh("_instance_uid");
        let mut arguments = self.arguments(&spec.arguments)?;
        arguments.retain(|argument| !["flow_id", "flow_instance_uid"].contains(&&*argument.name));
        Ok(FlowStart {
            flow: flow.into(),
            instance,
            arguments,
            activates,
        })
    }

    /// Requests the start, and waits until it is answered.
    fn push_start(&mut self, start: FlowStart, reference: Option<Name>) {
        let pattern = own_start(&start);
        self.push(Element::NewInstanceUid {
            variable: start.instance.clone(),
            flow: start.flow.clone(),
        });
        self.push(Element::StartFlow(start));
        self.push(Element::Match(Match {
            event: pattern,
            reference,
        }));
    }
}

/// The wait for the start. It evaluates the arguments again if that could be visible.
fn own_start(start: &FlowStart) -> EventSpec {
    let names: HashSet<&Name> = start.arguments.iter().map(|one| &one.name).collect();
    let is_steady = |argument: &Argument| match &argument.value {
        ArgumentValue::Expr(value) => value.is_steady(),
        ArgumentValue::Text(_) | ArgumentValue::True | ArgumentValue::Variable(_) => true,
    };
    let source = EventSource::OwnStart {
        instance: start.instance.clone(),
        fields: names.len() + FIELDS_OF_START,
    };
    let arguments = match start.arguments.iter().all(is_steady) {
        true => Vec::new(),
        false => start.arguments.clone(),
    };
    EventSpec { source, arguments }
}
