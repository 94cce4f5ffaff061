//! Comprehensions: `[$x + 1 for x in $list if x > 2]`.

use super::super::error::{At, EvalError};
use super::super::node::{Clause, Comprehension, Node};
use super::Evaluator;
use crate::source::Span;
use crate::syntax::ast::ComprehensionKind;
use crate::value::{Dict, Set, Value, ValueError};

impl Evaluator<'_> {
    pub(super) fn comprehension(
        &mut self,
        comprehension: &Comprehension,
        span: Span,
    ) -> Result<Value, EvalError> {
        let mut found = Vec::new();
        let outer = self.locals.len();
        let result = self.clauses(comprehension, &comprehension.clauses, &mut found, span);
        self.locals.truncate(outer);
        result?;
        self.world.steps.spend(found.len()).at(span)?;
        let value = match comprehension.kind {
            ComprehensionKind::List | ComprehensionKind::Generator => elements(found).into(),
            ComprehensionKind::Set => Set::from_values(elements(found)).at(span)?.into(),
            ComprehensionKind::Dict => {
                let mut dict = Dict::new();
                for (key, value) in found {
                    dict.insert(key, value).at(span)?;
                }
                dict.into()
            }
        };
        self.weighed(value, span)
    }

    fn clauses(
        &mut self,
        comprehension: &Comprehension,
        clauses: &[Clause],
        found: &mut Vec<(Value, Value)>,
        span: Span,
    ) -> Result<(), EvalError> {
        let Some((clause, inner)) = clauses.split_first() else {
            if found.len() >= self.world.steps.size() {
                return Err(EvalError::value(
                    span,
                    format!("there are more than {} elements", self.world.steps.size()),
                ));
            }
            let element = self.node(&comprehension.element)?;
            let value = self.optional(comprehension.value.as_ref())?;
            found.push((element, value));
            return Ok(());
        };
        let iterable = self.node(&clause.iterable)?;
        let iterable = self.world.plain(iterable);
        let items = self.elements(&iterable).at(clause.iterable.span)?;
        let outer = self.locals.len();
        for item in items {
            self.locals.truncate(outer);
            self.bind(clause, item).at(clause.iterable.span)?;
            if self.holds(&clause.conditions)? {
                self.clauses(comprehension, inner, found, span)?;
            }
        }
        self.locals.truncate(outer);
        Ok(())
    }

    fn bind(&mut self, clause: &Clause, item: Value) -> Result<(), ValueError> {
        if clause.names <= 1 {
            self.locals.push(item);
            return Ok(());
        }
        let parts = self.elements(&item)?;
        if parts.len() != clause.names {
            let (names, parts) = (clause.names, parts.len());
            return Err(ValueError::new(format!(
                "{parts} values cannot be given to {names} names"
            )));
        }
        self.locals.extend(parts);
        Ok(())
    }

    fn holds(&mut self, conditions: &[Node]) -> Result<bool, EvalError> {
        for condition in conditions {
            if !self.node(condition)?.is_true() {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn elements(found: Vec<(Value, Value)>) -> Vec<Value> {
    found.into_iter().map(|(element, _)| element).collect()
}
