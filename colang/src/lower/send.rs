//! `send` and `match` of single events and members, and `match` of groups.

use super::builder::{Builder, bare};
use super::group::AndGroup;
use crate::diagnostic::Code;
use crate::program::{
    Argument, Element, EventSource, EventSpec, Match, Member, Mistake, Name, Part, Send,
};
use crate::syntax::ast::{Ident, Spec, SpecGroup, SpecMember, SpecTarget};

impl Builder<'_> {
    pub(super) fn send(&mut self, spec: &Spec) -> Result<(), Mistake> {
        if !matches!(spec.target, SpecTarget::Event(_)) && spec.members.is_empty() {
            return Err(self.wrong_target("send", spec));
        }
        let (event, reference) = (self.event(spec)?, capture(spec));
        self.push(Element::Send(Send { event, reference }));
        Ok(())
    }

    pub(super) fn match_one(
        &mut self,
        spec: &Spec,
        variable: Option<&Ident>,
    ) -> Result<(), Mistake> {
        if spec.members.is_empty() && !matches!(spec.target, SpecTarget::Event(_)) {
            return Err(self.wrong_target("match", spec));
        }
        let event = self.event(spec)?;
        self.match_event(
            Match {
                event,
                reference: capture(spec),
            },
            variable,
        );
        Ok(())
    }

    pub(super) fn match_event(&mut self, mut pattern: Match, variable: Option<&Ident>) {
        let Some(variable) = variable else {
            self.push(Element::Match(pattern));
            return;
        };
        let event_ref = self.fresh("_event_ref");
        let captured = pattern.reference.replace(event_ref.clone());
        self.push(Element::Match(pattern));
        if let Some(captured) = captured {
            self.bind(captured, event_ref.clone(), Part::Whole);
        }
        self.bind(variable.name.as_str().into(), event_ref, Part::ReturnValue);
    }

    pub(super) fn bind(&mut self, variable: Name, from: Name, part: Part) {
        self.push(Element::Bind {
            variable,
            from,
            part,
        });
    }

    pub(super) fn match_group(&mut self, group: &SpecGroup) -> Result<(), Mistake> {
        let groups = self.normal_form(group)?;
        if let [group] = &groups[..] {
            let patterns = self.patterns(group)?;
            self.match_all(patterns);
            return Ok(());
        }
        self.first_of(&groups, &mut |builder, group| {
            let patterns = builder.patterns(group)?;
            builder.match_all(patterns);
            Ok(())
        })
    }

    fn patterns(&mut self, group: &AndGroup<'_>) -> Result<Vec<Match>, Mistake> {
        let pattern = |spec: &&Spec| {
            if spec.members.is_empty() && !matches!(spec.target, SpecTarget::Event(_)) {
                return Err(self.wrong_target("match", spec));
            }
            Ok(Match {
                event: self.event(spec)?,
                reference: capture(spec),
            })
        };
        group.iter().map(pattern).collect()
    }

    /// Waits for all of them in any order. If one fails, all fail.
    pub(super) fn match_all(&mut self, mut patterns: Vec<Match>) {
        if patterns.len() == 1 {
            self.push(Element::Match(patterns.remove(0)));
            return;
        }
        let (failure, end) = (self.new_label(), self.new_label());
        let labels = self.new_labels(patterns.len());
        let count = patterns.len();
        self.catch(failure);
        let fork = self.fork(&labels);
        for (label, pattern) in labels.into_iter().zip(patterns) {
            self.place(label, "event");
            self.push(Element::Match(pattern));
            self.goto(end);
        }
        self.place(failure, "failure");
        self.push(Element::Merge(fork));
        self.end_catch();
        self.push(Element::Abort);
        self.place(end, "end");
        self.push(Element::WaitForHeads(count));
        self.push(Element::Merge(fork));
        self.end_catch();
    }

    pub(super) fn event(&self, spec: &Spec) -> Result<EventSpec, Mistake> {
        let own = self.arguments(&spec.arguments)?;
        let Some((last, before)) = spec.members.split_last() else {
            return Ok(plain_event(&spec.target, own));
        };
        let arguments = self.arguments(&last.arguments)?;
        let name: Name = spec.target.ident().name.as_str().into();
        let event = Member::of(&last.name.name);
        let (source, arguments) = match &spec.target {
            SpecTarget::Reference(_) => (of_reference(name, before, Some(event)), arguments),
            SpecTarget::Flow(_) => {
                let source = EventSource::Flow { flow: name, event };
                (source, merged(own, arguments))
            }
            SpecTarget::Action(_) => {
                let source = EventSource::Action {
                    name: event.event_of_action(&name),
                    action: name,
                    arguments: own,
                    event,
                };
                (source, arguments)
            }
            SpecTarget::Event(_) => return Err(self.no_members(&name, last)),
        };
        Ok(EventSpec { source, arguments })
    }

    fn no_members(&self, event: &str, member: &SpecMember) -> Mistake {
        let message =
            format!("`{event}` is an event, and events have no members to be matched or sent");
        let help = format!("write `{event}(…)` alone");
        self.error(Code::UnknownMember, member.span, message, help)
    }
}

/// What is mentioned without a member.
fn plain_event(target: &SpecTarget, arguments: Vec<Argument>) -> EventSpec {
    let name = target.ident().name.as_str();
    match target {
        SpecTarget::Reference(_) => EventSpec {
            source: of_reference(name.into(), &[], None),
            arguments,
        },
        SpecTarget::Flow(_) | SpecTarget::Action(_) | SpecTarget::Event(_) => bare(name, arguments),
    }
}

fn of_reference(variable: Name, path: &[SpecMember], event: Option<Member>) -> EventSource {
    let path = path.iter().map(|member| member.name.name.as_str().into());
    EventSource::Reference {
        variable,
        path: path.collect(),
        event,
    }
}

/// The arguments of a flow and of its event. If both have a name, that of the event counts.
fn merged(mut all: Vec<Argument>, more: Vec<Argument>) -> Vec<Argument> {
    for argument in more {
        all.retain(|other| other.name != argument.name);
        all.push(argument);
    }
    all
}

/// The variable of `as $variable`.
pub(super) fn capture(spec: &Spec) -> Option<Name> {
    spec.capture
        .as_ref()
        .map(|capture| capture.name.as_str().into())
}
