//! Answers by a model: the special parameter `llm`, together with a context variable.

use action_sdk::llm::{LlmMessage, LlmRequest};
use action_sdk::prelude::*;

const ROLE: &str = "You work for an outdoor shop. Answer in one sentence.";

/// Asks the model a customer's question.
#[action(name = "AnswerQuestionAction")]
async fn answer_question(question: &str, llm: &dyn Llm) -> Result<String, ActionError> {
    let prompt = [LlmMessage::system(ROLE), LlmMessage::user(question)];
    let request = LlmRequest::chat(prompt).temperature(0.0).max_tokens(60);
    llm.text(request).await.map_err(ActionError::caused_by)
}

/// Asks the model to answer what the customer said last, for a person to send.
#[action(name = "SuggestReplyAction")]
async fn suggest_reply(
    #[arg(context)] last_user_message: String,
    llm: &dyn Llm,
) -> Result<String, ActionError> {
    let answer = answer_question(&last_user_message, llm).await?;
    Ok(format!("Suggested reply: {answer}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use action_sdk::llm::LlmError;
    use action_sdk::testing::ScriptedLlm;

    #[tokio::test]
    async fn the_model_hears_role_and_question() {
        let llm = ScriptedLlm::replies(["Yes."]);
        let tested = ActionTester::new("AnswerQuestionAction")
            .arg("question", "Is it waterproof?")
            .llm(llm.clone())
            .run()
            .await
            .expect("the script has an answer");
        assert_eq!(tested.return_value(), "Yes.");
        assert_eq!(llm.prompts(), [format!("{ROLE}\nIs it waterproof?")]);
    }

    #[tokio::test]
    async fn the_last_message_comes_from_the_context() {
        let tested = ActionTester::new("SuggestReplyAction")
            .context("last_user_message", "Hei!")
            .llm(ScriptedLlm::replies(["Hei hei!"]))
            .run()
            .await
            .expect("the script has an answer");
        assert_eq!(tested.return_value(), "Suggested reply: Hei hei!");
    }

    #[tokio::test]
    async fn a_model_that_fails_is_told() {
        let llm = ScriptedLlm::default().then(Err(LlmError::timed_out("30 s")));
        let error = ActionTester::new("AnswerQuestionAction")
            .arg("question", "Why?")
            .llm(llm)
            .run()
            .await
            .expect_err("the model failed");
        assert_eq!(error.kind(), ActionErrorKind::Failed);
    }
}
