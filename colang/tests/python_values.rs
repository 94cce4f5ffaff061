//! Expressions compared with their values in Python, as recorded by `data/record_values.py`.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "values of all other types are treated alike"
)]

mod support;

use colang::value::{Dict, Value};
use serde::Deserialize;
use support::{Variables, run};

#[derive(Deserialize)]
struct Recorded {
    expr: String,
    #[serde(default)]
    vars: Dict,
    #[serde(default, deserialize_with = "given")]
    value: Option<Value>,
    text: Option<String>,
    after: Option<Dict>,
}

/// Distinguishes `null` from a missing value.
fn given<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// Equal, and with the same types at all levels.
fn is_alike(left: &Value, right: &Value) -> bool {
    serde_json::to_string(&canonical(left)).unwrap()
        == serde_json::to_string(&canonical(right)).unwrap()
}

/// With sorted sets.
fn canonical(value: &Value) -> Value {
    match value {
        Value::Set(set) => Value::tuple(
            std::iter::once("set".into()).chain(set.sorted().into_iter().map(canonical)),
        ),
        Value::List(items) => Value::list(items.iter().map(canonical)),
        Value::Tuple(items) => Value::tuple(items.iter().map(canonical)),
        Value::Dict(dict) => Value::list(
            dict.iter()
                .map(|(key, value)| Value::tuple([key.clone(), canonical(value)])),
        ),
        other => other.clone(),
    }
}

fn complaint(recorded: &Recorded) -> Option<String> {
    let own = recorded
        .vars
        .iter()
        .map(|(name, value)| (name.to_string(), value.clone()))
        .collect();
    let mut scope = Variables {
        own,
        ..Variables::default()
    };
    let got = run(&recorded.expr, &mut scope);
    let expr = if recorded.vars.is_empty() {
        recorded.expr.clone()
    } else {
        format!(
            "{} {:?}",
            recorded.expr,
            Value::from(recorded.vars.clone()).to_string()
        )
    };
    match (&recorded.value, got) {
        (None, Err(_)) => return None,
        (None, Ok(got)) => {
            return Some(format!("{expr}: no value was wanted, found {}", got.repr()));
        }
        (Some(wanted), Err(error)) => {
            return Some(format!("{expr}: wanted {}, but {error}", wanted.repr()));
        }
        (Some(wanted), Ok(got)) if !is_alike(wanted, &got) => {
            return Some(format!(
                "{expr}: wanted {}, found {}",
                wanted.repr(),
                got.repr()
            ));
        }
        (Some(_), Ok(got)) => {
            if let Some(text) = recorded
                .text
                .as_ref()
                .filter(|text| **text != got.to_string())
            {
                return Some(format!("{expr}: wanted the text {text}, found {got}"));
            }
        }
    }
    let wanted = recorded.after.as_ref().unwrap_or(&recorded.vars);
    wanted.iter().find_map(|(name, wanted)| {
        let found = &scope.own[name.as_str().unwrap_or_default()];
        (!is_alike(wanted, found)).then(|| {
            format!(
                "{expr}: wanted ${name} to be {}, found {}",
                wanted.repr(),
                found.repr()
            )
        })
    })
}

/// Known differences; `COMPATIBILITY.md` gives the reasons.
const DIFFERENCES: &[&str] = &[
    // Sets become lists in JSON; Python refuses them.
    "pretty_str({1, 2})",
    "pretty_str({2, 3})",
    // The intermediate result overflows, its negative would not.
    "-2 ** 63",
];

#[test]
fn python_agrees() {
    // Not compiled into the program, so that it can be recorded again without a rebuild.
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/values.jsonl");
    let text = std::fs::read_to_string(path).expect("the recording can be read");
    let recorded: Vec<Recorded> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    assert!(recorded.len() > 3000);
    let counted = recorded
        .iter()
        .filter(|recorded| !DIFFERENCES.contains(&recorded.expr.as_str()));
    let complaints: Vec<_> = counted.filter_map(complaint).collect();
    assert!(
        complaints.is_empty(),
        "{} of {}:\n{}",
        complaints.len(),
        recorded.len(),
        complaints.join("\n")
    );
}
