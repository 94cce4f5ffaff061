//! Groups of specs: converted to disjunctive normal form, and forked if there is more than one.

use super::builder::{Builder, Label};
use crate::diagnostic::Code;
use crate::program::{Element, Mistake};
use crate::syntax::ast::{Spec, SpecGroup, SpecOp, SpecOpStmt, SpecTarget};

/// The maximum number of and-groups for one statement.
const MOST_GROUPS: usize = 1000;

/// Specs that must all be matched.
pub(super) type AndGroup<'a> = Vec<&'a Spec>;

/// The group in disjunctive normal form; order and duplicates are kept. `None` if it would be too large.
pub(super) fn normal_form(group: &SpecGroup) -> Option<Vec<AndGroup<'_>>> {
    let groups = match group {
        SpecGroup::Spec(spec) => vec![vec![&**spec]],
        SpecGroup::Or(members) => {
            let members: Option<Vec<_>> = members.iter().map(normal_form).collect();
            members?.into_iter().flatten().collect()
        }
        SpecGroup::And(members) => {
            let mut groups: Vec<AndGroup> = vec![Vec::new()];
            for member in members {
                let member = normal_form(member)?;
                if groups.len() * member.len() > MOST_GROUPS {
                    return None;
                }
                groups = groups
                    .iter()
                    .flat_map(|left| member.iter().map(|right| [&left[..], right].concat()))
                    .collect();
            }
            groups
        }
    };
    (groups.len() <= MOST_GROUPS).then_some(groups)
}

impl Builder<'_> {
    pub(super) fn normal_form<'g>(
        &self,
        group: &'g SpecGroup,
    ) -> Result<Vec<AndGroup<'g>>, Mistake> {
        normal_form(group).ok_or_else(|| {
            self.error(
                Code::TooManyCombinations,
                group.span(),
                format!("the group comes to more than {MOST_GROUPS} combinations"),
                "split the statement, or put a part of it into a flow of its own",
            )
        })
    }

    pub(super) fn spec_op(&mut self, stmt: &SpecOpStmt) -> Result<(), Mistake> {
        match (stmt.op, &stmt.group) {
            (SpecOp::Send, SpecGroup::Spec(spec)) => self.send(spec),
            (SpecOp::Send, group) => self.any_of(group, &mut Self::send),
            (SpecOp::Start, SpecGroup::Spec(spec)) => self.start(spec),
            (SpecOp::Start, group) => self.any_of(group, &mut Self::start),
            (SpecOp::Match, SpecGroup::Spec(spec)) => {
                self.match_one(spec, stmt.return_var.as_ref())
            }
            (SpecOp::Match, group) => self.match_group(group),
            (SpecOp::Await, SpecGroup::Spec(spec)) => {
                self.await_one(spec, stmt.return_var.as_ref())
            }
            (SpecOp::Await, group) => self.await_group(group),
            (SpecOp::Activate | SpecOp::Deactivate, group) => self.each(stmt.op, group),
            (SpecOp::Stop, group) => Err(self.error(
                Code::Unsupported,
                group.span(),
                "Colang 2 has no `stop` statement",
                "use `send $reference.Stop()`, with the reference of `start … as $reference`",
            )),
        }
    }

    fn each(&mut self, op: SpecOp, group: &SpecGroup) -> Result<(), Mistake> {
        let groups = self.normal_form(group)?;
        let [specs] = &groups[..] else {
            let keyword = op.as_str();
            return Err(self.error(
                Code::Unsupported,
                group.span(),
                format!("`{keyword}` cannot choose among flows joined by `or`"),
                format!("join them by `and`, or write one `{keyword}` for each"),
            ));
        };
        for spec in specs {
            if op == SpecOp::Activate {
                self.activate(spec)?;
            } else {
                self.deactivate(spec)?;
            }
        }
        Ok(())
    }

    /// The statement for each member of the first and-group that is matched.
    fn any_of(
        &mut self,
        group: &SpecGroup,
        each: &mut dyn FnMut(&mut Self, &Spec) -> Result<(), Mistake>,
    ) -> Result<(), Mistake> {
        let groups = self.normal_form(group)?;
        if let [specs] = &groups[..] {
            return specs.iter().try_for_each(|spec| each(self, spec));
        }
        self.first_of(&groups, &mut |builder, specs| {
            specs.iter().try_for_each(|spec| each(builder, spec))
        })
    }

    /// Forks into the groups; the first that succeeds continues, and if all fail, the statement fails.
    pub(super) fn first_of<'g>(
        &mut self,
        groups: &[AndGroup<'g>],
        each: &mut dyn FnMut(&mut Self, &AndGroup<'g>) -> Result<(), Mistake>,
    ) -> Result<(), Mistake> {
        let (failure, end) = (self.new_label(), self.new_label());
        let labels = self.new_labels(groups.len());
        self.catch(failure);
        let fork = self.fork(&labels);
        for (label, group) in labels.iter().zip(groups) {
            self.place(*label, "group");
            each(self, group)?;
            self.goto(end);
        }
        self.place(failure, "failure");
        self.push(Element::WaitForHeads(groups.len()));
        self.push(Element::Merge(fork));
        self.end_catch();
        self.push(Element::Abort);
        self.place(end, "end");
        self.push(Element::Merge(fork));
        self.end_catch();
        Ok(())
    }

    pub(super) fn new_labels(&mut self, count: usize) -> Vec<Label> {
        (0..count).map(|_| self.new_label()).collect()
    }
}

/// Whether the spec is a flow or an action to be started, not one of its events.
pub(super) fn is_startable(spec: &Spec) -> bool {
    let target = matches!(spec.target, SpecTarget::Flow(_) | SpecTarget::Action(_));
    target && spec.members.is_empty()
}
