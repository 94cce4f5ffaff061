//! What prompts need to know about a flow. It is read from the syntax tree when the flow is loaded, so that the source
//! need not be parsed again.

use crate::program::{Awaited, Name};
use crate::syntax::ast::{
    Argument, ArgumentKind, Expr, ExprKind, Flow, Spec, SpecGroup, SpecOp, SpecOpStmt, SpecTarget,
    Stmt, StmtKind,
};

/// What the flow waits for, if it does nothing else. Any one of them is enough.
pub(super) fn waits_for(flow: &Flow) -> Vec<Awaited> {
    let Some(stmt) = only_statement(flow) else {
        return Vec::new();
    };
    let specs: Vec<&Spec> = match &stmt.group {
        SpecGroup::Spec(spec) => vec![spec],
        SpecGroup::Or(members) => members.iter().filter_map(alone).collect(),
        SpecGroup::And(_) => Vec::new(),
    };
    let awaited = specs.into_iter().filter_map(|spec| awaited(stmt.op, spec));
    awaited.collect()
}

fn only_statement(flow: &Flow) -> Option<&SpecOpStmt> {
    let is_something =
        |stmt: &&Stmt| !matches!(stmt.kind, StmtKind::DocString(_) | StmtKind::Global(_));
    let mut statements = flow.body.iter().filter(is_something);
    let (only, next) = (statements.next()?, statements.next());
    if let (StmtKind::SpecOp(stmt), None) = (&only.kind, next) {
        return Some(stmt);
    }
    None
}

fn alone(group: &SpecGroup) -> Option<&Spec> {
    match group {
        SpecGroup::Spec(spec) => Some(spec),
        SpecGroup::Or(_) | SpecGroup::And(_) => None,
    }
}

fn awaited(op: SpecOp, spec: &Spec) -> Option<Awaited> {
    let waits = matches!(
        (&spec.target, op),
        (SpecTarget::Flow(_), SpecOp::Await) | (SpecTarget::Event(_), SpecOp::Match)
    );
    let nothing_given = Awaited::new(spec.target.ident().name.as_str().into());
    let given = spec.arguments.iter().fold(nothing_given, add);
    waits.then_some(given)
}

fn add(awaited: Awaited, argument: &Argument) -> Awaited {
    let name = match &argument.kind {
        ArgumentKind::Named(name) => Some(name.name.as_str().into()),
        ArgumentKind::Positional => None,
        ArgumentKind::Star | ArgumentKind::DoubleStar => return awaited,
    };
    awaited.with(name, text(&argument.value))
}

fn text(value: &Expr) -> Option<Name> {
    if let ExprKind::Str(text) = &value.kind {
        return Some(text.as_str().into());
    }
    None
}
