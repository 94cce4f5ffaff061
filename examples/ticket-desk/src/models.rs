//! Two models that need no network: a small one for triage, a large one for letters.

use action_sdk::llm::{BoxFuture, Llm, LlmError, LlmRequest, LlmResponse};

/// A model that is a function of the last message.
pub(crate) struct Model {
    name: &'static str,
    answer: fn(&str) -> String,
}

/// Recognises words that mean trouble, and nothing else.
pub(crate) const SMALL: Model = Model {
    name: "sorter-small",
    answer: |question| {
        let words = ["leak", "storm", "broken", "fire"];
        let question = question.to_lowercase();
        match words.iter().filter(|word| question.contains(*word)).count() {
            0 => "low",
            1 => "normal",
            _ => "high",
        }
        .to_owned()
    },
};

/// Writes letters, always in the same form.
pub(crate) const LARGE: Model = Model {
    name: "writer-large",
    answer: |question| format!("We have read “{question}” and are on it."),
};

impl Llm for Model {
    fn generate(&self, request: LlmRequest) -> BoxFuture<'_, Result<LlmResponse, LlmError>> {
        Box::pin(async move {
            let messages = request.prompt.into_messages();
            let last = messages.last();
            let last = last.ok_or_else(|| LlmError::invalid_request("there is no message"))?;
            Ok(LlmResponse::new((self.answer)(&last.text())).model(self.name))
        })
    }

    fn model_name(&self) -> &str {
        self.name
    }
}
