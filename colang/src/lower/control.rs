//! `if` and `while` as labels and gotos.

use super::builder::{Builder, Label, Loop};
use crate::program::Mistake;
use crate::syntax::ast::{Block, Expr};

impl Builder<'_> {
    pub(super) fn if_stmt(
        &mut self,
        branches: &[(Expr, Block)],
        otherwise: Option<&Block>,
        within: Option<Loop>,
    ) -> Result<(), Mistake> {
        let mut ends = Vec::with_capacity(branches.len());
        for (index, (test, body)) in branches.iter().enumerate() {
            let end = self.new_label();
            ends.push(end);
            self.go_to_line_of(test.span);
            if index + 1 == branches.len() && otherwise.is_none() {
                self.test(test, end);
                self.block(body, within);
            } else {
                let else_label = self.new_label();
                self.test(test, else_label);
                self.block(body, within);
                self.goto(end);
                self.place(else_label, "else");
            }
        }
        if let Some(body) = otherwise {
            self.block(body, within);
        }
        for end in ends.into_iter().rev() {
            self.place(end, "if_end");
        }
        Ok(())
    }

    pub(super) fn while_stmt(&mut self, test: &Expr, body: &Block) -> Result<(), Mistake> {
        let within = Loop {
            begin: self.new_label(),
            end: self.new_label(),
        };
        self.place(within.begin, "while_begin");
        self.test(test, within.end);
        self.block(body, Some(within));
        self.goto(within.begin);
        self.place(within.end, "while_end");
        Ok(())
    }

    /// Jumps to the label unless the condition is true. A mistake in it does not hide those of the body.
    fn test(&mut self, test: &Expr, otherwise: Label) {
        match self.expr(test) {
            Ok(test) => self.goto_unless(otherwise, test),
            Err(mistake) => self.mistakes.push(mistake),
        }
    }
}
