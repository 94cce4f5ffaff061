//! `--stubs FILE`: the actions of another program, as its command `list --format json` writes them.

use std::path::Path;
use std::sync::Arc;

use action_sdk::{ActionDescriptor, ActionError, Call, ParamDescriptor};
use serde::Deserialize;

use crate::outcome::Failure;

/// An action of another program.
#[derive(Deserialize)]
struct Stub {
    name: String,
    #[serde(default)]
    parameters: Vec<Parameter>,
    #[serde(default)]
    accepts_any_argument: bool,
}

/// What an action takes.
#[derive(Deserialize)]
struct Parameter {
    name: String,
    #[serde(default = "argument")]
    kind: String,
    #[serde(default)]
    r#type: String,
    #[serde(default)]
    required: bool,
}

fn argument() -> String {
    ARGUMENT.to_owned()
}

/// The kind of parameters that flows give.
const ARGUMENT: &str = "argument";

/// The actions in a file: an object a line, or one list.
///
/// # Errors
///
/// If the file cannot be read, or has something else in it.
pub(crate) fn read(file: &Path) -> Result<Vec<ActionDescriptor>, Failure> {
    let text = std::fs::read_to_string(file);
    let text = text.map_err(|error| Failure::file(file, "read", &error))?;
    let values = serde_json::Deserializer::from_str(&text).into_iter::<serde_json::Value>();
    let mut stubs = Vec::new();
    for value in values {
        let read = value.and_then(|value| match value.is_array() {
            true => serde_json::from_value(value),
            false => serde_json::from_value(value).map(|stub| vec![stub]),
        });
        let read: Vec<Stub> = read.map_err(|error| unfit(file, &error.to_string()))?;
        for stub in read {
            stubs.push(action(stub).map_err(|error| unfit(file, &error))?);
        }
    }
    Ok(stubs)
}

fn unfit(file: &Path, why: &str) -> Failure {
    Failure::new(format!(
        "`{}` has no actions as `list --format json` writes them: {why}",
        file.display()
    ))
}

/// The action, which cannot be performed here.
fn action(stub: Stub) -> Result<ActionDescriptor, String> {
    let absent =
        |_: Arc<Call>| async { Err::<(), _>(ActionError::failed("another program has it")) };
    let action = ActionDescriptor::new(stub.name, absent).map_err(|error| error.to_string())?;
    if stub.accepts_any_argument {
        return Ok(action);
    }
    let given = stub
        .parameters
        .into_iter()
        .filter(|param| param.kind == ARGUMENT);
    let params = given.map(|param| {
        let found = ParamDescriptor::argument(param.name, param.r#type);
        if param.required {
            found
        } else {
            found.optional()
        }
    });
    Ok(params.fold(action, ActionDescriptor::with_param))
}
