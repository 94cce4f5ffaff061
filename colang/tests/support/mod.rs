//! An environment for expressions: variables in a map, and no randomness.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::wildcard_enum_match_arm,
    reason = "each test uses a part of it, and no value but those has attributes"
)]

use std::collections::HashMap;
use std::sync::Arc;

use colang::expr::{self, ErrorKind, EvalError, Limits, Scope};
use colang::source::SourceId;
use colang::syntax;
use colang::value::{ContextId, Dict, Value};

#[derive(Default)]
pub(crate) struct Variables {
    pub(crate) own: HashMap<String, Value>,
    /// The variables of another flow.
    pub(crate) others: Dict,
    pub(crate) uids: u32,
}

impl Scope for Variables {
    fn variable(&self, name: &str) -> Option<Value> {
        self.own.get(name).cloned()
    }

    fn variable_mut(&mut self, name: &str) -> Option<&mut Value> {
        self.own.get_mut(name)
    }

    fn attribute(&self, object: &Value, name: &str) -> Option<Value> {
        match object {
            Value::Event(event) => event.field(name),
            Value::Flow(_) if name == "context" => Some(Value::Context(ContextId(1))),
            Value::Context(_) => self.others.get(name).cloned(),
            Value::Flow(uid) if name == "uid" => Some(uid.clone().into()),
            _ => None,
        }
    }

    fn context(&self, _id: ContextId) -> Option<Dict> {
        Some(self.others.clone())
    }

    fn update_context(&mut self, _id: ContextId, entries: &Dict) {
        self.others.extend(entries);
    }

    fn flows_info(&self, uid: Option<&str>) -> Value {
        Dict::from_iter([("flow_instance_uid", uid.unwrap_or("all"))]).into()
    }

    fn uid(&mut self) -> Arc<str> {
        self.uids += 1;
        format!("uid-{}", self.uids).into()
    }

    fn random(&mut self) -> f64 {
        0.75
    }
}

impl Variables {
    pub(crate) fn new<const N: usize>(own: [(&str, Value); N]) -> Self {
        Self {
            own: own
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
            ..Self::default()
        }
    }
}

/// The result of an expression; one that does not compile is an error, too.
pub(crate) fn run(source: &str, scope: &mut Variables) -> Result<Value, EvalError> {
    run_within(source, scope, &Limits::default())
}

pub(crate) fn run_within(
    source: &str,
    scope: &mut Variables,
    limits: &Limits,
) -> Result<Value, EvalError> {
    let parsed = syntax::parse_expr(SourceId(0), source);
    if parsed.has_errors() {
        let mistake = &parsed.diagnostics[0];
        return Err(EvalError::new(
            ErrorKind::Syntax,
            mistake.span,
            mistake.message.clone(),
        ));
    }
    let compiled = expr::compile(&parsed.expr)
        .map_err(|error| EvalError::new(ErrorKind::Syntax, error.span, error.message))?;
    expr::eval(&compiled, scope, limits)
}
