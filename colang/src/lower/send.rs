//! `send` and `match` of single events and members, and `match` of groups.

use super::builder::{Builder, bare};
use super::group::AndGroup;
use crate::diagnostic::Code;
use crate::program::{Element, EventSource, EventSpec, Match, Mistake, Name, Part, Send};
use crate::syntax::ast::{Ident, Spec, SpecGroup, SpecTarget};

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
                internal: false,
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
                internal: false,
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
        let name: Name = spec.target.ident().name.as_str().into();
        let own = self.arguments(&spec.arguments)?;
        let Some(last) = spec.members.last() else {
            return Ok(match &spec.target {
                SpecTarget::Reference(_) => EventSpec {
                    source: EventSource::Reference {
                        variable: name,
                        path: Vec::new(),
                        event: None,
                    },
                    arguments: own,
                },
                SpecTarget::Flow(_) | SpecTarget::Action(_) | SpecTarget::Event(_) => {
                    bare(&name, own)
                }
            });
        };
        let event: Name = last.name.name.as_str().into();
        let arguments = self.arguments(&last.arguments)?;
        match &spec.target {
            SpecTarget::Reference(_) => {
                let (_, path) = spec.members.split_last().unwrap_or((last, &[]));
                let path = path
                    .iter()
                    .map(|member| member.name.name.as_str().into())
                    .collect();
                let source = EventSource::Reference {
                    variable: name,
                    path,
                    event: Some(event),
                };
                Ok(EventSpec { source, arguments })
            }
            SpecTarget::Flow(_) => {
                let mut all = own;
                for argument in arguments {
                    all.retain(|other| other.name != argument.name);
                    all.push(argument);
                }
                Ok(EventSpec {
                    source: EventSource::Flow { flow: name, event },
                    arguments: all,
                })
            }
            SpecTarget::Action(_) => Ok(EventSpec {
                source: EventSource::Action {
                    action: name,
                    arguments: own,
                    event,
                },
                arguments,
            }),
            SpecTarget::Event(_) => Err(self.error(
                Code::UnknownMember,
                last.span,
                format!("`{name}` is an event, and events have no members to be matched or sent"),
                format!("write `{name}(…)` alone"),
            )),
        }
    }
}

/// The variable of `as $variable`.
pub(super) fn capture(spec: &Spec) -> Option<Name> {
    spec.capture
        .as_ref()
        .map(|capture| capture.name.as_str().into())
}
