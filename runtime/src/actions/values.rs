//! Values that a model makes up: `$x = ..."the number of guests"`.

use action_sdk::prelude::*;
use serde_json::Value as Json;

use super::ask::{Asking, variables};
use super::examples::flows_like;
use crate::tasks::literal;

/// The value that the instructions describe.
#[action(
    name = "GenerateValueAction",
    is_system_action,
    execute_async,
    replaceable,
    read_only
)]
async fn generate_value(
    instructions: String,
    var_name: Option<String>,
    state: &State,
    events: &[Event],
    context: &Context,
    config: &RailsConfig,
    llm: Option<&dyn Llm>,
    llm_task_manager: Option<&LlmTaskManager>,
) -> Result<Json, ActionError> {
    let asking = Asking::new(llm, llm_task_manager, config, context, events);
    let name = var_name.as_deref().unwrap_or("result");
    let examples = flows_like(state, &format!("${name} = {instructions}"), 5, false);
    let told = variables([
        ("examples", examples.into()),
        ("var_name", name.into()),
        ("instructions", instructions.into()),
    ]);
    let answer = asking
        .ask_at(0.1, "generate_value_from_instruction", told)
        .await?;
    value(&answer.text, &answer.last_line)
}

/// The literal in the first line; some models repeat the last line of the prompt before it.
fn value(answer: &str, last_line: &str) -> Result<Json, ActionError> {
    let line = answer.trim().lines().next().unwrap_or_default().trim();
    let line = line.strip_suffix(';').unwrap_or(line);
    let text = match last_line.is_empty() {
        true => line.to_owned(),
        false => line.replace(last_line, ""),
    };
    literal::read(text.trim())
        .map_err(|error| ActionError::failed(format!("the model's answer is no value: {error}")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn literals_of_python_and_json_are_values() {
        for (answer, expected) in [
            ("42;", json!(42)),
            ("-1.5", json!(-1.5)),
            ("{'a': [True, None]}", json!({"a": [true, null]})),
            ("{\"a\": true, \"b\": null}", json!({"a": true, "b": null})),
            ("\"it costs {price} $x\"", json!("it costs {price} $x")),
            ("$price = 5", json!(5)),
            ("\n\n'x'\nmore", json!("x")),
            ("(1, 'b')", json!([1, "b"])),
        ] {
            assert_eq!(
                value(answer, "$price =").expect(answer),
                expected,
                "for {answer:?}"
            );
        }
    }

    #[test]
    fn whatever_else_a_model_says_is_no_value() {
        for answer in [
            "",
            "I do not know",
            "1 + 1",
            "$user",
            "flow main",
            "len([1])",
            "99999999999999999999999999999x",
            "[1,",
        ] {
            let error = value(answer, "").expect_err(answer);
            assert!(error.message().contains("wanted a literal"), "{error}");
        }
    }
}
