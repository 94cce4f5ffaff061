//! Assignments, values to be generated, and the `...` statement.

use super::builder::{Builder, finished, text_argument};
use crate::program::{Argument, ArgumentValue, Element, EventSource, Mistake, Name, Send};
use crate::source::Span;
use crate::syntax::ast::{
    self, AssignOp, BinaryOp, Expr, ExprKind, Ident, Spec, SpecGroup, SpecOp, SpecOpStmt,
    SpecTarget, Stmt, StmtKind, Subscript,
};

impl Builder<'_> {
    pub(super) fn assign(
        &mut self,
        target: &Ident,
        op: AssignOp,
        value: &Expr,
    ) -> Result<(), Mistake> {
        if let ExprKind::Generate(instructions) = &value.kind {
            return self.generate_value(target, instructions);
        }
        let combined = |op| Expr {
            kind: ExprKind::Binary {
                op,
                left: Box::new(Expr {
                    kind: ExprKind::Var(target.name.clone()),
                    span: target.span,
                }),
                right: Box::new(value.clone()),
            },
            span: value.span,
        };
        let value = match op {
            AssignOp::Set => self.expr(value)?,
            AssignOp::Add => self.expr(&combined(BinaryOp::Add))?,
            AssignOp::Subtract => self.expr(&combined(BinaryOp::Subtract))?,
        };
        self.push(Element::Assign {
            variable: target.name.as_str().into(),
            value,
        });
        Ok(())
    }

    fn generate_value(&mut self, target: &Ident, instructions: &Expr) -> Result<(), Mistake> {
        let reference = self.fresh("_ref");
        let instructions = ArgumentValue::Expr(self.expr(instructions)?);
        self.push(Element::NewAction {
            action: "GenerateValueAction".into(),
            arguments: vec![
                text_argument("var_name", &target.name),
                Argument {
                    name: "instructions".into(),
                    value: instructions,
                },
            ],
            reference: reference.clone(),
        });
        self.send_start(&reference);
        self.match_event(finished(&reference), Some(target));
        Ok(())
    }

    fn send_start(&mut self, reference: &Name) {
        let mut start = finished(reference).event;
        if let EventSource::Reference { event, .. } = &mut start.source {
            *event = Some("Start".into());
        }
        self.push(Element::Send(Send {
            event: start,
            reference: None,
        }));
    }

    /// The rest of the flow is generated, added as a flow and run with the variables of this one.
    pub(super) fn generate(&mut self) -> Result<(), Mistake> {
        let at = |kind| Expr {
            kind,
            span: Span::default(),
        };
        let var = |name: &str| at(ExprKind::Var(name.to_owned()));
        let ident = |name: &str| Ident {
            name: name.to_owned(),
            span: Span::default(),
        };
        let member = |object: Expr, name: &str| {
            at(ExprKind::Attribute {
                object: Box::new(object),
                name: ident(name),
            })
        };
        let item = |object: Expr, key: &str| {
            let subscript = Subscript::Index(at(ExprKind::Str(key.to_owned())));
            at(ExprKind::Index {
                object: Box::new(object),
                subscript: Box::new(subscript),
            })
        };
        let spec = |target: SpecTarget, arguments: Vec<(&str, Expr)>| {
            let argument = |(name, value): (&str, Expr)| ast::Argument {
                kind: ast::ArgumentKind::Named(ident(name)),
                value,
                span: Span::default(),
            };
            let arguments = arguments.into_iter().map(argument).collect();
            SpecGroup::Spec(Box::new(Spec {
                target,
                arguments,
                members: Vec::new(),
                capture: None,
                span: Span::default(),
            }))
        };
        let op = |op, group, return_var: Option<&str>| {
            let return_var = return_var.map(ident);
            StmtKind::SpecOp(SpecOpStmt {
                op,
                group,
                return_var,
            })
        };
        let action = |name: &str| SpecTarget::Action(ident(name));
        let event = |name: &str| SpecTarget::Event(ident(name));
        let of_instance = || vec![("flow_instance_uid", var("instance_uid"))];
        let uid = ExprKind::Call {
            function: ident("uid"),
            arguments: Vec::new(),
        };
        let kinds = vec![
            op(
                SpecOp::Await,
                spec(
                    action("GenerateFlowAction"),
                    vec![("flow_id", member(var("self"), "flow_id"))],
                ),
                Some("flow_info"),
            ),
            op(
                SpecOp::Await,
                spec(
                    action("AddFlowsAction"),
                    vec![("config", item(var("flow_info"), "body"))],
                ),
                None,
            ),
            StmtKind::Assign {
                target: ident("instance_uid"),
                op: AssignOp::Set,
                value: at(uid),
            },
            op(
                SpecOp::Send,
                spec(
                    event("StartFlow"),
                    vec![
                        ("flow_id", item(var("flow_info"), "name")),
                        ("flow_instance_uid", var("instance_uid")),
                        ("context", member(var("self"), "context")),
                    ],
                ),
                None,
            ),
            op(
                SpecOp::Match,
                spec(event("FlowStarted"), of_instance()),
                None,
            ),
            op(
                SpecOp::Match,
                spec(event("FlowFinished"), of_instance()),
                None,
            ),
        ];
        let (span, line) = self.place_now();
        let block: Vec<_> = kinds
            .into_iter()
            .map(|kind| Stmt { kind, span, line })
            .collect();
        self.block(&block, None);
        Ok(())
    }
}
