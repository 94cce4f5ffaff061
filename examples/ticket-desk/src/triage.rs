//! Actions that ask a model about a ticket. Which model each of them gets is up to the host.

use crate::desk::{Priority, TicketDesk};
use action_sdk::llm::{LlmMessage, LlmRequest};
use action_sdk::prelude::*;
use action_sdk::serde_json::{Value, from_value};

/// Asks a model how urgent a ticket is. A small one is enough.
#[action(name = "SuggestPriorityAction", read_only)]
async fn suggest_priority(
    number: u32,
    desk: Res<TicketDesk>,
    llm: &dyn Llm,
) -> Result<Priority, ActionError> {
    let answer = ask(llm, "Say low, normal or high.", &desk, number).await?;
    from_value(Value::String(answer.clone())).map_err(|_| {
        ActionError::failed(format!("the model says `{answer}`, which is no priority"))
    })
}

/// Lets a model draft an answer to the customer of a ticket, for a person to send.
#[action(name = "DraftReplyAction", read_only)]
async fn draft_reply(
    number: u32,
    desk: Res<TicketDesk>,
    llm: &dyn Llm,
) -> Result<String, ActionError> {
    ask(llm, "Answer in one sentence.", &desk, number).await
}

async fn ask(
    llm: &dyn Llm,
    role: &str,
    desk: &TicketDesk,
    number: u32,
) -> Result<String, ActionError> {
    let title = desk.title(number).map_err(ActionError::caused_by)?;
    let prompt = [LlmMessage::system(role), LlmMessage::user(title)];
    let answer = llm.text(LlmRequest::chat(prompt)).await;
    answer.map_err(ActionError::caused_by)
}

#[cfg(test)]
mod tests {
    use super::*;
    use action_sdk::testing::ScriptedLlm;

    async fn desk() -> TicketDesk {
        let desk = TicketDesk::default();
        desk.open("It leaks", Priority::Normal, "Ada".to_owned())
            .await;
        desk
    }

    #[tokio::test]
    async fn the_model_hears_the_title() {
        let llm = ScriptedLlm::replies(["high"]);
        let tested = ActionTester::new("SuggestPriorityAction")
            .resource(desk().await)
            .llm(llm.clone())
            .arg("number", 1)
            .run()
            .await
            .expect("the script has an answer");
        assert_eq!(
            tested.value::<Priority>().expect("a priority"),
            Priority::High
        );
        assert_eq!(llm.prompts(), ["Say low, normal or high.\nIt leaks"]);
    }

    #[tokio::test]
    async fn an_answer_that_is_no_priority_is_an_error() {
        let error = ActionTester::new("SuggestPriorityAction")
            .resource(desk().await)
            .llm(ScriptedLlm::replies(["Gladly!"]))
            .arg("number", 1)
            .run()
            .await
            .expect_err("gladly is none");
        assert_eq!(
            error.message(),
            "the model says `Gladly!`, which is no priority"
        );
    }

    #[tokio::test]
    async fn nobody_is_asked_about_a_ticket_that_is_not_there() {
        let llm = ScriptedLlm::default();
        let tested = ActionTester::new("DraftReplyAction")
            .resource(TicketDesk::default())
            .llm(llm.clone())
            .arg("number", 7)
            .run()
            .await;
        assert_eq!(
            tested.expect_err("no ticket").message(),
            "there is no ticket 7"
        );
        assert!(llm.prompts().is_empty());
    }
}
