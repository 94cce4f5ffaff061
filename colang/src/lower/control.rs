//! `if` and `while` as labels and gotos.

use super::builder::{Builder, Loop};
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
            let test = self.expr(test)?;
            if index + 1 == branches.len() && otherwise.is_none() {
                self.goto_unless(end, test);
                self.block(body, within);
            } else {
                let else_label = self.new_label();
                self.goto_unless(else_label, test);
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
        let test = self.expr(test)?;
        self.goto_unless(within.end, test);
        self.block(body, Some(within));
        self.goto(within.begin);
        self.place(within.end, "while_end");
        Ok(())
    }
}
