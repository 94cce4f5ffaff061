//! `await` of single flows and actions, and of groups of them.

use super::builder::{Builder, finished};
use super::group::{AndGroup, is_startable};
use super::send::capture;
use crate::program::{Element, Mistake, Name, Part};
use crate::syntax::ast::{Ident, Spec, SpecGroup};

impl Builder<'_> {
    pub(super) fn await_one(
        &mut self,
        spec: &Spec,
        variable: Option<&Ident>,
    ) -> Result<(), Mistake> {
        let reference = self.start_for_await(spec)?;
        if let Some(captured) = capture(spec) {
            self.bind(captured, reference.clone(), Part::Whole);
        }
        self.match_event(finished(&reference), variable);
        Ok(())
    }

    /// Starts it with a reference that no program can change while it waits.
    pub(super) fn start_for_await(&mut self, spec: &Spec) -> Result<Name, Mistake> {
        if !is_startable(spec) {
            return Err(self.wrong_target("await", spec));
        }
        let reference = self.fresh("_ref");
        self.start_as(spec, Some(reference.clone()))?;
        Ok(reference)
    }

    pub(super) fn await_group(&mut self, group: &SpecGroup) -> Result<(), Mistake> {
        let groups = self.normal_form(group)?;
        if let [group] = &groups[..] {
            return self.await_all(group);
        }
        let scope = self.begin_scope();
        let (failure, end) = (self.new_label(), self.new_label());
        let labels = self.new_labels(groups.len());
        self.catch(failure);
        let fork = self.fork(&labels);
        for (label, group) in labels.iter().zip(&groups) {
            self.place(*label, "group");
            self.await_all(group)?;
            self.goto(end);
        }
        self.place(failure, "failure");
        self.push(Element::WaitForHeads(groups.len()));
        self.end_catch();
        self.push(Element::EndScope(scope));
        self.push(Element::Abort);
        self.place(end, "end");
        self.push(Element::Merge(fork));
        self.end_catch();
        self.push(Element::EndScope(scope));
        Ok(())
    }

    fn await_all(&mut self, group: &AndGroup<'_>) -> Result<(), Mistake> {
        let references = self.start_all(group)?;
        self.match_all(references.iter().map(finished).collect());
        for (spec, reference) in group.iter().zip(references) {
            if let Some(captured) = capture(spec) {
                self.bind(captured, reference, Part::Whole);
            }
        }
        Ok(())
    }

    fn start_all(&mut self, group: &AndGroup<'_>) -> Result<Vec<Name>, Mistake> {
        group
            .iter()
            .map(|spec| self.start_for_await(spec))
            .collect()
    }
}
