//! `start`, `activate` and `deactivate` of single flows and actions.

use super::builder::{Builder, bare, text_argument};
use super::send::capture;
use crate::program::{
    Argument, ArgumentValue, Element, EventSource, EventSpec, Match, Mistake, Name, Part, Send,
};
use crate::syntax::ast::{Spec, SpecTarget};

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
        let (instance, arguments) = self.instance_arguments(spec, flow)?;
        let event_ref = self.fresh("_flow_event_ref");
        let reference = reference.unwrap_or_else(|| self.fresh("_flow_ref"));
        self.push(Element::NewInstanceUid {
            variable: instance,
            flow: flow.into(),
        });
        self.push(Element::Send(Send {
            event: bare("StartFlow", arguments.clone()),
            reference: None,
        }));
        self.push(Element::Match(Match {
            event: bare("FlowStarted", arguments),
            reference: Some(event_ref.clone()),
            internal: true,
        }));
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
            event: Some("Start".into()),
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
        let (instance, arguments) = self.instance_arguments(spec, &flow)?;
        let mut started = arguments.clone();
        started.push(Argument {
            name: "activated".into(),
            value: ArgumentValue::True,
        });
        self.push(Element::NewInstanceUid {
            variable: instance,
            flow: flow.as_str().into(),
        });
        self.push(Element::Send(Send {
            event: bare("StartFlow", started),
            reference: None,
        }));
        self.push(Element::Match(Match {
            event: bare("FlowStarted", arguments),
            reference: None,
            internal: true,
        }));
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

    fn instance_arguments(
        &mut self,
        spec: &Spec,
        flow: &str,
    ) -> Result<(Name, Vec<Argument>), Mistake> {
        let instance = self.fresh("_instance_uid");
        let mut arguments = self.arguments(&spec.arguments)?;
        arguments.retain(|argument| !["flow_id", "flow_instance_uid"].contains(&&*argument.name));
        arguments.push(text_argument("flow_id", flow));
        arguments.push(Argument {
            name: "flow_instance_uid".into(),
            value: ArgumentValue::Variable(instance.clone()),
        });
        Ok((instance, arguments))
    }
}
