//! Warns of what can be loaded and run, but is probably a mistake.

use super::advice::{self, UnknownFlow};
use crate::diagnostic::{Code, Diagnostic, Suggestions, closest};
use crate::expr;
use crate::map::{HashMap, HashSet};
use crate::program::{File, PlacedMistake, place};
use crate::source::Span;
use crate::syntax::ast::{
    Argument, ArgumentKind, Expr, ExprKind, Flow, Ident, Spec, SpecOp, SpecTarget, Stmt, StmtKind,
};
use crate::syntax::visit::{Visitor, walk_expr, walk_flow, walk_spec, walk_stmt};

/// Arguments that every flow can be started with.
const OF_START: [&str; 4] = ["flow_id", "flow_instance_uid", "activated", "context"];

/// The most parameters that a message lists.
const SHOWN: usize = 20;

const FLOW_MEMBERS: [&str; 7] = [
    "Start", "Stop", "Pause", "Resume", "Started", "Finished", "Failed",
];

const ACTION_MEMBERS: [&str; 5] = ["Start", "Change", "Stop", "Started", "Finished"];

pub(super) fn warnings(
    files: &[File<'_>],
    advice: &dyn Fn(&str) -> Option<String>,
) -> Vec<PlacedMistake> {
    let flows = files.iter().flat_map(|file| &file.module.flows);
    // If there are two flows with one name, the overriding one counts.
    let mut known: HashMap<&str, &Flow> = HashMap::default();
    for flow in flows {
        let overrides = flow.decorators.iter().any(|at| at.name.name == "override");
        let entry = known.entry(&flow.name.name).or_insert(flow);
        if overrides {
            *entry = flow;
        }
    }
    let (mut warnings, mut suggestions) = (Vec::new(), Suggestions::default());
    for file in files {
        for flow in &file.module.flows {
            let mut check = Check {
                known: &known,
                advice,
                file: *file,
                warnings: &mut warnings,
                suggestions: &mut suggestions,
                in_loop: false,
            };
            check.visit_flow(flow);
        }
    }
    place(&mut warnings, files);
    warnings
}

struct Check<'a> {
    known: &'a HashMap<&'a str, &'a Flow>,
    advice: &'a dyn Fn(&str) -> Option<String>,
    file: File<'a>,
    warnings: &'a mut Vec<PlacedMistake>,
    suggestions: &'a mut Suggestions,
    /// Whether the current statement is inside of a loop.
    in_loop: bool,
}

impl<'a> Visitor<'a> for Check<'_> {
    fn visit_flow(&mut self, flow: &'a Flow) {
        self.name(flow);
        self.parameters(flow);
        walk_flow(self, flow);
    }

    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        let around = self.in_loop;
        if let Some(word) = loop_word(&stmt.kind).filter(|_| !around) {
            self.outside_loop(word, stmt.span);
        }
        self.in_loop |= matches!(stmt.kind, StmtKind::While { .. });
        walk_stmt(self, stmt);
        self.in_loop = around;
    }

    fn visit_spec(&mut self, op: Option<SpecOp>, spec: &'a Spec) {
        self.spec(spec, op);
        walk_spec(self, spec);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if let ExprKind::Call { function, .. } = &expr.kind {
            self.function(function);
        }
        if let ExprKind::Method { name, .. } = &expr.kind {
            self.method(name);
        }
        walk_expr(self, expr);
    }
}

/// The keyword of a statement that only makes sense in a loop.
fn loop_word(kind: &StmtKind) -> Option<&'static str> {
    if matches!(kind, StmtKind::Break) {
        return Some("break");
    }
    matches!(kind, StmtKind::Continue).then_some("continue")
}

impl Check<'_> {
    fn warn(&mut self, code: Code, span: Span, message: String, help: impl Into<String>) {
        let source = self.file.module.source_id;
        let warning = Diagnostic::warning(code, source, span, message).with_help(help);
        self.warnings
            .push(PlacedMistake::new(Box::new(warning), self.file));
    }

    fn name(&mut self, flow: &Flow) {
        let name = &flow.name.name;
        if name.contains(char::is_uppercase) {
            let message = format!(
                "the flow `{name}` cannot be called by its name: with capitals that is an event"
            );
            let help = format!("write `{}`", name.to_lowercase());
            self.warn(Code::Suspicious, flow.name.span, message, help);
        }
    }

    fn parameters(&mut self, flow: &Flow) {
        let taken = flow.parameters.iter().map(|parameter| &parameter.name);
        for name in taken.filter(|name| OF_START.contains(&&*name.name)) {
            let message = format!(
                "the parameter `${}` is set to what the engine calls so, whatever the caller gives",
                name.name
            );
            self.warn(Code::Suspicious, name.span, message, "give it another name");
        }
    }

    fn function(&mut self, function: &Ident) {
        let name = function.name.as_str();
        if !expr::is_function(name) {
            let message = format!("there is no function `{name}`");
            let help = advice::for_function(name, self.known.contains_key(name));
            self.warn(Code::UnknownFunction, function.span, message, help);
        }
    }

    fn method(&mut self, method: &Ident) {
        let name = method.name.as_str();
        if !expr::is_method(name) {
            let message = format!("nothing has a method `{name}`");
            self.warn(
                Code::UnknownMethod,
                method.span,
                message,
                advice::for_method(name),
            );
        }
    }

    fn outside_loop(&mut self, word: &str, span: Span) {
        let message = format!("`{word}` stands in no loop and does nothing");
        let help = "put it into a `while`, or use `return` to end the flow";
        self.warn(Code::OutsideLoop, span, message, help);
    }

    fn spec(&mut self, spec: &Spec, op: Option<SpecOp>) {
        if let SpecTarget::Flow(name) = &spec.target {
            match self.known.get(name.name.as_str()) {
                Some(flow) if spec.members.is_empty() && op != Some(SpecOp::Deactivate) => {
                    self.call(flow, &spec.arguments);
                }
                Some(_) => {}
                // A case may wait for an event of that name.
                None if op.is_none() && SpecTarget::is_caseless(&name.name) => {}
                None => self.unknown_flow(name, &spec.arguments),
            }
        }
        if let SpecTarget::Event(name) = &spec.target
            && self.known.contains_key(name.name.as_str())
            && SpecTarget::is_caseless(&name.name)
        {
            self.event_like_flow(name, op);
        }
        if let Some(member) = spec.members.last() {
            self.member(&spec.target, &member.name);
        }
    }

    /// In a script without case, a flow and an event can have the same name.
    fn event_like_flow(&mut self, name: &Ident, op: Option<SpecOp>) {
        let Ident { name, span } = name;
        let (word, does) = match op {
            Some(SpecOp::Send) => ("send", "sends an event"),
            _ => ("match", "waits for an event"),
        };
        let message = format!("`{word}` {does} `{name}`, and there is a flow of that name");
        let help = format!("use `await {name}` to run the flow");
        self.warn(Code::Suspicious, *span, message, help);
    }

    fn unknown_flow(&mut self, name: &Ident, arguments: &[Argument]) {
        let help = (self.advice)(&name.name).unwrap_or_else(|| {
            let unknown = UnknownFlow {
                name,
                arguments,
                module: self.file.module,
            };
            unknown.advice(self.known, self.suggestions)
        });
        let message = format!("there is no flow `{}`", name.name);
        self.warn(Code::UnknownFlow, name.span, message, help);
    }

    fn call(&mut self, flow: &Flow, arguments: &[Argument]) {
        let callee = &flow.name.name;
        let names: HashSet<&str> = parameters(flow).collect();
        let mut positional = 0;
        for argument in arguments {
            match &argument.kind {
                ArgumentKind::Positional => {
                    positional += 1;
                    if positional > names.len() {
                        let message =
                            format!("the argument is one too many for the flow `{callee}`");
                        self.warn(Code::UnknownParameter, argument.span, message, takes(flow));
                    }
                }
                ArgumentKind::Named(name) => {
                    let word = name.name.as_str();
                    if !names.contains(word) && !OF_START.contains(&word) {
                        let help = match self.suggestions.closest(word, parameters(flow)) {
                            Some(near) => format!("did you mean `${near}`?"),
                            None => takes(flow),
                        };
                        let message = format!("the flow `{callee}` has no parameter `${word}`");
                        self.warn(Code::UnknownParameter, argument.span, message, help);
                    }
                }
                ArgumentKind::Star | ArgumentKind::DoubleStar => {}
            }
        }
    }

    fn member(&mut self, target: &SpecTarget, member: &Ident) {
        let name = member.name.as_str();
        let of_flow = FLOW_MEMBERS.contains(&name);
        let of_action = ACTION_MEMBERS.contains(&name) || name.ends_with("Updated");
        let (exists, what) = match target {
            SpecTarget::Flow(_) => (of_flow, "a flow"),
            SpecTarget::Action(_) => (of_action, "an action"),
            SpecTarget::Reference(_) => (of_flow || of_action, "a flow or an action"),
            SpecTarget::Event(_) => (true, "an event"),
        };
        if exists {
            return;
        }
        let known = match target {
            SpecTarget::Flow(_) => &FLOW_MEMBERS[..],
            SpecTarget::Action(_) | SpecTarget::Reference(_) | SpecTarget::Event(_) => {
                &ACTION_MEMBERS[..]
            }
        };
        let help = match closest(name, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it has `{}`", known.join("`, `")),
        };
        let message = format!("{what} has no event `{name}`");
        self.warn(Code::UnknownMember, member.span, message, help);
    }
}

fn parameters(flow: &Flow) -> impl Iterator<Item = &str> {
    let parameters = flow.parameters.iter();
    parameters.map(|parameter| parameter.name.name.as_str())
}

/// The parameters of a flow, or the first ones.
fn takes(flow: &Flow) -> String {
    let callee = &flow.name.name;
    let shown: Vec<_> = parameters(flow).take(SHOWN).collect();
    let more = flow.parameters.len() - shown.len();
    match (&shown[..], more) {
        ([], _) => format!("`{callee}` has no parameters"),
        (names, 0) => format!("`{callee}` takes `${}`", names.join("`, `$")),
        (names, more) => format!(
            "`{callee}` takes `${}` and {more} more",
            names.join("`, `$")
        ),
    }
}
