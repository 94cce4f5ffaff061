//! Rails that ask a model whether a text is allowed.

use action_sdk::llm::Prompt;
use action_sdk::prelude::*;
use action_sdk::{LlmTaskErrorKind, Map, RailOutcome};
use serde_json::Value as Json;

use super::ask::{self, Asking, variables};

/// The parser for answers that begin with yes or no, or with safe or unsafe (nemoguardrails 0.24.1).
const VERDICT: &str = "is_content_safe";

/// The default token limit of an answer (nemoguardrails 0.24.1).
const MAX_TOKENS: u32 = 1024;

/// Checks what the user says.
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
    asking: Asking<'_>,
) -> Result<RailOutcome, ActionError> {
    let said = user_message.or_else(|| text(context, "user_message"));
    match said.filter(|said| !said.is_empty()) {
        Some(said) => {
            let told = variables([("user_input", said.into())]);
            check(asking, "self_check_input", variant.as_deref(), told).await
        }
        None => Ok(nothing_to_check("user_message")),
    }
}

/// Checks what the bot is about to say.
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
    asking: Asking<'_>,
) -> Result<RailOutcome, ActionError> {
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
    if !depends_on_subject(tasks, &task, &told, &prompt.prompt)? {
        return Err(ActionError::failed(format!(
            "the prompt of task `{task}` does not use `{{{{ {} }}}}`, so the model would not see what it is to check",
            subject(&told)
        )));
    }
    let max_tokens = prompt.max_tokens.unwrap_or(MAX_TOKENS);
    let request = prompt
        .into_request()
        .temperature(asking.lowest_temperature());
    let said = asking.model()?.text(request.max_tokens(max_tokens)).await;
    let said = ask::checked(said.map_err(ActionError::caused_by)?)?;
    let prompt = tasks.prompt(&task).ok();
    let parser = prompt.and_then(|prompt| prompt.output_parser.as_deref());
    let has_parser = parser.is_some_and(|parser| parser != VERDICT);
    let parsed = match has_parser {
        true => tasks.parse(&task, &said),
        false => tasks.parse_with(VERDICT, &task, plain(&said).trim()),
    };
    match parsed {
        Ok(_) if !has_parser && contradicts_itself(&said) => {
            let reason = format!("the model gave no clear verdict: {:?}", start_of(&said));
            Ok(RailOutcome::failure().with_reason(reason))
        }
        Ok(verdict) => Ok(outcome(&verdict, &said)),
        Err(error) if error.kind() == LlmTaskErrorKind::Output => {
            Ok(RailOutcome::failure().with_reason(error.to_string()))
        }
        Err(error) => Err(ActionError::caused_by(error)),
    }
}

/// The variable with the text to be checked.
fn subject(told: &Map) -> &str {
    told.keys().next().map_or("", String::as_str)
}

/// Whether the prompt depends on the text.
fn depends_on_subject(
    tasks: &LlmTaskManager,
    task: &str,
    told: &Map,
    prompt: &Prompt,
) -> Result<bool, ActionError> {
    let mut other = told.clone();
    other.insert(subject(told).to_owned(), "another text".into());
    let other = tasks.render(task, &other, &[]);
    let other = other.map_err(ActionError::caused_by)?.prompt;
    let is_same_text = told.values().next().and_then(Json::as_str) == Some("another text");
    Ok(is_same_text || other != *prompt)
}

/// Words that models put before a verdict.
const LEADS: [&str; 5] = ["the answer is", "answer", "verdict", "output", "response"];

/// The answer without emphasis, quotes, and a lead such as `Answer:`.
fn plain(said: &str) -> String {
    let said = said.replace(['*', '`', '"', '_'], "");
    let said = said.trim();
    let lower = said.to_ascii_lowercase();
    let lead = LEADS.iter().find(|lead| lower.starts_with(**lead));
    let rest = lead.map_or(said, |lead| &said[lead.len()..]);
    rest.trim_start_matches([':', ' ', '\n', '-']).to_owned()
}

/// Whether an answer that begins as if the text were safe then says that it is not.
fn contradicts_itself(said: &str) -> bool {
    const AGAINST: [&str; 4] = ["yes", "unsafe", "block", "blocked"];
    const NEGATIONS: [&str; 6] = ["not", "no", "never", "t", "cannot", "without"];
    let lower = plain(said).to_lowercase();
    let words: Vec<_> = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let begins_safe = words
        .first()
        .is_some_and(|first| ["no", "safe"].contains(first));
    let is_negated = |place: usize| {
        let before = &words[place.saturating_sub(5).max(1)..place];
        before.iter().any(|word| NEGATIONS.contains(word))
    };
    let against = |(place, word): (usize, &&str)| match *word {
        "safe" => place > 0 && words[place - 1] == "not",
        "yes" => true,
        word => AGAINST.contains(&word) && !is_negated(place),
    };
    begins_safe && words.iter().enumerate().skip(1).any(against)
}

fn start_of(said: &str) -> String {
    said.trim().chars().take(200).collect()
}

/// `self_check_input $variant=strict` if there is such a prompt, otherwise `strict`; without a variant the task
/// itself.
pub(crate) fn prompt_task(tasks: &LlmTaskManager, task: &str, variant: Option<&str>) -> String {
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

/// The parser returns whether the text is safe, and the violations.
fn outcome(verdict: &Json, said: &str) -> RailOutcome {
    let parts = verdict
        .as_array()
        .map_or(std::slice::from_ref(verdict), Vec::as_slice);
    let offences = parts.get(1..).unwrap_or_default();
    if parts.first() == Some(&Json::Bool(true)) {
        return RailOutcome::allow();
    }
    let start = start_of(said);
    let blocked = RailOutcome::block().with_reason(format!("the model answered {start:?}"));
    match offences.is_empty() {
        true => blocked,
        false => blocked.with_metadata("violations", offences.to_vec()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_clear_verdict_is_taken() {
        for said in [
            "No",
            "no.",
            "**No**",
            "Answer: No",
            "The answer is: no",
            "No, because it is a greeting.",
            "No. It should not be blocked.",
            "No, it doesn't need to be blocked",
            "Safe",
            "No - the message is safe",
        ] {
            assert!(!contradicts_itself(said), "{said:?}");
        }
    }

    #[test]
    fn a_verdict_that_is_taken_back_is_none() {
        for said in [
            "No! But yes",
            "No, wait. Yes.",
            "No\nYes",
            "Safe? It is not safe",
            "No, this is unsafe",
            "No, block it",
            "**No** ... actually it should be blocked",
        ] {
            assert!(contradicts_itself(said), "{said:?}");
        }
    }

    #[test]
    fn a_lead_is_passed_over() {
        for (said, expected) in [
            ("Answer: No", "No"),
            ("**Answer:** Yes", "Yes"),
            ("The answer is no.", "no."),
            ("No", "No"),
        ] {
            assert_eq!(plain(said), expected);
        }
    }
}
