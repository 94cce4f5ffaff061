//! Finds flows that never end: a flow that awaits one waits forever.

use std::collections::HashSet;

use colang::syntax::ast::{
    Block, Expr, ExprKind, Flow, SpecGroup, SpecOp, SpecTarget, Stmt, StmtKind,
};
use colang::syntax::visit::{Visitor, walk_block};

/// How many times all flows are searched for those that await a flow found before; more than any program needs.
const ROUNDS: usize = 50;

/// The names of the flows that never reach their end, a `return` or an `abort`.
pub(crate) fn flows<'a>(flows: &[&'a Flow]) -> HashSet<&'a str> {
    let mut endless = HashSet::new();
    for _ in 0..ROUNDS {
        let known = endless.len();
        let (found, others): (Vec<&&Flow>, Vec<_>) =
            flows.iter().partition(|flow| is_endless(flow, &endless));
        // Several flows may have the same name, because one overrides the other.
        let others: HashSet<_> = others.iter().map(|flow| &*flow.name.name).collect();
        let found = found.into_iter().map(|flow| flow.name.name.as_str());
        endless.extend(found.filter(|name| !others.contains(name)));
        if endless.len() == known {
            break;
        }
    }
    endless
}

/// The first statement of each block that is never reached, because the one before it never lets execution go on.
pub(super) fn unreachable<'a>(flow: &'a Flow, endless: &HashSet<&str>) -> Vec<&'a Stmt> {
    let mut finder = Unreachable {
        endless,
        found: Vec::new(),
    };
    finder.visit_flow(flow);
    finder.found
}

struct Unreachable<'a, 'e> {
    endless: &'e HashSet<&'e str>,
    found: Vec<&'a Stmt>,
}

impl<'a> Visitor<'a> for Unreachable<'a, '_> {
    fn visit_block(&mut self, block: &'a [Stmt]) {
        let mut before = block.iter();
        let stops = before.position(|before| !stmt(before, self.endless).on);
        let next = stops.and_then(|stops| block.get(stops + 1));
        // A label is reached in another way, and `pass` does nothing.
        let counts = |next: &&Stmt| !matches!(next.kind, StmtKind::Label(_) | StmtKind::Pass);
        self.found.extend(next.filter(counts));
        walk_block(self, block);
    }
}

/// Where execution can continue after a statement.
#[derive(Clone, Copy)]
struct Ways {
    /// At the next statement.
    on: bool,
    /// At the end of the flow.
    out: bool,
    /// At the end of the enclosing loop.
    off: bool,
}

const ON: Ways = Ways {
    on: true,
    out: false,
    off: false,
};
const OUT: Ways = Ways {
    on: false,
    out: true,
    off: false,
};
const OFF: Ways = Ways {
    on: false,
    out: false,
    off: true,
};
const NOWHERE: Ways = Ways {
    on: false,
    out: false,
    off: false,
};

impl Ways {
    fn or(self, other: Self) -> Self {
        Self {
            on: self.on || other.on,
            out: self.out || other.out,
            off: self.off || other.off,
        }
    }
}

fn is_endless(flow: &Flow, endless: &HashSet<&str>) -> bool {
    let ways = block(&flow.body, endless);
    // `break` outside of a loop has no effect.
    !(ways.on || ways.out || ways.off)
}

fn block(statements: &[Stmt], endless: &HashSet<&str>) -> Ways {
    let mut ways = ON;
    for statement in statements {
        let next = stmt(statement, endless);
        ways = Ways { on: false, ..ways }.or(next);
        if !ways.on {
            break;
        }
    }
    ways
}

fn stmt(statement: &Stmt, endless: &HashSet<&str>) -> Ways {
    match &statement.kind {
        StmtKind::Return(_) | StmtKind::Abort => OUT,
        StmtKind::Break => OFF,
        StmtKind::Continue => NOWHERE,
        StmtKind::While { test, body } => {
            let body = block(body, endless);
            Ways {
                on: body.off || !is_true(test),
                out: body.out,
                off: false,
            }
        }
        StmtKind::If {
            branches,
            otherwise,
        } => {
            let bodies = branches.iter().map(|(_, body)| body);
            any(bodies, endless).or(otherwise.as_ref().map_or(ON, |body| block(body, endless)))
        }
        StmtKind::When { cases, otherwise } => {
            let bodies = cases.iter().map(|case| &case.body);
            any(bodies.chain(otherwise), endless)
        }
        StmtKind::SpecOp(operation) => match operation.op == SpecOp::Await {
            true if never_comes(&operation.group, endless) => NOWHERE,
            true | false => ON,
        },
        StmtKind::Assign { .. }
        | StmtKind::Expr(_)
        | StmtKind::Pass
        | StmtKind::Log(_)
        | StmtKind::Print(_)
        | StmtKind::Priority(_)
        | StmtKind::Label(_)
        | StmtKind::Global(_)
        | StmtKind::DocString(_)
        | StmtKind::Generate
        | StmtKind::Import
        | StmtKind::Flow(_) => ON,
    }
}

fn any<'a>(bodies: impl Iterator<Item = &'a Block>, endless: &HashSet<&str>) -> Ways {
    bodies.fold(NOWHERE, |ways, body| ways.or(block(body, endless)))
}

fn never_comes(group: &SpecGroup, endless: &HashSet<&str>) -> bool {
    match group {
        SpecGroup::Spec(spec) => match &spec.target {
            SpecTarget::Flow(flow) => spec.members.is_empty() && endless.contains(&*flow.name),
            SpecTarget::Action(_) | SpecTarget::Event(_) | SpecTarget::Reference(_) => false,
        },
        SpecGroup::And(members) => members.iter().any(|member| never_comes(member, endless)),
        SpecGroup::Or(members) => members.iter().all(|member| never_comes(member, endless)),
    }
}

fn is_true(test: &Expr) -> bool {
    matches!(test.kind, ExprKind::Bool(true))
}
