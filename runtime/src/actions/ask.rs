//! A single request to the model: prompt, request, answer.

use std::borrow::Cow;

use action_sdk::llm::{LlmMessage, Prompt};
use action_sdk::{
    ActionError, ActionErrorKind, ActionParam, Call, Llm, LlmTaskManager, Map, Needs, Special,
};
use serde_json::Value as Json;

/// The temperature for answers that should always be the same (nemoguardrails 0.24.1).
const LOWEST_TEMPERATURE: f64 = 0.001;

/// The maximum length of an answer, in bytes; more is never useful.
const LONGEST_ANSWER: usize = 100_000;

/// The error for an empty answer, which is useless.
const NOTHING: &str = "the model answered with nothing; if it used up its tokens before it answered, raise `max_tokens` in the prompt of the task or in the parameters of the model";

/// What an action needs to ask a model: the model, the prompts, and the data of the conversation for prompts.
#[derive(Clone, Copy)]
pub(super) struct Asking<'a>(&'a Call);

impl<'a> ActionParam<'a> for Asking<'a> {
    const NEEDS: Needs = Needs::of(&[
        Special::Llm,
        Special::LlmTaskManager,
        Special::Config,
        Special::Context,
        Special::Events,
    ]);

    /// Everything is read on demand: the history is only collected for actions that read it.
    fn extract(call: &'a Call, _name: &'static str) -> Result<Self, ActionError> {
        Ok(Self(call))
    }
}

/// The answer of the model.
pub(super) struct Answer {
    /// The result of the task's output parser.
    pub(super) text: String,
    /// The last line of the prompt, which some models repeat at the beginning of their answer.
    pub(super) last_line: String,
}

impl<'a> Asking<'a> {
    /// Asks with the prompt of a task, at the lowest temperature.
    pub(super) async fn ask(self, task: &str, variables: Map) -> Result<Answer, ActionError> {
        self.ask_at(self.lowest_temperature(), task, variables)
            .await
    }

    pub(super) fn lowest_temperature(self) -> f64 {
        self.0
            .config()
            .lowest_temperature
            .unwrap_or(LOWEST_TEMPERATURE)
    }

    /// Asks with the prompt of a task.
    pub(super) async fn ask_at(
        self,
        temperature: f64,
        task: &str,
        mut variables: Map,
    ) -> Result<Answer, ActionError> {
        let tasks = self.tasks()?;
        variables.insert(
            "context".to_owned(),
            self.0.context().as_map().clone().into(),
        );
        let prompt = tasks.render(task, &variables, self.0.events());
        let prompt = prompt.map_err(ActionError::caused_by)?;
        let last_line = last_line(&prompt.prompt);
        let request = prompt.into_request().temperature(temperature);
        let said = self.model()?.text(request).await;
        let said = checked(said.map_err(ActionError::caused_by)?)?;
        let parsed = tasks.parse(task, &said).map_err(ActionError::caused_by)?;
        let text = parsed.as_str().map(str::to_owned);
        let text = text.unwrap_or_else(|| parsed.to_string());
        Ok(Answer { text, last_line })
    }

    pub(super) fn model(self) -> Result<&'a dyn Llm, ActionError> {
        self.0
            .llm()
            .map(|llm| &**llm)
            .ok_or_else(|| absent("a model", "give the dispatcher one with `.llm(..)`"))
    }

    pub(super) fn tasks(self) -> Result<&'a LlmTaskManager, ActionError> {
        self.0.llm_task_manager().ok_or_else(|| {
            absent(
                "prompts",
                "run it in a session, or give the dispatcher `.llm_task_manager(..)`",
            )
        })
    }
}

/// Variables of a prompt.
pub(super) fn variables<const N: usize>(entries: [(&str, Json); N]) -> Map {
    let entries = entries.into_iter();
    entries
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

fn absent(what: &str, remedy: &str) -> ActionError {
    let message = format!("it needs {what}, and there is none; {remedy}");
    ActionError::new(ActionErrorKind::Unavailable, message)
}

/// The answer without a code fence around it; an error if it is empty, or far too long.
pub(super) fn checked(answer: String) -> Result<String, ActionError> {
    if answer.len() > LONGEST_ANSWER {
        let message = format!(
            "the model answered with {} bytes where at most {LONGEST_ANSWER} are taken; limit it with `max_tokens` in the prompt of the task",
            answer.len()
        );
        return Err(ActionError::failed(message));
    }
    let said = match unfenced(&answer) {
        Some(code) => code.to_owned(),
        None => answer,
    };
    match said.trim().is_empty() {
        true => Err(ActionError::failed(NOTHING)),
        false => Ok(said),
    }
}

/// The contents of the first code block, if the answer begins with one.
fn unfenced(answer: &str) -> Option<&str> {
    let block = answer.trim_start().strip_prefix("```")?;
    let (_language, code) = block.split_once('\n')?;
    let end = code.find("\n```").map(|end| end + 1);
    Some(&code[..end.unwrap_or(code.len())])
}

fn last_line(prompt: &Prompt) -> String {
    let text: Cow<'_, str> = match prompt {
        Prompt::Text(text) => text.into(),
        Prompt::Messages(messages) => messages.last().map(LlmMessage::text).unwrap_or_default(),
    };
    text.trim().lines().last().unwrap_or_default().to_owned()
}
