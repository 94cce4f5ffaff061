//! Any string as an expression: its value can be printed, saved and loaded.
#![no_main]

use std::collections::HashMap;
use std::sync::Arc;

use colang::expr::{self, Limits, Scope};
use colang::source::SourceId;
use colang::syntax::parse_expr;
use colang::value::{ContextId, Dict, Value};
use libfuzzer_sys::fuzz_target;

/// A handful of variables: `$n`, `$s`, `$l`, `$d`.
struct Variables(HashMap<&'static str, Value>);

impl Scope for Variables {
    fn variable(&self, name: &str) -> Option<Value> {
        self.0.get(name).cloned()
    }

    fn variable_mut(&mut self, name: &str) -> Option<&mut Value> {
        self.0.get_mut(name)
    }

    fn attribute(&self, _object: &Value, _name: &str) -> Option<Value> {
        None
    }

    fn context(&self, _id: ContextId) -> Option<Dict> {
        None
    }

    fn update_context(&mut self, _id: ContextId, _entries: &Dict) {}

    fn flows_info(&self, _uid: Option<&str>) -> Value {
        Value::None
    }

    fn uid(&mut self) -> Arc<str> {
        Arc::default()
    }

    fn random(&mut self) -> f64 {
        0.5
    }
}

fn variables() -> Variables {
    let list = Value::list([1.into(), "two".into(), Value::None]);
    let dict = Dict::from_iter([("k", list.clone())]).into();
    let all = [
        ("n", 3.into()),
        ("s", "text".into()),
        ("l", list),
        ("d", dict),
    ];
    Variables(all.into())
}

fuzz_target!(|text: &str| {
    let parsed = parse_expr(SourceId(0), text);
    if parsed.has_errors() {
        return;
    }
    let Ok(compiled) = expr::compile(&parsed.expr) else {
        return;
    };
    let limits = Limits {
        steps: 100_000,
        size: 10_000,
    };
    let Ok(value) = expr::eval(&compiled, &mut variables(), &limits) else {
        return;
    };
    let saved = serde_json::to_string(&value).expect("values can be saved");
    let back: Value = serde_json::from_str(&saved).expect("and read back");
    assert_eq!(back, value);
    assert_eq!(back.repr().to_string(), value.repr().to_string());
    let _ = value.to_json();
});
