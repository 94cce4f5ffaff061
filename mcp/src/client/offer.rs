//! A tool as its server describes it, and the checks that follow from its schemas.

use jsonschema::Validator;
use rmcp::model::{JsonObject, Tool};
use serde_json::Value;

/// A tool.
pub(super) struct Offer {
    pub(super) tool: Tool,
    input: Option<Validator>,
    output: Option<Validator>,
}

impl Offer {
    pub(super) fn new(server: &str, tool: Tool) -> Self {
        let input = validator(server, &tool, &tool.input_schema);
        let output = tool
            .output_schema
            .as_ref()
            .and_then(|schema| validator(server, &tool, schema));
        Self {
            tool,
            input,
            output,
        }
    }

    /// Whether input and output are the same.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        let (one, other) = (&self.tool, &other.tool);
        one.input_schema == other.input_schema && one.output_schema == other.output_schema
    }

    /// What is wrong with arguments: the name of the argument, if it is a single one, and a message.
    pub(super) fn check_arguments(
        &self,
        arguments: &Value,
    ) -> Result<(), (Option<String>, String)> {
        check(self.input.as_ref(), arguments).map_err(|(path, problem)| {
            let argument = path
                .split(['.', '['])
                .next()
                .filter(|name| !name.is_empty());
            let argument = argument.map(ToOwned::to_owned);
            let message = match path.as_str() {
                "" => format!("the arguments do not fit: {problem}"),
                path => format!("argument `{path}` does not fit: {problem}"),
            };
            (argument, message)
        })
    }

    /// What is wrong with structured content.
    pub(super) fn check_content(&self, content: &Value) -> Result<(), String> {
        check(self.output.as_ref(), content).map_err(|(path, problem)| match path.as_str() {
            "" => format!("its result is not what it promises: {problem}"),
            path => format!("its result is not what it promises, at `{path}`: {problem}"),
        })
    }

    /// Whether calling it twice does no more than calling it once.
    pub(super) fn is_repeatable(&self) -> bool {
        let told = self.tool.annotations.as_ref();
        told.is_some_and(|hints| {
            hints.read_only_hint == Some(true) || hints.idempotent_hint == Some(true)
        })
    }
}

fn validator(server: &str, tool: &Tool, schema: &JsonObject) -> Option<Validator> {
    match jsonschema::validator_for(&Value::Object(schema.clone())) {
        Ok(validator) => Some(validator),
        Err(error) => {
            let tool = tool.name.as_ref();
            tracing::warn!(server, tool, %error, "a schema of this tool is none; what it is about is not checked");
            None
        }
    }
}

/// The first invalid place in a value, such as `customer.address[3]`, and why it is invalid.
fn check(validator: Option<&Validator>, value: &Value) -> Result<(), (String, String)> {
    const LONGEST: usize = 300;
    let Some(error) = validator.and_then(|validator| validator.iter_errors(value).next()) else {
        return Ok(());
    };
    let problem = error.to_string().chars().take(LONGEST).collect();
    Err((path(&error.instance_path().to_string()), problem))
}

/// A JSON pointer in readable form.
fn path(pointer: &str) -> String {
    let mut path = String::new();
    for step in pointer.split('/').skip(1) {
        let step = step.replace("~1", "/").replace("~0", "~");
        match (step.parse::<usize>(), path.is_empty()) {
            (Ok(index), _) => path.push_str(&format!("[{index}]")),
            (Err(_), true) => path.push_str(&step),
            (Err(_), false) => path.push_str(&format!(".{step}")),
        }
    }
    path
}
