//! Rails that look at a message and let everything pass: they never abort, and they change no message.

use std::collections::{HashMap, HashSet};

use colang::diagnostic::{Code, Diagnostic};
use colang::syntax::Module;
use colang::syntax::ast::{
    Expr, ExprKind, Flow, Spec, SpecGroup, SpecOp, SpecTarget, Stmt, StmtKind,
};
use colang::syntax::visit::{Visitor, walk_expr, walk_spec, walk_stmt};

use super::sight::Sight;
use crate::library;
use crate::rails::SIDES;

/// The rails of authors that block nothing although they look at the result of an action.
pub(super) fn doubts(sight: &Sight<'_>) -> Vec<Diagnostic> {
    let flows: HashMap<&str, (&Module, &Flow)> = sight
        .flows()
        .map(|(module, flow)| (flow.name.name.as_str(), (module, flow)))
        .collect();
    let is_rails = |flow: &str| SIDES.iter().any(|side| side.rails == flow);
    let lists = flows.values().filter(|(_, flow)| is_rails(&flow.name.name));
    let listed = lists.flat_map(|(_, flow)| Effects::of(flow).calls);
    let listed: HashSet<&str> = listed.collect();
    let mut rails: Vec<_> = listed.iter().filter_map(|name| flows.get(name)).collect();
    rails.sort_by_key(|(module, flow)| (module.source_id, flow.name.span.start));
    let open = rails.into_iter().filter(|(module, flow)| {
        !sight.is_of_library(module) && Effects::of(flow).looks() && !blocks(flow, &flows)
    });
    open.map(|(module, flow)| doubt(module, flow)).collect()
}

fn doubt(module: &Module, flow: &Flow) -> Diagnostic {
    let name = &flow.name;
    let message = format!(
        "the rail `{}` looks at a result and blocks nothing",
        name.name
    );
    let found = Diagnostic::warning(Code::FailsOpen, module.source_id, name.span, message);
    found.with_help("write `abort` where the message must not pass")
}

/// Whether the flow, or one that it starts, aborts or changes the message.
fn blocks<'a>(flow: &'a Flow, flows: &HashMap<&'a str, (&'a Module, &'a Flow)>) -> bool {
    let mut waiting = vec![flow];
    let mut seen = HashSet::new();
    while let Some(flow) = waiting.pop() {
        let effects = Effects::of(flow);
        if effects.has_effect {
            return true;
        }
        let calls = effects.calls.into_iter().filter(|call| seen.insert(*call));
        for call in calls {
            match flows.get(call) {
                // Saying something is not blocking.
                Some(_) if library::has(call) && call.starts_with("bot ") => {}
                Some((_, flow)) => waiting.push(flow),
                // What is not known may do anything.
                None => return true,
            }
        }
    }
    false
}

/// What a flow does about a message.
#[derive(Default)]
struct Effects<'a> {
    /// It aborts, changes the message, or lets a flow by reference do something.
    has_effect: bool,
    calls: Vec<&'a str>,
    /// Variables with the results of actions.
    results: HashSet<&'a str>,
    /// Variables that conditions read.
    tested: HashSet<&'a str>,
    is_in_test: bool,
}

impl<'a> Effects<'a> {
    fn of(flow: &'a Flow) -> Self {
        let mut effects = Self::default();
        effects.visit_flow(flow);
        effects
    }

    /// Whether what it does depends on the result of an action.
    fn looks(&self) -> bool {
        !self.results.is_disjoint(&self.tested)
    }
}

impl<'a> Visitor<'a> for Effects<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        self.has_effect |= matches!(stmt.kind, StmtKind::Abort | StmtKind::Generate);
        if let StmtKind::Assign { target, .. } = &stmt.kind {
            self.has_effect |= SIDES.iter().any(|side| side.message == target.name);
        }
        if let StmtKind::SpecOp(op) = &stmt.kind
            && let (Some(target), SpecGroup::Spec(spec)) = (&op.return_var, &op.group)
            && matches!(spec.target, SpecTarget::Action(_))
        {
            self.results.insert(&target.name);
        }
        if let StmtKind::If { branches, .. } = &stmt.kind {
            self.is_in_test = true;
            branches.iter().for_each(|(test, _)| self.visit_expr(test));
            self.is_in_test = false;
        }
        walk_stmt(self, stmt);
    }

    fn visit_spec(&mut self, op: Option<SpecOp>, spec: &'a Spec) {
        match &spec.target {
            SpecTarget::Flow(flow) if spec.members.is_empty() => self.calls.push(&flow.name),
            // It may stop the flow that is to be blocked.
            SpecTarget::Event(_) | SpecTarget::Reference(_) => {
                let is_stop = spec.target.ident().name == "StopFlow" || !spec.members.is_empty();
                self.has_effect |= op == Some(SpecOp::Send) && is_stop;
            }
            SpecTarget::Flow(_) | SpecTarget::Action(_) => {}
        }
        walk_spec(self, spec);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if let ExprKind::Var(name) = &expr.kind
            && self.is_in_test
        {
            self.tested.insert(name);
        }
        walk_expr(self, expr);
    }
}
