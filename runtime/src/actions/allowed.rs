//! What a flow that a model writes may do where there are rails: an allow list on its syntax tree.
//!
//! It may say and ask something, wait for what users say, start flows and actions that are no system actions, and
//! wait for events of the program's own. Whatever a statement, an expression or a name is not said to be here is refused.

use std::collections::HashSet;
use std::sync::LazyLock;

use action_sdk::Registry;
use colang::program::Program;
use colang::source::{SourceId, Span};
use colang::state::State;
use colang::syntax::ast::{Expr, ExprKind, Flow, Spec, SpecOp, SpecTarget, Stmt, StmtKind};
use umim::ActionEventName;

use crate::intrinsic::Intrinsic;
use crate::{border, rails};

/// Flows of the library that start others by a computed name, or have a model write more.
const KEPT_FLOWS: [&str; 2] = ["await_flow_by_name", "execute llm instruction"];

/// UMIM's actions that carry text which no rail looks at.
const SCENES: &str = "Visual";

/// Variables of the engine.
const KEPT_VARIABLES: [&str; 2] = ["self", "system"];

/// Members through which a reference leads to what other flows and actions keep.
const KEPT_MEMBERS: [&str; 6] = [
    "context",
    "flow",
    "arguments",
    "parent",
    "children",
    "ancestors",
];

/// Functions that tell of other flows.
const KEPT_FUNCTIONS: [&str; 1] = ["flows_info"];

/// The system actions of this program, as [`spelled`] has them.
static SYSTEM_ACTIONS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let linked = Registry::linked();
    let system = linked.iter().filter(|action| action.is_system_action());
    let system = system.map(|action| spelled(action.name()));
    let own = Intrinsic::ALL.into_iter().map(|own| spelled(own.action()));
    system.chain(own).collect()
});

/// A dispatcher finds an action under other spellings of its name too: `GenerateVALUEAction`.
fn spelled(name: &str) -> String {
    name.replace("Action", "").replace('_', "").to_lowercase()
}

/// Why a statement of a generated flow is refused; `None` if all of them may run.
pub(super) fn refusal(state: &State, source: &str) -> Option<String> {
    let program = state.program();
    if !rails::are_defined(program) {
        return None;
    }
    let parsed = colang::syntax::parse(SourceId(0), source);
    if parsed.has_errors() {
        return Some("it cannot be read".to_owned());
    }
    let mut flows = parsed.module.flows.iter();
    flows.find_map(|flow| Check::of(program, source, flow).flow(flow).err())
}

/// One flow under scrutiny.
struct Check<'a> {
    program: &'a Program,
    source: &'a str,
    /// What the flow has started itself.
    started: HashSet<&'a str>,
}

/// Nothing, or why not.
type Verdict = Result<(), String>;

impl<'a> Check<'a> {
    fn of(program: &'a Program, source: &'a str, flow: &'a Flow) -> Self {
        let mut started = HashSet::new();
        flow.each_stmt(&mut |stmt| started.extend(stmt.specs().into_iter().filter_map(captured)));
        Self {
            program,
            source,
            started,
        }
    }

    fn refuse(&self, span: Span, why: &str) -> Verdict {
        let written = span.text(self.source).trim();
        Err(format!("`{written}`: {why}"))
    }

    fn flow(&self, flow: &Flow) -> Verdict {
        for decorator in &flow.decorators {
            if decorator.name.name != "meta" {
                self.refuse(
                    decorator.span,
                    "a generated flow takes no decorator but `@meta`",
                )?;
            }
        }
        let mut verdict = Ok(());
        flow.each_stmt(&mut |stmt| also(&mut verdict, || self.stmt(stmt)));
        flow.each_expr(&mut |expr| also(&mut verdict, || self.expr(expr)));
        verdict
    }

    /// A statement by itself, without what is in its body and its expressions.
    fn stmt(&self, stmt: &Stmt) -> Verdict {
        match &stmt.kind {
            StmtKind::SpecOp(_) | StmtKind::When { .. } => {
                let mut specs = stmt.specs().into_iter();
                specs.try_for_each(|(op, spec)| self.spec(spec, op))
            }
            StmtKind::Assign { target, .. } => self.variable(&target.name, target.span),
            StmtKind::Global(name) => self.global(&name.name, stmt.span),
            StmtKind::Priority(_) => self.refuse(stmt.span, "a generated flow has no priority"),
            StmtKind::Flow(_) => self.refuse(stmt.span, "a generated flow defines no other"),
            StmtKind::Expr(_)
            | StmtKind::If { .. }
            | StmtKind::While { .. }
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

    /// What is done with a flow, an action or an event; without an operation it is a case of `when`.
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
        if name.starts_with('_') || rails::runs_rails(name) || KEPT_FLOWS.contains(&name) {
            return self.refuse(span, "the library keeps this flow for itself");
        }
        Ok(())
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

    /// Rails, and flows that ask a person, may wait for events of the program's own as their verdicts.
    fn sent_event(&self, span: Span) -> Verdict {
        self.refuse(span, "a generated flow sends no events")
    }

    /// A reference may be waited for and stopped, if it is to what this flow has started.
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

    /// An expression by itself, without those within it.
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

/// Keeps the first refusal.
fn also(verdict: &mut Verdict, next: impl FnOnce() -> Verdict) {
    if verdict.is_ok() {
        *verdict = next();
    }
}

/// The reference that a flow gets by starting something.
fn captured((op, spec): (Option<SpecOp>, &Spec)) -> Option<&str> {
    let starts = matches!(op, Some(SpecOp::Start | SpecOp::Await));
    let name = spec.capture.as_ref().filter(|_| starts)?;
    Some(name.name.as_str())
}
