//! The variables that a flow reads and sets, in the order in which it does.

use std::collections::HashSet;

use colang::source::Span;
use colang::syntax::ast::{
    Argument, ArgumentKind, AssignOp, Block, CompareOp, Comprehension, Expr, ExprKind, Flow, Ident,
    Spec, SpecGroup, SpecTarget, Stmt, StmtKind, WhenCase,
};
use colang::syntax::visit::{Visitor, walk_expr, walk_spec, walk_stmt};

/// A place where a variable is read.
#[derive(Debug, Clone)]
pub(super) struct Read {
    pub(super) name: String,
    pub(super) span: Span,
}

/// The variables of a flow.
#[derive(Debug, Default)]
pub(super) struct Reads {
    /// All places.
    pub(super) all: Vec<Read>,
    /// The places that no statement that sets the variable can come before.
    pub(super) unset: Vec<Read>,
    /// The variables that are set somewhere.
    pub(super) set: HashSet<String>,
    /// Those that may be set so far.
    so_far: HashSet<String>,
    /// Whether it is only tested whether there is a value.
    is_tested: bool,
}

impl Reads {
    pub(super) fn of(flow: &Flow) -> Self {
        let mut reads = Self {
            set: Sets::of(&flow.body),
            ..Self::default()
        };
        reads.visit_block(&flow.body);
        reads
    }

    fn set(&mut self, variable: &Ident) {
        self.so_far.insert(variable.name.clone());
    }

    fn read(&mut self, name: &str, span: Span) {
        let read = Read {
            name: name.to_owned(),
            span,
        };
        // Who tests a variable that is set later knows that it may have no value.
        let is_expected = self.is_tested && self.set.contains(name);
        if is_expected {
            self.so_far.insert(read.name.clone());
        }
        if !self.so_far.contains(name) {
            self.unset.push(read.clone());
        }
        self.all.push(read);
    }

    fn test(&mut self, expr: &Expr) {
        let around = std::mem::replace(&mut self.is_tested, true);
        self.visit_expr(expr);
        self.is_tested = around;
    }

    /// Its parts are only tested, too.
    fn test_parts(&mut self, expr: &Expr) {
        let around = std::mem::replace(&mut self.is_tested, true);
        walk_expr(self, expr);
        self.is_tested = around;
    }

    fn conditional(&mut self, then: &Expr, test: &Expr, otherwise: &Expr) {
        self.test(test);
        self.visit_expr(then);
        self.visit_expr(otherwise);
    }

    fn assign(&mut self, target: &Ident, op: AssignOp, value: &Expr) {
        self.visit_expr(value);
        if op != AssignOp::Set {
            self.read(&target.name, target.span);
        }
        self.set(target);
    }

    fn branch(&mut self, (test, body): &(Expr, Block)) {
        self.test(test);
        self.visit_block(body);
    }

    fn case(&mut self, case: &WhenCase) {
        self.visit_group(None, &case.group);
        self.captures(&case.group);
        self.visit_block(&case.body);
    }

    fn captures(&mut self, group: &SpecGroup) {
        match group {
            SpecGroup::Spec(spec) => spec.capture.iter().for_each(|capture| self.set(capture)),
            SpecGroup::And(members) | SpecGroup::Or(members) => {
                members.iter().for_each(|member| self.captures(member));
            }
        }
    }

    fn comprehension(&mut self, inner: &Comprehension) {
        let targets = inner.clauses.iter().flat_map(|clause| &clause.targets);
        targets.for_each(|target| self.set(target));
    }
}

impl<'a> Visitor<'a> for Reads {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match &stmt.kind {
            StmtKind::Assign { target, op, value } => self.assign(target, *op, value),
            StmtKind::Global(target) => self.set(target),
            StmtKind::While { test, body } => {
                // What the loop sets may be set when it begins again.
                self.so_far.extend(Sets::of(body));
                self.test(test);
                self.visit_block(body);
            }
            StmtKind::If {
                branches,
                otherwise,
            } => {
                branches.iter().for_each(|branch| self.branch(branch));
                otherwise.iter().for_each(|body| self.visit_block(body));
            }
            StmtKind::When { cases, otherwise } => {
                cases.iter().for_each(|case| self.case(case));
                otherwise.iter().for_each(|body| self.visit_block(body));
            }
            StmtKind::SpecOp(op) => {
                walk_stmt(self, stmt);
                self.captures(&op.group);
                op.return_var.iter().for_each(|target| self.set(target));
            }
            StmtKind::Expr(_)
            | StmtKind::Return(_)
            | StmtKind::Abort
            | StmtKind::Break
            | StmtKind::Continue
            | StmtKind::Pass
            | StmtKind::Log(_)
            | StmtKind::Print(_)
            | StmtKind::Priority(_)
            | StmtKind::Label(_)
            | StmtKind::DocString(_)
            | StmtKind::Generate
            | StmtKind::Import
            | StmtKind::Flow(_) => walk_stmt(self, stmt),
        }
    }

    fn visit_spec(&mut self, _: Option<colang::syntax::ast::SpecOp>, spec: &'a Spec) {
        if let SpecTarget::Reference(variable) = &spec.target {
            self.read(&variable.name, variable.span);
        }
        walk_spec(self, spec);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match &expr.kind {
            ExprKind::Var(name) => self.read(name, expr.span),
            ExprKind::Conditional {
                then,
                test,
                otherwise,
            } => self.conditional(then, test, otherwise),
            ExprKind::And(members) | ExprKind::Or(members) => {
                members.iter().for_each(|member| self.test(member));
            }
            ExprKind::Compare { rest, .. } if is_about_none(rest) => self.test_parts(expr),
            ExprKind::Comprehension(inner) => {
                self.comprehension(inner);
                walk_expr(self, expr);
            }
            ExprKind::None
            | ExprKind::Bool(_)
            | ExprKind::Int(_)
            | ExprKind::Float(_)
            | ExprKind::Str(_)
            | ExprKind::Format(_)
            | ExprKind::Generate(_)
            | ExprKind::Name(_)
            | ExprKind::Attribute { .. }
            | ExprKind::Index { .. }
            | ExprKind::Call { .. }
            | ExprKind::Method { .. }
            | ExprKind::Unary { .. }
            | ExprKind::Binary { .. }
            | ExprKind::Compare { .. }
            | ExprKind::List(_)
            | ExprKind::Set(_)
            | ExprKind::Tuple(_)
            | ExprKind::Dict(_)
            | ExprKind::Error => walk_expr(self, expr),
        }
    }
}

fn is_about_none(rest: &[(CompareOp, Expr)]) -> bool {
    rest.iter().any(|(_, right)| right.kind == ExprKind::None)
}

/// The name of an argument that is given by name.
pub(super) fn named(argument: &Argument) -> Option<&Ident> {
    match &argument.kind {
        ArgumentKind::Named(name) => Some(name),
        ArgumentKind::Positional | ArgumentKind::Star | ArgumentKind::DoubleStar => None,
    }
}

/// The variables that statements set.
#[derive(Default)]
struct Sets(HashSet<String>);

impl Sets {
    fn of(block: &[Stmt]) -> HashSet<String> {
        let mut sets = Self::default();
        sets.visit_block(block);
        sets.0
    }
}

impl<'a> Visitor<'a> for Sets {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if let StmtKind::Assign { target, .. } | StmtKind::Global(target) = &stmt.kind {
            self.0.insert(target.name.clone());
        }
        if let StmtKind::SpecOp(op) = &stmt.kind
            && let Some(target) = &op.return_var
        {
            self.0.insert(target.name.clone());
        }
        walk_stmt(self, stmt);
    }

    fn visit_spec(&mut self, _: Option<colang::syntax::ast::SpecOp>, spec: &'a Spec) {
        self.0
            .extend(spec.capture.iter().map(|capture| capture.name.clone()));
    }
}
