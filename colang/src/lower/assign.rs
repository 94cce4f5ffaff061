//! Assignments, generated values, and the `...` statement.

use std::sync::LazyLock;

use super::builder::{Builder, finished, text_argument};
use crate::program::{Argument, ArgumentValue, Element, EventSource, Member, Mistake, Name, Send};
use crate::source::SourceId;
use crate::syntax::ast::{AssignOp, BinaryOp, Block, Expr, ExprKind, Ident, Stmt};

/// The statement `...` means this: the rest of the flow is generated, added as a flow and run with the variables of this
/// one.
static REST_OF_FLOW: LazyLock<Block> = LazyLock::new(|| {
    let source = r#"flow rest of flow
  $flow_info = await GenerateFlowAction(flow_id=$self.flow_id)
  await AddFlowsAction(config=$flow_info["body"])
  $instance_uid = uid()
  send StartFlow(flow_id=$flow_info["name"], flow_instance_uid=$instance_uid, context=$self.context)
  match FlowStarted(flow_instance_uid=$instance_uid)
  match FlowFinished(flow_instance_uid=$instance_uid)
"#;
    let parsed = crate::syntax::parse(SourceId::default(), source);
    debug_assert_eq!(parsed.diagnostics, [], "what `...` stands for can be read");
    let flows = parsed.module.flows.into_iter();
    flows.flat_map(|flow| flow.body).collect()
});

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
            *event = Some(Member::Start);
        }
        self.push(Element::Send(Send {
            event: start,
            reference: None,
        }));
    }

    /// Lowers the statements that `...` means, in its place.
    pub(super) fn generate(&mut self) -> Result<(), Mistake> {
        let (span, line) = self.place_now();
        let placed = |stmt: &Stmt| Stmt {
            kind: stmt.kind.clone(),
            span,
            line,
        };
        let block: Vec<_> = REST_OF_FLOW.iter().map(placed).collect();
        self.block(&block, None);
        Ok(())
    }
}
