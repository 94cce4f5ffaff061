//! Flows that nothing uses, and statements that are never reached.

use std::collections::HashSet;

use colang::diagnostic::{Code, Diagnostic};
use colang::syntax::ast::{Argument, Expr, ExprKind, Flow, Spec, SpecOp, SpecTarget};
use colang::syntax::visit::{Visitor, walk_expr, walk_spec};

use super::endless;
use super::sight::Sight;
use super::spot::Spot;
use crate::library;
use crate::rails;

/// Decorators of flows that run without being named.
const STARTING: [&str; 4] = ["active", "override", "meta", "rail"];

/// Statements that are never reached.
pub(super) fn unreachable(sight: &Sight<'_>) -> Vec<Diagnostic> {
    let flows: Vec<&Flow> = sight.flows().map(|(_, flow)| flow).collect();
    let endless = endless::flows(&flows);
    let mut found = Vec::new();
    for module in sight.of_authors() {
        for flow in &module.flows {
            let statements = endless::unreachable(flow, &endless).into_iter();
            found.extend(statements.map(|stmt| {
                let spot = Spot::new(flow, module.source_id, stmt.span);
                let what = "never reaches this statement";
                let help = "take it out, or put it before the statement that never goes on";
                spot.warning(Code::Unreachable, what).with_help(help)
            }));
        }
    }
    found
}

/// Flows of the configuration that nothing runs.
pub(super) fn unused(sight: &Sight<'_>) -> Vec<Diagnostic> {
    let unread = sight.unread();
    let mut named = Named::default();
    for (module, flow) in sight.flows() {
        named.of = &flow.name.name;
        named.is_of_author = !sight.is_of_library(module);
        named.visit_flow(flow);
    }
    let mut found = Vec::new();
    if named.by_value {
        return found;
    }
    for module in sight.own() {
        let unused = module.flows.iter().filter(|flow| {
            let name = flow.name.name.as_str();
            !(named.names.contains(name) || runs_unnamed(flow) || unread.may_name(name))
        });
        found.extend(unused.map(|flow| {
            let span = flow.name.span;
            let message = format!("nothing uses the flow `{}`", flow.name.name);
            let found = Diagnostic::warning(Code::UnusedFlow, module.source_id, span, message);
            found.with_help("call or activate it in a flow that runs, or take it out")
        }));
    }
    found
}

/// Whether the engine, the library or a model runs a flow.
fn runs_unnamed(flow: &Flow) -> bool {
    let name = flow.name.name.as_str();
    let mut decorators = flow.decorators.iter().map(|at| at.name.name.as_str());
    name == "main"
        || rails::runs_rails(name)
        || rails::is_of_the_user(name)
        || name.starts_with("bot ")
        || library::has(name)
        || decorators.any(|at| STARTING.contains(&at))
}

/// The flows that other flows name, and all strings, which may name some.
#[derive(Default)]
struct Named<'a> {
    /// The flow that is looked at; it may name itself.
    of: &'a str,
    is_of_author: bool,
    names: HashSet<&'a str>,
    /// Whether a flow is started whose name is not written down.
    by_value: bool,
}

impl Named<'_> {
    /// Flows start by their names with the event `StartFlow`, and the flow of the library that sends it.
    fn starts_by_value(&mut self, op: Option<SpecOp>, spec: &Spec) {
        let starts = match &spec.target {
            SpecTarget::Event(event) => op == Some(SpecOp::Send) && event.name == "StartFlow",
            SpecTarget::Flow(flow) => flow.name == "await_flow_by_name",
            SpecTarget::Action(_) | SpecTarget::Reference(_) => false,
        };
        let is_value = |argument: &Argument| !matches!(argument.value.kind, ExprKind::Str(_));
        self.by_value |= starts && self.is_of_author && spec.arguments.iter().any(is_value);
    }
}

impl<'a> Visitor<'a> for Named<'a> {
    fn visit_spec(&mut self, op: Option<SpecOp>, spec: &'a Spec) {
        self.starts_by_value(op, spec);
        // In a script without case, an event may have the name of a flow.
        if !matches!(spec.target, SpecTarget::Reference(_)) {
            let name = spec.target.ident().name.as_str();
            if name != self.of {
                self.names.insert(name);
            }
        }
        walk_spec(self, spec);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if let ExprKind::Str(text) = &expr.kind {
            self.names.insert(text);
        }
        walk_expr(self, expr);
    }
}
