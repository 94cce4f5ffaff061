//! The body of `POST /v1/actions/run`.

use crate::json::{self, Members};
use action_sdk::serde_json::{Map, Value};
use bytes::Bytes;

/// The parsed body. The reference has the first two members; `context` is ours and holds context variables.
#[derive(Debug)]
pub(super) struct RunRequest {
    pub(super) action: String,
    pub(super) parameters: Map<String, Value>,
    pub(super) context: Map<String, Value>,
}

/// What is wrong with a body: a code, the member, and a message.
#[derive(Debug)]
pub(super) struct Problem {
    pub(super) kind: &'static str,
    pub(super) member: Option<&'static str>,
    pub(super) sentence: String,
}

impl RunRequest {
    pub(super) fn read(body: &Bytes) -> Result<Self, Problem> {
        match json::read(body) {
            Ok(members) => Self::of(&members),
            Err(error) if error.is_data() => Err(Problem {
                kind: "model_attributes_type",
                member: None,
                sentence: "the body must be a JSON object".to_owned(),
            }),
            Err(_) => {
                let strict = json::as_strict(body);
                let members = json::read(&strict).map_err(|error| no_json(&error))?;
                Self::of(&members)
            }
        }
    }

    fn of(members: &Members<'_>) -> Result<Self, Problem> {
        Ok(Self {
            action: string(members, "action_name")?,
            parameters: object(members, "action_parameters")?,
            context: object(members, "context")?,
        })
    }
}

/// A member that must be a string if it is present.
fn string(members: &Members<'_>, name: &'static str) -> Result<String, Problem> {
    match members.text(name).map(value) {
        None => Ok(String::new()),
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(Problem {
            kind: "string_type",
            member: Some(name),
            sentence: format!("`{name}` must be a string"),
        }),
    }
}

/// A member that must be an object if it is present.
fn object(members: &Members<'_>, name: &'static str) -> Result<Map<String, Value>, Problem> {
    match members.text(name).map(value) {
        None => Ok(Map::new()),
        Some(Value::Object(members)) => Ok(members),
        Some(_) => Err(Problem {
            kind: "dict_type",
            member: Some(name),
            sentence: format!("`{name}` must be an object"),
        }),
    }
}

/// Parses a member. Its syntax was checked with the whole body.
fn value(text: &str) -> Value {
    json::read_either(text.as_bytes()).unwrap_or_default()
}

fn no_json(error: &serde_json::Error) -> Problem {
    let (line, column) = (error.line(), error.column());
    Problem {
        kind: "json_invalid",
        member: None,
        sentence: format!("the body is not JSON, at line {line}, column {column}"),
    }
}
