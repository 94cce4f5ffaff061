//! Collects the elements of a flow. Jumps name labels by number; at the end the numbers become positions.

use super::Caseless;
use crate::diagnostic::{Code, Diagnostic};
use crate::expr::{self, Expr};
use crate::program::{
    Argument, ArgumentValue, ENGINE_MADE, Element, EventName, EventSource, EventSpec, ForkId,
    Match, Member, Mistake, Name, Placed, Position, ScopeId,
};
use crate::source::{SourceId, Span};
use crate::syntax::ast::{self, ArgumentKind, ExprKind, SpecTarget, Stmt, StmtKind};

/// A label that may not have a position yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Label(usize);

/// The targets of `continue` and `break`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Loop {
    pub(super) begin: Label,
    pub(super) end: Label,
}

pub(super) struct Builder<'a> {
    flow: &'a ast::Flow,
    /// The whole source.
    text: &'a str,
    /// See [`Caseless`].
    known: &'a Caseless,
    elements: Vec<Placed>,
    labels: Vec<Position>,
    names: u32,
    forks: ForkId,
    scopes: ScopeId,
    span: Span,
    line: u32,
    source: SourceId,
    pub(super) mistakes: Vec<Mistake>,
}

impl<'a> Builder<'a> {
    pub(super) fn new(flow: &'a ast::Flow, module: &'a ast::Module, known: &'a Caseless) -> Self {
        Self {
            flow,
            text: &module.source,
            known,
            source: module.source_id,
            mistakes: Vec::new(),
            elements: Vec::new(),
            labels: Vec::new(),
            names: 0,
            forks: 0,
            scopes: 0,
            span: flow.name.span,
            line: flow.line,
        }
    }

    pub(super) fn wait_for_start(&mut self) {
        let flow_id = text_argument("flow_id", &self.flow.name.name);
        self.push(Element::Match(Match {
            event: bare("StartFlow", vec![flow_id]),
            reference: None,
        }));
    }

    /// Lowers all statements that it can; those with mistakes are left out.
    pub(super) fn block(&mut self, block: &[Stmt], within: Option<Loop>) {
        for stmt in block {
            (self.span, self.line) = (stmt.span, stmt.line);
            let lowered = self.stmt(stmt, within);
            self.mistakes.extend(lowered.err());
        }
    }

    /// Nested blocks pass through here, so the arms only call: this keeps the frame small.
    fn stmt(&mut self, stmt: &Stmt, within: Option<Loop>) -> Result<(), Mistake> {
        match &stmt.kind {
            StmtKind::SpecOp(op) => self.spec_op(op),
            StmtKind::Assign { target, op, value } => self.assign(target, *op, value),
            StmtKind::Expr(value) => self.with_value(value, Element::Evaluate),
            StmtKind::If {
                branches,
                otherwise,
            } => self.if_stmt(branches, otherwise.as_ref(), within),
            StmtKind::While { test, body } => self.while_stmt(test, body),
            StmtKind::When { cases, otherwise } => {
                self.when_stmt(cases, otherwise.as_ref(), within)
            }
            StmtKind::Return(None) => self.without_value(Element::Return(None)),
            StmtKind::Return(Some(value)) => {
                self.with_value(value, |value| Element::Return(Some(value)))
            }
            StmtKind::Abort => self.without_value(Element::Abort),
            StmtKind::Break => {
                self.without_value(Element::Leave(within.map(|within| within.end.0)))
            }
            StmtKind::Continue => {
                self.without_value(Element::Leave(within.map(|within| within.begin.0)))
            }
            StmtKind::Log(value) => self.with_value(value, Element::Log),
            StmtKind::Print(value) => self.with_value(value, Element::Print),
            StmtKind::Priority(value) => self.with_value(value, Element::Priority),
            StmtKind::Label(name) if name.name == "start_new_flow_instance" => {
                self.without_value(Element::StartNewFlowInstance)
            }
            StmtKind::Label(name) => self.named(&name.name, Element::Label),
            StmtKind::Global(name) => self.named(&name.name, Element::Global),
            StmtKind::Generate => self.generate(),
            StmtKind::Pass | StmtKind::DocString(_) | StmtKind::Import | StmtKind::Flow(_) => {
                self.without_value(Element::Nothing)
            }
        }
    }

    fn with_value(
        &mut self,
        value: &ast::Expr,
        element: fn(Expr) -> Element,
    ) -> Result<(), Mistake> {
        let value = self.expr(value)?;
        self.push(element(value));
        Ok(())
    }

    fn named(&mut self, name: &str, element: fn(Name) -> Element) -> Result<(), Mistake> {
        self.push(element(name.into()));
        Ok(())
    }

    fn without_value(&mut self, element: Element) -> Result<(), Mistake> {
        self.push(element);
        Ok(())
    }

    pub(super) fn push(&mut self, element: Element) {
        self.elements.push(Placed {
            element,
            span: self.span,
            line: self.line,
        });
    }

    /// A new variable, with a name that cannot be written in a program.
    pub(super) fn fresh(&mut self, what: &str) -> Name {
        self.names += 1;
        format!("{what}_{}{ENGINE_MADE}{}", self.names, self.flow.name.name).into()
    }

    /// What follows belongs to the same statement, but to the line of this part of it.
    pub(super) fn go_to_line_of(&mut self, part: Span) {
        let lines = |from: Span, to: Span| {
            let between = Span::new(from.start, to.start).text(self.text);
            u32::try_from(between.matches('\n').count()).unwrap_or(u32::MAX)
        };
        let (behind, ahead) = (lines(part, self.span), lines(self.span, part));
        self.line = (self.line + ahead).saturating_sub(behind);
        self.span = part;
    }

    /// The place of the statement whose elements are being made.
    pub(super) fn place_now(&self) -> (Span, u32) {
        (self.span, self.line)
    }

    pub(super) fn new_label(&mut self) -> Label {
        self.labels.push(Position::MAX);
        Label(self.labels.len() - 1)
    }

    pub(super) fn place(&mut self, label: Label, name: &str) {
        self.labels[label.0] = self.elements.len();
        self.push(Element::Label(format!("{name}_{}", label.0).into()));
    }

    pub(super) fn goto(&mut self, label: Label) {
        self.push(Element::Goto {
            target: label.0,
            unless: None,
        });
    }

    pub(super) fn goto_unless(&mut self, label: Label, condition: Expr) {
        self.push(Element::Goto {
            target: label.0,
            unless: Some(condition),
        });
    }

    pub(super) fn catch(&mut self, label: Label) {
        self.push(Element::Catch(Some(label.0)));
    }

    pub(super) fn end_catch(&mut self) {
        self.push(Element::Catch(None));
    }

    pub(super) fn fork(&mut self, labels: &[Label]) -> ForkId {
        self.forks += 1;
        let targets = labels.iter().map(|label| label.0).collect();
        self.push(Element::Fork {
            fork: self.forks,
            targets,
        });
        self.forks
    }

    pub(super) fn begin_scope(&mut self) -> ScopeId {
        self.scopes += 1;
        self.push(Element::BeginScope(self.scopes));
        self.scopes
    }

    /// Whether a case of `when` waits for an event, although its name could be that of a flow.
    pub(super) fn is_caseless_event(&self, spec: &ast::Spec) -> bool {
        let is_it = |name: &str| SpecTarget::is_caseless(name) && !self.known.contains(name);
        let SpecTarget::Flow(name) = &spec.target else {
            return false;
        };
        spec.members.is_empty() && is_it(&name.name)
    }

    pub(super) fn expr(&self, expr: &ast::Expr) -> Result<Expr, Mistake> {
        expr::compile(expr).map_err(|error| {
            let mistake = Diagnostic::error(
                Code::InvalidExpression,
                self.source,
                error.span,
                error.message,
            );
            Box::new(mistake)
        })
    }

    pub(super) fn arguments(&self, arguments: &[ast::Argument]) -> Result<Vec<Argument>, Mistake> {
        let mut position = 0;
        arguments
            .iter()
            .map(|argument| {
                let name = match &argument.kind {
                    ArgumentKind::Named(name) => name.name.as_str().into(),
                    ArgumentKind::Positional => {
                        position += 1;
                        format!("${}", position - 1).into()
                    }
                    ArgumentKind::Star | ArgumentKind::DoubleStar => {
                        return Err(self.error(
                            Code::WrongTarget,
                            argument.span,
                            "an argument with a star can only stand in a function call",
                            "write the arguments one by one",
                        ));
                    }
                };
                Ok(Argument {
                    name,
                    value: self.value(&argument.value)?,
                })
            })
            .collect()
    }

    /// Strings and variables are kept apart from other expressions: the index finds waiting heads by them.
    fn value(&self, value: &ast::Expr) -> Result<ArgumentValue, Mistake> {
        if let ExprKind::Str(text) = &value.kind {
            return Ok(ArgumentValue::Text(text.as_str().into()));
        }
        if let ExprKind::Var(name) = &value.kind
            && !["self", "system"].contains(&name.as_str())
        {
            return Ok(ArgumentValue::Variable(name.as_str().into()));
        }
        self.expr(value).map(ArgumentValue::Expr)
    }

    pub(super) fn error(
        &self,
        code: Code,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Mistake {
        Box::new(Diagnostic::error(code, self.source, span, message).with_help(help))
    }

    pub(super) fn finish(mut self) -> Result<Vec<Placed>, Vec<Mistake>> {
        if !self.mistakes.is_empty() {
            return Err(self.mistakes);
        }
        let labels = self.labels;
        for placed in &mut self.elements {
            resolve(&mut placed.element, &labels);
        }
        Ok(self.elements)
    }
}

fn resolve(element: &mut Element, labels: &[Position]) {
    match element {
        Element::Goto { target, .. }
        | Element::Leave(Some(target))
        | Element::Catch(Some(target)) => {
            *target = labels[*target];
        }
        Element::Fork { targets, .. } => {
            for target in targets {
                *target = labels[*target];
            }
        }
        Element::Send(_)
        | Element::StartFlow(_)
        | Element::Match(_)
        | Element::NewInstanceUid { .. }
        | Element::NewAction { .. }
        | Element::Label(_)
        | Element::StartNewFlowInstance
        | Element::Merge(_)
        | Element::WaitForHeads(_)
        | Element::Assign { .. }
        | Element::Evaluate(_)
        | Element::Bind { .. }
        | Element::Return(_)
        | Element::Abort
        | Element::Leave(None)
        | Element::Log(_)
        | Element::Print(_)
        | Element::Priority(_)
        | Element::Global(_)
        | Element::Catch(None)
        | Element::BeginScope(_)
        | Element::EndScope(_)
        | Element::Nothing => {}
    }
}

pub(super) fn text_argument(name: &str, text: &str) -> Argument {
    Argument {
        name: name.into(),
        value: ArgumentValue::Text(text.into()),
    }
}

pub(super) fn bare(name: &str, arguments: Vec<Argument>) -> EventSpec {
    let name = EventName::of(&name.into());
    let kind = name.kind();
    EventSpec {
        source: EventSource::Bare { name, kind },
        arguments,
    }
}

/// `$reference.Finished()`.
pub(super) fn finished(reference: &Name) -> Match {
    Match {
        event: EventSpec {
            source: EventSource::Reference {
                variable: reference.clone(),
                path: Vec::new(),
                event: Some(Member::Finished),
            },
            arguments: Vec::new(),
        },
        reference: None,
    }
}
