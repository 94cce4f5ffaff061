//! Walking over a tree. A [`Visitor`] overrides the methods for what it wants to see, and calls the `walk_…` function of
//! the same name to visit what is inside.
//!
//! Everything is visited once, in the order of the source. Decorators are left out, because their arguments are literals,
//! and so are flows that are defined inside of a flow, because they have no effect.
//!
//! ```
//! use colang::source::SourceId;
//! use colang::syntax::ast::{Expr, ExprKind};
//! use colang::syntax::visit::{Visitor, walk_expr};
//!
//! /// The names of all variables that are read.
//! struct Variables<'a>(Vec<&'a str>);
//!
//! impl<'a> Visitor<'a> for Variables<'a> {
//!     fn visit_expr(&mut self, expr: &'a Expr) {
//!         if let ExprKind::Var(name) = &expr.kind {
//!             self.0.push(name);
//!         }
//!         walk_expr(self, expr);
//!     }
//! }
//!
//! let parsed = colang::syntax::parse(SourceId(0), "flow main\n  if $a\n    bot say \"{$b}\"\n");
//! let mut variables = Variables(Vec::new());
//! variables.visit_flow(&parsed.module.flows[0]);
//! assert_eq!(variables.0, ["a", "b"]);
//! ```

use super::ast::{
    Argument, Block, Comprehension, DictItem, Expr, ExprKind, Flow, FormatPart, ParamDef, Spec,
    SpecGroup, SpecOp, Stmt, StmtKind, Subscript,
};

/// Visits the parts of a tree. See the [module](self).
pub trait Visitor<'a> {
    /// Visits a flow with its parameters and its body.
    fn visit_flow(&mut self, flow: &'a Flow) {
        walk_flow(self, flow);
    }

    /// Visits a parameter or a return member of a flow.
    fn visit_param(&mut self, param: &'a ParamDef) {
        walk_param(self, param);
    }

    /// Visits the statements of one indentation level.
    fn visit_block(&mut self, block: &'a [Stmt]) {
        walk_block(self, block);
    }

    /// Visits a statement with the blocks in it.
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        walk_stmt(self, stmt);
    }

    /// Visits specs that are joined by `and` and `or`. `op` says what is done with them; a case of `when` has none.
    fn visit_group(&mut self, op: Option<SpecOp>, group: &'a SpecGroup) {
        walk_group(self, op, group);
    }

    /// Visits the mention of a flow, an action, an event or a reference. `op` says what is done with it; a case of `when` has
    /// none.
    fn visit_spec(&mut self, op: Option<SpecOp>, spec: &'a Spec) {
        let _ = op;
        walk_spec(self, spec);
    }

    /// Visits an argument of a spec, a function or a method.
    fn visit_argument(&mut self, argument: &'a Argument) {
        walk_argument(self, argument);
    }

    /// Visits an expression with those in it.
    fn visit_expr(&mut self, expr: &'a Expr) {
        walk_expr(self, expr);
    }
}

/// Visits the parameters, the return members and the body.
pub fn walk_flow<'a, V: Visitor<'a> + ?Sized>(visitor: &mut V, flow: &'a Flow) {
    for param in flow.parameters.iter().chain(&flow.return_members) {
        visitor.visit_param(param);
    }
    visitor.visit_block(&flow.body);
}

/// Visits the default.
pub fn walk_param<'a, V: Visitor<'a> + ?Sized>(visitor: &mut V, param: &'a ParamDef) {
    if let Some(default) = &param.default {
        visitor.visit_expr(default);
    }
}

/// Visits each statement.
pub fn walk_block<'a, V: Visitor<'a> + ?Sized>(visitor: &mut V, block: &'a [Stmt]) {
    for stmt in block {
        visitor.visit_stmt(stmt);
    }
}

/// Visits the specs, the expressions and the blocks of a statement.
pub fn walk_stmt<'a, V: Visitor<'a> + ?Sized>(visitor: &mut V, stmt: &'a Stmt) {
    match &stmt.kind {
        StmtKind::SpecOp(op) => visitor.visit_group(Some(op.op), &op.group),
        StmtKind::Assign { value, .. }
        | StmtKind::Expr(value)
        | StmtKind::Return(Some(value))
        | StmtKind::Log(value)
        | StmtKind::Print(value)
        | StmtKind::Priority(value) => visitor.visit_expr(value),
        StmtKind::If {
            branches,
            otherwise,
        } => walk_branches(visitor, branches, otherwise.as_ref()),
        StmtKind::While { test, body } => {
            visitor.visit_expr(test);
            visitor.visit_block(body);
        }
        StmtKind::When { cases, otherwise } => {
            for case in cases {
                visitor.visit_group(None, &case.group);
                visitor.visit_block(&case.body);
            }
            otherwise.iter().for_each(|body| visitor.visit_block(body));
        }
        StmtKind::Return(None)
        | StmtKind::Abort
        | StmtKind::Break
        | StmtKind::Continue
        | StmtKind::Pass
        | StmtKind::Label(_)
        | StmtKind::Global(_)
        | StmtKind::DocString(_)
        | StmtKind::Generate
        | StmtKind::Import
        | StmtKind::Flow(_) => {}
    }
}

fn walk_branches<'a, V: Visitor<'a> + ?Sized>(
    visitor: &mut V,
    branches: &'a [(Expr, Block)],
    otherwise: Option<&'a Block>,
) {
    for (test, body) in branches {
        visitor.visit_expr(test);
        visitor.visit_block(body);
    }
    otherwise
        .into_iter()
        .for_each(|body| visitor.visit_block(body));
}

/// Visits each spec.
pub fn walk_group<'a, V: Visitor<'a> + ?Sized>(
    visitor: &mut V,
    op: Option<SpecOp>,
    group: &'a SpecGroup,
) {
    match group {
        SpecGroup::Spec(spec) => visitor.visit_spec(op, spec),
        SpecGroup::And(members) | SpecGroup::Or(members) => {
            for member in members {
                visitor.visit_group(op, member);
            }
        }
    }
}

/// Visits the arguments, including those of the members.
pub fn walk_spec<'a, V: Visitor<'a> + ?Sized>(visitor: &mut V, spec: &'a Spec) {
    let of_members = spec.members.iter().flat_map(|member| &member.arguments);
    for argument in spec.arguments.iter().chain(of_members) {
        visitor.visit_argument(argument);
    }
}

/// Visits the value.
pub fn walk_argument<'a, V: Visitor<'a> + ?Sized>(visitor: &mut V, argument: &'a Argument) {
    visitor.visit_expr(&argument.value);
}

/// Visits the direct parts of this expression.
pub fn walk_expr<'a, V: Visitor<'a> + ?Sized>(visitor: &mut V, expr: &'a Expr) {
    match &expr.kind {
        ExprKind::None
        | ExprKind::Bool(_)
        | ExprKind::Int(_)
        | ExprKind::Float(_)
        | ExprKind::Str(_)
        | ExprKind::Var(_)
        | ExprKind::Name(_)
        | ExprKind::Error => {}
        ExprKind::Generate(inner)
        | ExprKind::Attribute { object: inner, .. }
        | ExprKind::Unary { operand: inner, .. } => visitor.visit_expr(inner),
        ExprKind::Format(parts) => walk_parts(visitor, parts),
        ExprKind::Index { object, subscript } => {
            visitor.visit_expr(object);
            walk_subscript(visitor, subscript);
        }
        ExprKind::Call { arguments, .. } => walk_arguments(visitor, arguments),
        ExprKind::Method {
            object, arguments, ..
        } => walk_method(visitor, object, arguments),
        ExprKind::Binary { left, right, .. } => walk_each(visitor, [&**left, &**right]),
        ExprKind::Compare { first, rest } => {
            visitor.visit_expr(first);
            walk_each(visitor, rest.iter().map(|(_, right)| right));
        }
        ExprKind::And(members)
        | ExprKind::Or(members)
        | ExprKind::List(members)
        | ExprKind::Set(members)
        | ExprKind::Tuple(members) => walk_each(visitor, members),
        ExprKind::Conditional {
            then,
            test,
            otherwise,
        } => walk_each(visitor, [&**then, &**test, &**otherwise]),
        ExprKind::Dict(items) => walk_items(visitor, items),
        ExprKind::Comprehension(inner) => walk_comprehension(visitor, inner),
    }
}

fn walk_method<'a, V: Visitor<'a> + ?Sized>(
    visitor: &mut V,
    object: &'a Expr,
    arguments: &'a [Argument],
) {
    visitor.visit_expr(object);
    walk_arguments(visitor, arguments);
}

fn walk_each<'a, V: Visitor<'a> + ?Sized>(
    visitor: &mut V,
    exprs: impl IntoIterator<Item = &'a Expr>,
) {
    for expr in exprs {
        visitor.visit_expr(expr);
    }
}

fn walk_arguments<'a, V: Visitor<'a> + ?Sized>(visitor: &mut V, arguments: &'a [Argument]) {
    for argument in arguments {
        visitor.visit_argument(argument);
    }
}

fn walk_parts<'a, V: Visitor<'a> + ?Sized>(visitor: &mut V, parts: &'a [FormatPart]) {
    for part in parts {
        match part {
            FormatPart::Text(_) => {}
            FormatPart::Expr(expr) => visitor.visit_expr(expr),
        }
    }
}

fn walk_subscript<'a, V: Visitor<'a> + ?Sized>(visitor: &mut V, subscript: &'a Subscript) {
    match subscript {
        Subscript::Index(index) => visitor.visit_expr(index),
        Subscript::Slice { lower, upper, step } => {
            for bound in [lower, upper, step].into_iter().flatten() {
                visitor.visit_expr(bound);
            }
        }
        Subscript::Tuple(members) => {
            for member in members {
                walk_subscript(visitor, member);
            }
        }
    }
}

fn walk_items<'a, V: Visitor<'a> + ?Sized>(visitor: &mut V, items: &'a [DictItem]) {
    for item in items {
        match item {
            DictItem::Pair(key, value) => {
                visitor.visit_expr(key);
                visitor.visit_expr(value);
            }
            DictItem::Spread(dict) => visitor.visit_expr(dict),
        }
    }
}

fn walk_comprehension<'a, V: Visitor<'a> + ?Sized>(visitor: &mut V, inner: &'a Comprehension) {
    for element in std::iter::once(&inner.element).chain(&inner.value) {
        visitor.visit_expr(element);
    }
    for clause in &inner.clauses {
        for expr in std::iter::once(&clause.iterable).chain(&clause.conditions) {
            visitor.visit_expr(expr);
        }
    }
}
