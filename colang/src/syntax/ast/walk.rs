//! What stands directly in statements and expressions, for those who look through a whole tree.

use super::{
    Argument, Block, DictItem, Expr, ExprKind, Flow, FormatPart, Spec, SpecGroup, SpecOp, Stmt,
    StmtKind, Subscript,
};

impl Flow {
    /// Calls this for every statement of the body, those within others included, in order.
    pub fn each_stmt<'a>(&'a self, visit: &mut dyn FnMut(&'a Stmt)) {
        each_stmt(&self.body, visit);
    }

    /// Calls this for every expression of the flow, those within others included: of statements, and the defaults of
    /// parameters.
    pub fn each_expr<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        let parameters = self.parameters.iter().chain(&self.return_members);
        for default in parameters.filter_map(|parameter| parameter.default.as_ref()) {
            default.walk(visit);
        }
        self.each_stmt(&mut |stmt| {
            for expr in stmt.exprs() {
                expr.walk(visit);
            }
        });
    }
}

fn each_stmt<'a>(block: &'a Block, visit: &mut dyn FnMut(&'a Stmt)) {
    for stmt in block {
        visit(stmt);
        for block in stmt.blocks() {
            each_stmt(block, visit);
        }
    }
}

impl Stmt {
    /// The bodies of the statement. A flow that is defined in it has none: it has no effect.
    #[must_use]
    pub fn blocks(&self) -> Vec<&Block> {
        match &self.kind {
            StmtKind::If {
                branches,
                otherwise,
            } => {
                let bodies = branches.iter().map(|(_, body)| body);
                bodies.chain(otherwise).collect()
            }
            StmtKind::While { body, .. } => vec![body],
            StmtKind::When { cases, otherwise } => {
                let bodies = cases.iter().map(|case| &case.body);
                bodies.chain(otherwise).collect()
            }
            StmtKind::SpecOp(_)
            | StmtKind::Assign { .. }
            | StmtKind::Expr(_)
            | StmtKind::Return(_)
            | StmtKind::Abort
            | StmtKind::Break
            | StmtKind::Continue
            | StmtKind::Pass
            | StmtKind::Log(_)
            | StmtKind::Print(_)
            | StmtKind::Priority(_)
            | StmtKind::Label(_)
            | StmtKind::Global(_)
            | StmtKind::DocString(_)
            | StmtKind::Generate
            | StmtKind::Import
            | StmtKind::Flow(_) => Vec::new(),
        }
    }

    /// The flows, actions and events that the statement itself mentions, and what it does with them; the cases of a
    /// `when` have no operation.
    #[must_use]
    pub fn specs(&self) -> Vec<(Option<SpecOp>, &Spec)> {
        let mut specs = Vec::new();
        if let StmtKind::SpecOp(op) = &self.kind {
            collect(&op.group, Some(op.op), &mut specs);
        }
        if let StmtKind::When { cases, .. } = &self.kind {
            for case in cases {
                collect(&case.group, None, &mut specs);
            }
        }
        specs
    }

    /// The expressions of the statement itself, without those of its bodies.
    #[must_use]
    pub fn exprs(&self) -> Vec<&Expr> {
        match &self.kind {
            StmtKind::Assign { value, .. }
            | StmtKind::Expr(value)
            | StmtKind::Return(Some(value))
            | StmtKind::Log(value)
            | StmtKind::Print(value)
            | StmtKind::Priority(value)
            | StmtKind::While { test: value, .. } => vec![value],
            StmtKind::If { branches, .. } => branches.iter().map(|(test, _)| test).collect(),
            StmtKind::SpecOp(_) | StmtKind::When { .. } => {
                let specs = self.specs().into_iter();
                specs.flat_map(|(_, spec)| spec.exprs()).collect()
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
            | StmtKind::Flow(_) => Vec::new(),
        }
    }
}

fn collect<'a>(
    group: &'a SpecGroup,
    op: Option<SpecOp>,
    specs: &mut Vec<(Option<SpecOp>, &'a Spec)>,
) {
    match group {
        SpecGroup::Spec(spec) => specs.push((op, spec)),
        SpecGroup::And(members) | SpecGroup::Or(members) => {
            for member in members {
                collect(member, op, specs);
            }
        }
    }
}

impl Spec {
    fn exprs(&self) -> impl Iterator<Item = &Expr> {
        let of_members = self.members.iter().flat_map(|member| &member.arguments);
        let arguments = self.arguments.iter().chain(of_members);
        arguments.map(|argument| &argument.value)
    }
}

impl Expr {
    /// Calls this for the expression and for every one within it.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Self)) {
        visit(self);
        for part in self.parts() {
            part.walk(visit);
        }
    }

    /// The expressions directly within this one.
    fn parts(&self) -> Vec<&Self> {
        match &self.kind {
            ExprKind::None
            | ExprKind::Bool(_)
            | ExprKind::Int(_)
            | ExprKind::Float(_)
            | ExprKind::Str(_)
            | ExprKind::Var(_)
            | ExprKind::Name(_)
            | ExprKind::Error => Vec::new(),
            ExprKind::Generate(inner)
            | ExprKind::Attribute { object: inner, .. }
            | ExprKind::Unary { operand: inner, .. } => vec![inner],
            ExprKind::Format(parts) => parts.iter().filter_map(of_part).collect(),
            ExprKind::Index { object, subscript } => {
                let mut parts = vec![&**object];
                of_subscript(subscript, &mut parts);
                parts
            }
            ExprKind::Call { arguments, .. } => values(arguments).collect(),
            ExprKind::Method {
                object, arguments, ..
            } => std::iter::once(&**object)
                .chain(values(arguments))
                .collect(),
            ExprKind::Binary { left, right, .. } => vec![left, right],
            ExprKind::Compare { first, rest } => {
                let rest = rest.iter().map(|(_, right)| right);
                std::iter::once(&**first).chain(rest).collect()
            }
            ExprKind::And(members)
            | ExprKind::Or(members)
            | ExprKind::List(members)
            | ExprKind::Set(members)
            | ExprKind::Tuple(members) => members.iter().collect(),
            ExprKind::Conditional {
                then,
                test,
                otherwise,
            } => vec![then, test, otherwise],
            ExprKind::Dict(items) => items.iter().flat_map(of_item).collect(),
            ExprKind::Comprehension(inner) => {
                let clauses = inner.clauses.iter();
                let clauses = clauses
                    .flat_map(|clause| std::iter::once(&clause.iterable).chain(&clause.conditions));
                let element = std::iter::once(&inner.element).chain(&inner.value);
                element.chain(clauses).collect()
            }
        }
    }
}

fn values(arguments: &[Argument]) -> impl Iterator<Item = &Expr> {
    arguments.iter().map(|argument| &argument.value)
}

fn of_part(part: &FormatPart) -> Option<&Expr> {
    match part {
        FormatPart::Text(_) => None,
        FormatPart::Expr(expr) => Some(expr),
    }
}

fn of_item(item: &DictItem) -> Vec<&Expr> {
    match item {
        DictItem::Pair(key, value) => vec![key, value],
        DictItem::Spread(dict) => vec![dict],
    }
}

fn of_subscript<'a>(subscript: &'a Subscript, parts: &mut Vec<&'a Expr>) {
    match subscript {
        Subscript::Index(index) => parts.push(index),
        Subscript::Slice { lower, upper, step } => {
            let bounds = [lower, upper, step].into_iter().flatten();
            parts.extend(bounds.map(|bound| &**bound));
        }
        Subscript::Tuple(members) => {
            for member in members {
                of_subscript(member, parts);
            }
        }
    }
}
