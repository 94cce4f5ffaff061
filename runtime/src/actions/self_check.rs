//! Rails that ask a model whether a text is all right.

use action_sdk::prelude::*;
use action_sdk::{LlmTaskErrorKind, Map, RailOutcome};
use serde_json::Value as Json;

use super::ask::{self, Asking, variables};

/// How many tokens an answer may have if the prompt does not say (nemoguardrails 0.24.1).
const MAX_TOKENS: u32 = 1024;

/// Whether what the user says may pass.
#[action(
    name = "SelfCheckInputAction",
    is_system_action,
    replaceable,
    read_only
)]
async fn self_check_input(
    variant: Option<String>,
    user_message: Option<String>,
    context: &Context,
    config: &RailsConfig,
    llm: Option<&dyn Llm>,
    llm_task_manager: Option<&LlmTaskManager>,
) -> Result<RailOutcome, ActionError> {
    let asking = Asking::new(llm, llm_task_manager, config, context, &[]);
    let said = user_message.or_else(|| text(context, "user_message"));
    match said.filter(|said| !said.is_empty()) {
        Some(said) => {
            let told = variables([("user_input", said.into())]);
            check(asking, "self_check_input", variant.as_deref(), told).await
        }
        None => Ok(nothing_to_check("user_message")),
    }
}

/// Whether what the bot is about to say may pass.
#[action(
    name = "SelfCheckOutputAction",
    is_system_action,
    replaceable,
    read_only
)]
async fn self_check_output(
    variant: Option<String>,
    user_message: Option<String>,
    bot_message: Option<String>,
    bot_thinking: Option<String>,
    context: &Context,
    config: &RailsConfig,
    llm: Option<&dyn Llm>,
    llm_task_manager: Option<&LlmTaskManager>,
) -> Result<RailOutcome, ActionError> {
    let asking = Asking::new(llm, llm_task_manager, config, context, &[]);
    let said = bot_message.or_else(|| text(context, "bot_message"));
    let Some(said) = said.filter(|said| !said.is_empty()) else {
        return Ok(nothing_to_check("bot_message"));
    };
    let told = variables([
        ("bot_response", said.into()),
        (
            "user_input",
            user_message
                .or_else(|| text(context, "user_message"))
                .into(),
        ),
        (
            "bot_thinking",
            bot_thinking
                .or_else(|| text(context, "bot_thinking"))
                .into(),
        ),
    ]);
    check(asking, "self_check_output", variant.as_deref(), told).await
}

fn text(context: &Context, name: &str) -> Option<String> {
    context.text(name).map(str::to_owned)
}

fn nothing_to_check(variable: &str) -> RailOutcome {
    RailOutcome::block().with_reason(format!("there is nothing to check: `${variable}` is empty"))
}

async fn check(
    asking: Asking<'_>,
    task: &str,
    variant: Option<&str>,
    told: Map,
) -> Result<RailOutcome, ActionError> {
    let tasks = asking.tasks()?;
    let task = prompt_task(tasks, task, variant);
    let prompt = tasks
        .render(&task, &told, &[])
        .map_err(ActionError::caused_by)?;
    let max_tokens = prompt.max_tokens.unwrap_or(MAX_TOKENS);
    let request = prompt
        .into_request()
        .temperature(asking.lowest_temperature());
    let said = asking.model()?.text(request.max_tokens(max_tokens)).await;
    let said = ask::checked(said.map_err(ActionError::caused_by)?)?;
    let has_parser = tasks
        .prompt(&task)
        .is_ok_and(|prompt| prompt.output_parser.is_some());
    let parsed = match has_parser {
        true => tasks.parse(&task, &said),
        false => tasks.parse_with("is_content_safe", &task, &said),
    };
    match parsed {
        Ok(verdict) => Ok(outcome(&verdict, &said)),
        Err(error) if error.kind() == LlmTaskErrorKind::Output => {
            Ok(RailOutcome::failure().with_reason(error.to_string()))
        }
        Err(error) => Err(ActionError::caused_by(error)),
    }
}

/// `self_check_input $variant=strict` if there is such a prompt, else `strict`; the task itself without a variant.
fn prompt_task(tasks: &LlmTaskManager, task: &str, variant: Option<&str>) -> String {
    let variant = variant
        .filter(|variant| *variant != task && !variant.is_empty() && !variant.starts_with('$'));
    let Some(variant) = variant else {
        return task.to_owned();
    };
    let scoped = format!("{task} $variant={variant}");
    match !tasks.has_prompt(&scoped) && tasks.has_prompt(variant) {
        true => variant.to_owned(),
        false => scoped,
    }
}

/// A parser answers with whether the text is safe, and what it offends against.
fn outcome(verdict: &Json, said: &str) -> RailOutcome {
    let parts = verdict
        .as_array()
        .map_or(std::slice::from_ref(verdict), Vec::as_slice);
    let offences = parts.get(1..).unwrap_or_default();
    if parts.first() == Some(&Json::Bool(true)) {
        return RailOutcome::allow();
    }
    let start: String = said.trim().chars().take(200).collect();
    let blocked = RailOutcome::block().with_reason(format!("the model answered {start:?}"));
    match offences.is_empty() {
        true => blocked,
        false => blocked.with_metadata("violations", offences.to_vec()),
    }
}
