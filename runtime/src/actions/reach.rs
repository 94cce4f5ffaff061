//! What a flow of the program leads to when a flow that a model has written starts it.
//!
//! Whatever a model may start of the library does nothing for it that the rails would not see. A flow with
//! `@meta(tool=True)` is offered to models by its author. All others are looked into, and so is what they start.

use std::collections::HashSet;

use colang::program::{FlowConfig, Program};
use colang::source::{SourceId, Span};
use colang::syntax::ast::{
    Argument, ArgumentKind, ExprKind, Spec, SpecOp, SpecTarget, Stmt, StmtKind,
};
use colang::syntax::visit::{Visitor, walk_spec, walk_stmt};
use colang::value::Value;
use umim::{ActionEventKind, ActionEventName};

use crate::border::Variables;
use crate::intrinsic::Intrinsic;
use crate::library;

/// The flow of the library that starts another one by a computed name.
pub(super) const BY_NAME: &str = "await_flow_by_name";

/// The events that start and end flows by their names.
const LIVES: [&str; 3] = ["StartFlow", "FinishFlow", "StopFlow"];

/// A dispatcher also finds an action under other spellings of its name: `GenerateVALUEAction`.
pub(super) fn spelled(name: &str) -> String {
    name.replace("Action", "").replace('_', "").to_lowercase()
}

/// Why a model may not start this flow; `None` if it leads to nothing that gets around rails.
pub(super) fn refusal(program: &Program, flow: &str) -> Option<String> {
    let variables = Variables::new(program, None);
    let mut seen = HashSet::from([flow.to_owned()]);
    let mut waiting = vec![flow.to_owned()];
    while let Some(name) = waiting.pop() {
        let Some(config) = program.flow(&name).filter(|flow| is_looked_into(flow)) else {
            continue;
        };
        let parsed = colang::syntax::parse(SourceId(0), &config.source);
        let mut look = Look {
            source: &config.source,
            variables: &variables,
            globals: HashSet::new(),
            starts: Vec::new(),
            found: None,
        };
        parsed
            .module
            .flows
            .iter()
            .for_each(|flow| look.visit_flow(flow));
        if let Some(found) = look.found {
            return Some(told(config, &found));
        }
        let started = look.starts.into_iter().map(str::to_owned);
        waiting.extend(started.filter(|flow| seen.insert(flow.clone())));
    }
    None
}

fn is_looked_into(flow: &FlowConfig) -> bool {
    let is_tool = flow.meta("tool") == Some(&Value::Bool(true));
    !is_tool && !library::is_shown_as(&flow.file)
}

fn told(flow: &FlowConfig, found: &str) -> String {
    let name = &flow.id;
    format!(
        "it leads to the flow `{name}`, which {found}, and is not offered to models with `@meta(tool=True)`"
    )
}

/// A look into one flow.
struct Look<'a> {
    source: &'a str,
    variables: &'a Variables,
    /// The library's variables that it declares.
    globals: HashSet<&'a str>,
    /// The flows that it starts.
    starts: Vec<&'a str>,
    /// The first statement that a model may not reach, and why.
    found: Option<String>,
}

impl<'a> Visitor<'a> for Look<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if let StmtKind::Global(name) = &stmt.kind
            && self.variables.is_own(&name.name)
        {
            self.globals.insert(&name.name);
        }
        if let StmtKind::Assign { target, .. } = &stmt.kind
            && self.globals.contains(&*target.name)
        {
            self.find(stmt.span, "sets a variable of the library");
        }
        walk_stmt(self, stmt);
    }

    fn visit_spec(&mut self, op: Option<SpecOp>, spec: &'a Spec) {
        let begins = matches!(
            op,
            None | Some(SpecOp::Await | SpecOp::Start | SpecOp::Activate)
        );
        let is_bare = spec.members.is_empty();
        match &spec.target {
            SpecTarget::Flow(flow) if begins && is_bare => self.starts_flow(&flow.name, spec),
            SpecTarget::Action(action) if begins && is_bare => {
                self.starts_action(&action.name, spec);
            }
            SpecTarget::Event(event) if op == Some(SpecOp::Send) => self.sends(&event.name, spec),
            SpecTarget::Flow(_)
            | SpecTarget::Action(_)
            | SpecTarget::Event(_)
            | SpecTarget::Reference(_) => {}
        }
        walk_spec(self, spec);
    }
}

impl<'a> Look<'a> {
    fn find(&mut self, span: Span, does: &str) {
        let written = span.text(self.source).trim();
        self.found
            .get_or_insert_with(|| format!("{does} (`{written}`)"));
    }

    fn starts_flow(&mut self, flow: &'a str, spec: &Spec) {
        match flow == BY_NAME {
            true => self.find(spec.span, "starts a flow by a computed name"),
            false => self.starts.push(flow),
        }
    }

    fn starts_action(&mut self, action: &str, spec: &Spec) {
        let changing = Intrinsic::ALL.into_iter().filter(|own| own.changes_flows());
        let mut changing = changing.map(|own| spelled(own.action()));
        if changing.any(|own| own == spelled(action)) {
            self.find(spec.span, "adds or removes flows");
        }
    }

    fn sends(&mut self, event: &str, spec: &'a Spec) {
        if let Some(name) = ActionEventName::parse(event)
            && name.kind() == ActionEventKind::Start
        {
            self.starts_action(name.action(), spec);
        }
        if LIVES.contains(&event) {
            match named_flow(spec) {
                Some(flow) => self.starts.push(flow),
                None => self.find(spec.span, "starts or ends flows by a computed name"),
            }
        }
    }
}

/// The flow that an event names, if the name is written there.
fn named_flow(spec: &Spec) -> Option<&str> {
    let is_name = |argument: &&Argument| match &argument.kind {
        ArgumentKind::Named(name) => name.name == "flow_id",
        ArgumentKind::Positional | ArgumentKind::Star | ArgumentKind::DoubleStar => false,
    };
    let given = spec.arguments.iter().find(is_name)?;
    if let ExprKind::Str(flow) = &given.value.kind {
        return Some(flow);
    }
    None
}
