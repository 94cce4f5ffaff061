//! A model that needs no key and no network: it has a few fixed answers and simulates the delay of a real one.

use action_sdk::llm::{BoxFuture, Llm, LlmError, LlmErrorKind, LlmRequest, LlmResponse};
use std::time::Duration;

/// Answers by the first known word in the last message, so always the same.
pub(crate) struct FaqLlm;

/// Its context window in characters.
const LONGEST_QUESTION: usize = 600;

const ANSWERS: [(&str, &str); 9] = [
    (
        "return",
        "You can send anything back within 60 days, as long as it is unused.",
    ),
    (
        "waterproof",
        "All our tents keep dry under a water column of 3,000 mm.",
    ),
    (
        "ship",
        "We ship within one working day and send you the tracking number.",
    ),
    ("size", "Take one size larger if you wear thick socks."),
    (
        "wash",
        "Wash it at 30 °C without softener, and let it dry in the air.",
    ),
    ("повер", "Ви можете повернути товар протягом 60 днів."),
    ("החזר", "אפשר להחזיר כל מוצר תוך 60 יום."),
    ("إرجاع", "يمكنك إرجاع أي منتج خلال 60 يومًا."),
    ("🏕", "Sounds like a fine weekend! Do not forget the flask."),
];

impl Llm for FaqLlm {
    fn generate(&self, request: LlmRequest) -> BoxFuture<'_, Result<LlmResponse, LlmError>> {
        Box::pin(async move {
            let messages = request.prompt.into_messages();
            let question = messages.last().map(|message| message.text().to_lowercase());
            answer(&question.unwrap_or_default()).await
        })
    }

    fn model_name(&self) -> &str {
        "faq-1"
    }
}

async fn answer(question: &str) -> Result<LlmResponse, LlmError> {
    let length = question.chars().count();
    if length > LONGEST_QUESTION {
        let message = format!("{length} characters, {LONGEST_QUESTION} are possible");
        return Err(LlmError::new(LlmErrorKind::ContextTooLong, message).of_model("faq-1"));
    }
    let known = ANSWERS.iter().find(|(word, _)| question.contains(word));
    let text = known.map_or("I will ask a colleague and come back to you.", |row| row.1);
    let wait = 300 + 8 * text.chars().count() as u64;
    tokio::time::sleep(Duration::from_millis(wait)).await;
    Ok(LlmResponse::new(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(answer: &Result<String, LlmError>, expected: &str) {
        assert_eq!(answer.as_deref().expect("an answer"), expected);
    }

    #[tokio::test(start_paused = true)]
    async fn knows_some_answers() {
        let llm: &dyn Llm = &FaqLlm;
        check(
            &llm.text("Чи можна повернути?").await,
            "Ви можете повернути товар протягом 60 днів.",
        );
        check(
            &llm.text("SIZES?").await,
            "Take one size larger if you wear thick socks.",
        );
        check(
            &llm.text("???").await,
            "I will ask a colleague and come back to you.",
        );
    }

    #[tokio::test]
    async fn cannot_read_everything() {
        let llm: &dyn Llm = &FaqLlm;
        let error = llm.text("a".repeat(601)).await.expect_err("too long");
        assert_eq!(error.kind(), LlmErrorKind::ContextTooLong);
    }
}
