//! Calls of functions, and of methods that do not change their object.

use std::sync::Arc;

use super::super::args::Args;
use super::super::builtins;
use super::super::cost;
use super::super::error::{At, EvalError};
use super::super::function::{self, Function};
use super::super::node::{Argument, ArgumentKind, Call, Method};
use super::super::{methods, ops};
use super::Evaluator;
use crate::source::Span;
use crate::value::{Value, ValueError};

impl Evaluator<'_> {
    pub(super) fn call(&mut self, call: &Call, span: Span) -> Result<Value, EvalError> {
        let function = match &call.function {
            Ok(function) => *function,
            Err(name) => {
                return Err(EvalError::value(
                    span,
                    format!("there is no function `{name}`{}", function::hint(name)),
                ));
            }
        };
        let mut args = self.arguments(&call.arguments)?;
        if function.takes_pattern() {
            self.prepare_search(call, &mut args).at(span)?;
        }
        self.world
            .steps
            .spend(cost::function(function, &args))
            .at(span)?;
        let result = builtins::call(function, args, &mut self.world);
        if let (Function::FlowsInfo, Ok(told)) = (function, &result) {
            self.world.steps.spend(2 * cost::whole(told)).at(span)?;
        }
        self.checked(result, span)
    }

    /// Compiles the pattern, unless it is the last one compiled.
    fn prepare_search(&mut self, call: &Call, args: &mut Args) -> Result<(), ValueError> {
        if let Some(pattern) = args.positional.first_mut()
            && let Value::Str(text) = pattern
        {
            *pattern = Value::Regex(call.regex(text, &mut |cost| self.world.steps.spend(cost))?);
        }
        Ok(())
    }

    pub(super) fn arguments(&mut self, arguments: &[Argument]) -> Result<Args, EvalError> {
        let mut args = Args::default();
        for argument in arguments {
            let span = argument.value.span;
            let value = self.node(&argument.value)?;
            match &argument.kind {
                ArgumentKind::Positional => args.positional.push(value),
                ArgumentKind::Named(name) => args.named.push((name.clone(), value)),
                ArgumentKind::Star => {
                    let value = self.world.plain(value);
                    args.positional.extend(self.elements(&value).at(span)?);
                }
                ArgumentKind::DoubleStar => {
                    let value = self.world.plain(value);
                    self.world.steps.spend(cost::copying(&value)).at(span)?;
                    spread(&mut args, &value).at(span)?;
                }
            }
        }
        Ok(args)
    }

    /// The elements that iterating over a value yields.
    pub(super) fn elements(&mut self, value: &Value) -> Result<Vec<Value>, ValueError> {
        self.world.steps.spend(cost::going_through(value))?;
        ops::items(value)
    }

    pub(super) fn method(&mut self, method: &Method, span: Span) -> Result<Value, EvalError> {
        if method.changes {
            return self.change(method, span);
        }
        let object = self.node(&method.object)?;
        let object = self.world.plain(object);
        let args = self.arguments(&method.arguments)?;
        self.world
            .steps
            .spend(cost::method(&object, &method.name, &args))
            .at(span)?;
        let size = self.world.steps.size();
        let spend = &mut |cost| self.world.steps.spend(cost);
        let result = methods::call(&object, &method.name, args, size, spend);
        // The result of `get` existed before, so it need not be weighed.
        if &*method.name == "get" {
            result.at(span)
        } else {
            self.checked(result, span)
        }
    }
}

fn spread(args: &mut Args, value: &Value) -> Result<(), ValueError> {
    let Value::Dict(dict) = value else {
        return Err(ValueError::new(format!(
            "`**` takes a dict, not {}",
            value.described()
        )));
    };
    for (key, value) in dict.iter() {
        let Value::Str(name) = key else {
            return Err(ValueError::new("names of arguments must be texts"));
        };
        args.named.push((Arc::clone(name), value.clone()));
    }
    Ok(())
}
