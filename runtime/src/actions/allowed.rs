//! What a flow written by a model may do if there are rails: an allow list, checked on its syntax tree.
//!
//! It may say and ask something, wait for what users say, start flows and actions that are not system actions, and
//! wait for custom events. What the flows that it starts lead to is checked in `reach`. Every statement, expression or
//! name that is not allowed here is refused.

use std::collections::HashSet;
use std::sync::LazyLock;

use action_sdk::Registry;
use colang::program::Program;
use colang::source::Span;
use colang::state::State;
use colang::syntax::ast::{Expr, ExprKind, Flow, Spec, SpecOp, SpecTarget, Stmt, StmtKind};
use colang::syntax::visit::{Visitor, walk_expr, walk_spec, walk_stmt};
use colang::syntax::{Module, Parsed};
use umim::ActionEventName;

use super::reach::{self, BY_NAME, spelled};
use crate::intrinsic::Intrinsic;
use crate::{border, rails};

/// Flows of the library that start others by a computed name, or have a model write more.
const KEPT_FLOWS: [&str; 2] = [BY_NAME, "execute llm instruction"];

/// The prefix of UMIM actions with text that no rail checks.
const SCENES: &str = "Visual";

/// Variables of the engine.
const KEPT_VARIABLES: [&str; 2] = ["self", "system"];

/// Members of references that give access to the data of other flows and actions.
const KEPT_MEMBERS: [&str; 6] = [
    "context",
    "flow",
    "arguments",
    "parent",
    "children",
    "ancestors",
];

/// Functions that return data of other flows.
const KEPT_FUNCTIONS: [&str; 1] = ["flows_info"];

/// The system actions of this program, in the form of [`spelled`].
static SYSTEM_ACTIONS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let linked = Registry::linked();
    let system = linked.iter().filter(|action| action.is_system_action());
    let system = system.map(|action| spelled(action.name()));
    let own = Intrinsic::ALL.into_iter().map(|own| spelled(own.action()));
    system.chain(own).collect()
});

/// Why a statement of generated flows is refused; `None` if all of them are allowed.
pub(super) fn refusal(state: &State, parsed: &Parsed) -> Option<String> {
    let program = state.program();
    if !rails::are_defined(program) {
        return None;
    }
    if parsed.has_errors() {
        return Some("it cannot be read".to_owned());
    }
    let module = &parsed.module;
    let mut flows = module.flows.iter();
    flows.find_map(|flow| Check::of(program, module, flow).err())
}

/// The flow that is being checked.
struct Check<'a> {
    program: &'a Program,
    source: &'a str,
    /// The references to what the flow has started itself.
    started: HashSet<&'a str>,
    /// The first refusal.
    verdict: Verdict,
}

/// `Err` says why not.
type Verdict = Result<(), String>;

impl<'a> Visitor<'a> for Check<'_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        self.keep(Self::stmt, stmt);
        walk_stmt(self, stmt);
    }

    fn visit_spec(&mut self, op: Option<SpecOp>, spec: &'a Spec) {
        self.keep(|check, spec| check.spec(spec, op), spec);
        walk_spec(self, spec);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        self.keep(Self::expr, expr);
        walk_expr(self, expr);
    }
}

impl<'a> Check<'a> {
    fn of(program: &'a Program, module: &'a Module, flow: &'a Flow) -> Verdict {
        let mut started = Started::default();
        started.visit_flow(flow);
        let mut check = Self {
            program,
            source: &module.source,
            started: started.0,
            verdict: Ok(()),
        };
        check.keep(Self::decorators, flow);
        check.visit_flow(flow);
        check.verdict
    }

    /// Checks a part of the flow, unless one was already refused.
    fn keep<T>(&mut self, look: impl FnOnce(&Self, &T) -> Verdict, part: &T) {
        if self.verdict.is_ok() {
            self.verdict = look(self, part);
        }
    }

    fn refuse(&self, span: Span, why: &str) -> Verdict {
        let written = span.text(self.source).trim();
        Err(format!("`{written}`: {why}"))
    }

    fn decorators(&self, flow: &Flow) -> Verdict {
        let mut decorators = flow.decorators.iter();
        match decorators.find(|decorator| decorator.name.name != "meta") {
            Some(other) => self.refuse(
                other.span,
                "a generated flow takes no decorator but `@meta`",
            ),
            None => Ok(()),
        }
    }

    /// Checks a statement without its specs, its body and its expressions.
    fn stmt(&self, stmt: &Stmt) -> Verdict {
        match &stmt.kind {
            StmtKind::Assign { target, .. } => self.variable(&target.name, target.span),
            StmtKind::Global(name) => self.global(&name.name, stmt.span),
            StmtKind::Priority(_) => self.refuse(stmt.span, "a generated flow has no priority"),
            StmtKind::Flow(_) => self.refuse(stmt.span, "a generated flow defines no other"),
            StmtKind::SpecOp(_)
            | StmtKind::Expr(_)
            | StmtKind::If { .. }
            | StmtKind::While { .. }
            | StmtKind::When { .. }
            | StmtKind::Return(_)
            | StmtKind::Log(_)
            | StmtKind::Print(_)
            | StmtKind::Abort
            | StmtKind::Break
            | StmtKind::Continue
            | StmtKind::Pass
            | StmtKind::Label(_)
            | StmtKind::DocString(_)
            | StmtKind::Generate
            | StmtKind::Import => Ok(()),
        }
    }

    fn global(&self, name: &str, span: Span) -> Verdict {
        match border::Variables::new(self.program, None).is_own(name) {
            true => self.refuse(span, "the variable belongs to the library"),
            false => Ok(()),
        }
    }

    /// Checks the use of a flow, an action or an event; without an operation it is a case of `when`.
    fn spec(&self, spec: &Spec, op: Option<SpecOp>) -> Verdict {
        if matches!(op, Some(SpecOp::Activate | SpecOp::Deactivate)) {
            return self.refuse(
                spec.span,
                "a generated flow neither activates nor deactivates others",
            );
        }
        let begins = matches!(op, None | Some(SpecOp::Await | SpecOp::Start));
        let is_bare = spec.members.is_empty();
        match &spec.target {
            SpecTarget::Flow(name) if begins && is_bare => self.called_flow(&name.name, spec.span),
            SpecTarget::Action(name) if begins && is_bare => {
                self.called_action(&name.name, spec.span)
            }
            SpecTarget::Event(_) if op == Some(SpecOp::Send) => self.sent_event(spec.span),
            SpecTarget::Event(name) if is_bare && !matches!(op, Some(SpecOp::Stop)) => {
                self.event(&name.name, spec.span)
            }
            SpecTarget::Reference(name) => self.reference(&name.name, spec, op),
            SpecTarget::Flow(_) | SpecTarget::Action(_) | SpecTarget::Event(_) => self.refuse(
                spec.span,
                "a generated flow deals with the life of what it has started only, by a reference to it",
            ),
        }
    }

    fn called_flow(&self, name: &str, span: Span) -> Verdict {
        if name.starts_with('_') || KEPT_FLOWS.contains(&name) {
            return self.refuse(span, "the library keeps this flow for itself");
        }
        if rails::serves_rails(self.program, name) {
            return self.refuse(span, "it is a rail, or says what rails have passed");
        }
        match reach::refusal(self.program, name) {
            Some(why) => self.refuse(span, &why),
            None => Ok(()),
        }
    }

    fn called_action(&self, name: &str, span: Span) -> Verdict {
        if SYSTEM_ACTIONS.contains(&spelled(name)) {
            return self.refuse(span, "it is a system action");
        }
        match name.starts_with(SCENES) {
            true => self.refuse(span, "no rail looks at what it shows"),
            false => Ok(()),
        }
    }

    fn event(&self, name: &str, span: Span) -> Verdict {
        if ActionEventName::parse(name).is_some() {
            return self.refuse(span, "it tells of the life of an action");
        }
        match border::is_of_the_engine(name) {
            true => self.refuse(span, "it is an event of the engine"),
            false => Ok(()),
        }
    }

    /// Rails, and flows that ask a person, may wait for custom events as their verdicts.
    fn sent_event(&self, span: Span) -> Verdict {
        self.refuse(span, "a generated flow sends no events")
    }

    /// A reference may be waited for and stopped if it refers to something that this flow has started.
    fn reference(&self, name: &str, spec: &Spec, op: Option<SpecOp>) -> Verdict {
        let member = spec.members.first().map(|member| member.name.name.as_str());
        let fits = match op {
            None | Some(SpecOp::Match) => true,
            Some(SpecOp::Send) => member == Some("Stop"),
            Some(SpecOp::Stop) => spec.members.is_empty(),
            Some(SpecOp::Await | SpecOp::Start | SpecOp::Activate | SpecOp::Deactivate) => false,
        };
        match fits && spec.members.len() < 2 && self.started.contains(name) {
            true => Ok(()),
            false => self.refuse(
                spec.span,
                "a generated flow may wait for and stop what it has started, and nothing else",
            ),
        }
    }

    fn variable(&self, name: &str, span: Span) -> Verdict {
        match KEPT_VARIABLES.contains(&name) {
            true => self.refuse(span, "the engine keeps this variable for itself"),
            false => Ok(()),
        }
    }

    fn member(&self, name: &str, span: Span) -> Verdict {
        match KEPT_MEMBERS.contains(&name) || name.starts_with('_') {
            true => self.refuse(span, "it leads to what others keep"),
            false => Ok(()),
        }
    }

    /// Checks an expression without its parts.
    fn expr(&self, expr: &Expr) -> Verdict {
        match &expr.kind {
            ExprKind::Var(name) => self.variable(name, expr.span),
            ExprKind::Attribute { name, .. } | ExprKind::Method { name, .. } => {
                self.member(&name.name, expr.span)
            }
            ExprKind::Call { function, .. } => self.function(&function.name, expr.span),
            ExprKind::None
            | ExprKind::Bool(_)
            | ExprKind::Int(_)
            | ExprKind::Float(_)
            | ExprKind::Str(_)
            | ExprKind::Name(_)
            | ExprKind::Format(_)
            | ExprKind::Generate(_)
            | ExprKind::Index { .. }
            | ExprKind::Unary { .. }
            | ExprKind::Binary { .. }
            | ExprKind::Compare { .. }
            | ExprKind::And(_)
            | ExprKind::Or(_)
            | ExprKind::List(_)
            | ExprKind::Set(_)
            | ExprKind::Tuple(_)
            | ExprKind::Conditional { .. }
            | ExprKind::Dict(_)
            | ExprKind::Comprehension(_)
            | ExprKind::Error => Ok(()),
        }
    }

    fn function(&self, name: &str, span: Span) -> Verdict {
        match KEPT_FUNCTIONS.contains(&name) {
            true => self.refuse(span, "it tells of other flows"),
            false => Ok(()),
        }
    }
}

/// The references to what a flow starts.
#[derive(Default)]
struct Started<'a>(HashSet<&'a str>);

impl<'a> Visitor<'a> for Started<'a> {
    fn visit_spec(&mut self, op: Option<SpecOp>, spec: &'a Spec) {
        if matches!(op, Some(SpecOp::Start | SpecOp::Await)) {
            self.0
                .extend(spec.capture.iter().map(|name| name.name.as_str()));
        }
    }
}
