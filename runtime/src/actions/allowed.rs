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
use colang::syntax::ast::{
    Argument, Block, Comprehension, DictItem, Expr, ExprKind, Flow, FormatPart, Spec, SpecGroup,
    SpecOp, SpecOpStmt, SpecTarget, Stmt, StmtKind, Subscript,
};
use umim::ActionEventName;

use crate::border;
use crate::intrinsic::Intrinsic;

/// The flows that decide what passes.
const RAILS: [&str; 2] = ["input rails", "output rails"];

/// Flows of the library that start others by a computed name, run rails, or have a model write more.
const KEPT_FLOWS: [&str; 6] = [
    "input rails",
    "output rails",
    "run input rails",
    "run output rails",
    "await_flow_by_name",
    "execute llm instruction",
];

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
    if !RAILS.iter().any(|rails| program.flow(rails).is_some()) {
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
        collect_started(&flow.body, &mut started);
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
        let parameters = flow.parameters.iter().chain(&flow.return_members);
        for default in parameters.filter_map(|parameter| parameter.default.as_ref()) {
            self.expr(default)?;
        }
        self.block(&flow.body)
    }

    fn block(&self, block: &Block) -> Verdict {
        block.iter().try_for_each(|stmt| self.stmt(stmt))
    }

    fn blocks<'b>(&self, blocks: impl IntoIterator<Item = &'b Block>) -> Verdict {
        blocks.into_iter().try_for_each(|block| self.block(block))
    }

    fn stmt(&self, stmt: &Stmt) -> Verdict {
        match &stmt.kind {
            StmtKind::SpecOp(operation) => self.operation(operation, stmt.span),
            StmtKind::Assign { target, value, .. } => {
                self.variable(&target.name, target.span)?;
                self.expr(value)
            }
            StmtKind::Expr(value) | StmtKind::Log(value) | StmtKind::Print(value) => {
                self.expr(value)
            }
            StmtKind::If {
                branches,
                otherwise,
            } => {
                branches.iter().try_for_each(|(test, _)| self.expr(test))?;
                self.blocks(branches.iter().map(|(_, block)| block).chain(otherwise))
            }
            StmtKind::While { test, body } => {
                self.expr(test)?;
                self.block(body)
            }
            StmtKind::When { cases, otherwise } => {
                for case in cases {
                    self.group(&case.group, None)?;
                }
                self.blocks(cases.iter().map(|case| &case.body).chain(otherwise))
            }
            StmtKind::Return(value) => value.iter().try_for_each(|value| self.expr(value)),
            StmtKind::Global(name) => self.global(&name.name, stmt.span),
            StmtKind::Priority(_) => self.refuse(stmt.span, "a generated flow has no priority"),
            StmtKind::Flow(_) => self.refuse(stmt.span, "a generated flow defines no other"),
            StmtKind::Abort
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

    fn operation(&self, operation: &SpecOpStmt, span: Span) -> Verdict {
        match operation.op {
            SpecOp::Activate | SpecOp::Deactivate => self.refuse(
                span,
                "a generated flow neither activates nor deactivates others",
            ),
            op @ (SpecOp::Match | SpecOp::Await | SpecOp::Start | SpecOp::Stop | SpecOp::Send) => {
                self.group(&operation.group, Some(op))
            }
        }
    }

    /// What is done with specs; without an operation they are those of `when`.
    fn group(&self, group: &SpecGroup, op: Option<SpecOp>) -> Verdict {
        match group {
            SpecGroup::Spec(spec) => self.spec(spec, op),
            SpecGroup::And(members) | SpecGroup::Or(members) => {
                members.iter().try_for_each(|member| self.group(member, op))
            }
        }
    }

    fn spec(&self, spec: &Spec, op: Option<SpecOp>) -> Verdict {
        self.arguments(&spec.arguments)?;
        let members = spec.members.iter();
        members
            .clone()
            .try_for_each(|member| self.arguments(&member.arguments))?;
        let begins = matches!(op, None | Some(SpecOp::Await | SpecOp::Start));
        let is_bare = members.len() == 0;
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

    fn arguments(&self, arguments: &[Argument]) -> Verdict {
        let mut arguments = arguments.iter();
        arguments.try_for_each(|argument| self.expr(&argument.value))
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

    fn exprs<'b>(&self, exprs: impl IntoIterator<Item = &'b Expr>) -> Verdict {
        exprs.into_iter().try_for_each(|expr| self.expr(expr))
    }

    fn expr(&self, expr: &Expr) -> Verdict {
        match &expr.kind {
            ExprKind::None
            | ExprKind::Bool(_)
            | ExprKind::Int(_)
            | ExprKind::Float(_)
            | ExprKind::Str(_)
            | ExprKind::Name(_)
            | ExprKind::Error => Ok(()),
            ExprKind::Var(name) => self.variable(name, expr.span),
            ExprKind::Format(parts) => parts.iter().try_for_each(|part| match part {
                FormatPart::Text(_) => Ok(()),
                FormatPart::Expr(expr) => self.expr(expr),
            }),
            ExprKind::Generate(inner) => self.expr(inner),
            ExprKind::Attribute { object, name } => {
                self.member(&name.name, expr.span)?;
                self.expr(object)
            }
            ExprKind::Index { object, subscript } => {
                self.expr(object)?;
                self.subscript(subscript)
            }
            ExprKind::Call {
                function,
                arguments,
            } => {
                if KEPT_FUNCTIONS.contains(&function.name.as_str()) {
                    self.refuse(expr.span, "it tells of other flows")?;
                }
                self.arguments(arguments)
            }
            ExprKind::Method {
                object,
                name,
                arguments,
            } => {
                self.member(&name.name, expr.span)?;
                self.expr(object)?;
                self.arguments(arguments)
            }
            ExprKind::Unary { operand, .. } => self.expr(operand),
            ExprKind::Binary { left, right, .. } => self.exprs([&**left, &**right]),
            ExprKind::Compare { first, rest } => {
                self.expr(first)?;
                self.exprs(rest.iter().map(|(_, right)| right))
            }
            ExprKind::And(members)
            | ExprKind::Or(members)
            | ExprKind::List(members)
            | ExprKind::Set(members)
            | ExprKind::Tuple(members) => self.exprs(members),
            ExprKind::Conditional {
                then,
                test,
                otherwise,
            } => self.exprs([&**then, &**test, &**otherwise]),
            ExprKind::Dict(items) => items.iter().try_for_each(|item| match item {
                DictItem::Pair(key, value) => self.exprs([key, value]),
                DictItem::Spread(value) => self.expr(value),
            }),
            ExprKind::Comprehension(inner) => self.comprehension(inner),
        }
    }

    fn comprehension(&self, inner: &Comprehension) -> Verdict {
        self.expr(&inner.element)?;
        self.exprs(&inner.value)?;
        for clause in &inner.clauses {
            self.expr(&clause.iterable)?;
            self.exprs(&clause.conditions)?;
        }
        Ok(())
    }

    fn subscript(&self, subscript: &Subscript) -> Verdict {
        match subscript {
            Subscript::Index(index) => self.expr(index),
            Subscript::Slice { lower, upper, step } => {
                let parts = [lower, upper, step].into_iter().flatten();
                self.exprs(parts.map(|part| &**part))
            }
            Subscript::Tuple(members) => {
                let mut members = members.iter();
                members.try_for_each(|member| self.subscript(member))
            }
        }
    }
}

/// The references that a flow gets by starting something.
fn collect_started<'a>(block: &'a Block, started: &mut HashSet<&'a str>) {
    for stmt in block {
        match &stmt.kind {
            StmtKind::SpecOp(operation) => match operation.op {
                SpecOp::Start | SpecOp::Await => collect_captures(&operation.group, started),
                SpecOp::Match
                | SpecOp::Stop
                | SpecOp::Activate
                | SpecOp::Deactivate
                | SpecOp::Send => {}
            },
            StmtKind::If {
                branches,
                otherwise,
            } => {
                let blocks = branches.iter().map(|(_, block)| block).chain(otherwise);
                blocks.for_each(|block| collect_started(block, started));
            }
            StmtKind::While { body, .. } => collect_started(body, started),
            StmtKind::When { cases, otherwise } => {
                let blocks = cases.iter().map(|case| &case.body).chain(otherwise);
                blocks.for_each(|block| collect_started(block, started));
            }
            StmtKind::Assign { .. }
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
            | StmtKind::Flow(_) => {}
        }
    }
}

fn collect_captures<'a>(group: &'a SpecGroup, started: &mut HashSet<&'a str>) {
    match group {
        SpecGroup::Spec(spec) => started.extend(spec.capture.as_ref().map(|name| &*name.name)),
        SpecGroup::And(members) | SpecGroup::Or(members) => members
            .iter()
            .for_each(|member| collect_captures(member, started)),
    }
}
