//! A model that returns prepared answers.

use crate::llm::{BoxFuture, Llm, LlmError, LlmRequest, LlmResponse, Prompt};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A model with prepared answers: each request gets the next one and is recorded. Clones share answers and record.
///
/// ```
/// use action_sdk::Llm;
/// use action_sdk::testing::ScriptedLlm;
///
/// # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
/// # runtime.block_on(async {
/// let llm = ScriptedLlm::replies(["first", "second"]);
/// let model: &dyn Llm = &llm;
/// assert_eq!(model.text("one?").await?, "first");
/// assert_eq!(model.text("two?").await?, "second");
/// assert!(model.text("three?").await.is_err());
/// assert_eq!(llm.prompts(), ["one?", "two?", "three?"]);
/// # Ok::<(), action_sdk::llm::LlmError>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct ScriptedLlm(Arc<Mutex<Script>>);

#[derive(Debug, Default)]
struct Script {
    answers: VecDeque<Result<LlmResponse, LlmError>>,
    requests: Vec<LlmRequest>,
}

impl ScriptedLlm {
    /// A model that returns these texts, one after the other, and then fails.
    #[must_use]
    pub fn replies<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        texts.into_iter().fold(Self::default(), |llm, text| {
            llm.then(Ok(LlmResponse::new(text)))
        })
    }

    /// Appends an answer: a full response, or an error.
    #[must_use]
    pub fn then(self, answer: Result<LlmResponse, LlmError>) -> Self {
        self.script().answers.push_back(answer);
        self
    }

    /// The requests so far, in order.
    #[must_use]
    pub fn requests(&self) -> Vec<LlmRequest> {
        self.script().requests.clone()
    }

    /// The prompts of the requests so far, in order; the messages of a chat on separate lines.
    #[must_use]
    pub fn prompts(&self) -> Vec<String> {
        self.script()
            .requests
            .iter()
            .map(|request| prompt_text(&request.prompt))
            .collect()
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn prompt_text(prompt: &Prompt) -> String {
    match prompt {
        Prompt::Text(text) => text.clone(),
        Prompt::Messages(messages) => messages
            .iter()
            .map(|message| message.text().into_owned())
            .collect::<Vec<_>>()
            .join("\n"),
    }
}

impl Llm for ScriptedLlm {
    fn generate(&self, request: LlmRequest) -> BoxFuture<'_, Result<LlmResponse, LlmError>> {
        let mut script = self.script();
        script.requests.push(request);
        let asked = script.requests.len();
        let answer = script.answers.pop_front().unwrap_or_else(|| {
            Err(LlmError::other(format!(
                "the script has no answer to request number {asked}; add one to it"
            )))
        });
        Box::pin(std::future::ready(answer))
    }

    fn model_name(&self) -> &str {
        "scripted"
    }
}
