//! `when`: all cases wait at the same time. The first one that happens stops what the others started, and its body runs.

use super::builder::{Builder, Label, Loop, finished};
use super::group::{AndGroup, is_startable};
use super::send::capture;
use crate::program::{Element, ForkId, Match, Mistake, Part, ScopeId};
use crate::syntax::ast::{Block, Spec, SpecTarget, WhenCase};

struct When {
    scope: ScopeId,
    fork: ForkId,
    otherwise: Label,
    end: Label,
    within: Option<Loop>,
}

impl Builder<'_> {
    pub(super) fn when_stmt(
        &mut self,
        cases: &[WhenCase],
        otherwise: Option<&Block>,
        within: Option<Loop>,
    ) -> Result<(), Mistake> {
        let scope = self.begin_scope();
        let (else_label, end) = (self.new_label(), self.new_label());
        let labels = self.new_labels(cases.len());
        let fork = self.fork(&labels);
        let when = When {
            scope,
            fork,
            otherwise: else_label,
            end,
            within,
        };
        for (label, case) in labels.into_iter().zip(cases) {
            self.go_to_line_of(case.span);
            self.place(label, "init_case");
            if let Err(mistake) = self.case(case, &when) {
                self.mistakes.push(mistake);
                self.block(&case.body, when.within);
            }
        }
        self.place(else_label, "when_else");
        self.push(Element::WaitForHeads(cases.len()));
        match otherwise {
            Some(body) => self.block(body, within),
            None => self.push(Element::Abort),
        }
        self.place(end, "when_end");
        Ok(())
    }

    fn case(&mut self, case: &WhenCase, when: &When) -> Result<(), Mistake> {
        let groups = self.normal_form(&case.group)?;
        let (failure, body) = (self.new_label(), self.new_label());
        let labels = self.new_labels(groups.len());
        self.catch(failure);
        self.fork(&labels);
        for (label, group) in labels.iter().zip(&groups) {
            self.place(*label, "group");
            self.wait_for(group)?;
            self.goto(body);
        }
        self.place(body, "case");
        self.push(Element::Merge(when.fork));
        self.end_catch();
        self.push(Element::EndScope(when.scope));
        self.block(&case.body, when.within);
        self.goto(when.end);
        self.place(failure, "failure_case");
        self.push(Element::WaitForHeads(groups.len()));
        self.end_catch();
        self.goto(when.otherwise);
        Ok(())
    }

    /// Starts the flows and actions of the group and waits for all of them.
    fn wait_for(&mut self, group: &AndGroup<'_>) -> Result<(), Mistake> {
        let mut patterns = Vec::new();
        let mut captures = Vec::new();
        for spec in group {
            let pattern = if is_startable(spec) && !self.is_caseless_event(spec) {
                let reference = self.start_for_await(spec)?;
                captures.extend(capture(spec).map(|captured| (captured, reference.clone())));
                finished(&reference)
            } else {
                self.event_pattern(spec)?
            };
            patterns.push(pattern);
        }
        self.match_all(patterns);
        for (captured, reference) in captures {
            self.bind(captured, reference, Part::Whole);
        }
        Ok(())
    }

    fn event_pattern(&self, spec: &Spec) -> Result<Match, Mistake> {
        if spec.members.is_empty() && matches!(spec.target, SpecTarget::Reference(_)) {
            return Err(self.wrong_target("when", spec));
        }
        Ok(Match {
            event: self.event(spec)?,
            reference: capture(spec),
        })
    }
}
