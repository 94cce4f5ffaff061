//! Handing a conversation over to a person: this takes a while, and the bot does not wait for it (`execute_async`).

use action_sdk::prelude::*;
use std::time::Duration;

/// The agent for each topic: a resource of the host.
pub(crate) struct AgentRoster(&'static [(&'static str, &'static str)]);

impl Default for AgentRoster {
    fn default() -> Self {
        Self(&[
            ("payment", "Ingrid"),
            ("repair", "Олексій"),
            ("shipping", "Yael"),
        ])
    }
}

impl AgentRoster {
    fn agent(&self, topic: &str) -> Option<&'static str> {
        let row = self.0.iter().find(|(known, _)| *known == topic);
        row.map(|(_, agent)| *agent)
    }
}

/// Calls an agent to the conversation and returns the name. Urgent calls are answered sooner.
#[action(name = "HandOverToAgentAction", execute_async)]
async fn hand_over_to_agent(
    topic: &str,
    #[arg(default = false)] urgent: bool,
    roster: Res<AgentRoster>,
) -> Result<&'static str, ActionError> {
    let Some(agent) = roster.agent(topic) else {
        let message = format!("nobody answers for `{topic}`; ask for payment, repair or shipping");
        return Err(ActionError::rejected(message));
    };
    let wait = if urgent { 600 } else { 1_400 };
    tokio::time::sleep(Duration::from_millis(wait)).await;
    Ok(agent)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calling(topic: &str) -> ActionTester {
        ActionTester::new("HandOverToAgentAction")
            .resource(AgentRoster::default())
            .arg("topic", topic)
    }

    #[tokio::test(start_paused = true)]
    async fn somebody_comes() {
        let tested = calling("repair").arg("urgent", true).run().await;
        let tested = tested.expect("there is one for repairs");
        assert_eq!(tested.return_value(), "Олексій");
    }

    #[tokio::test]
    async fn a_topic_of_nobody_is_declined() {
        let error = calling("poetry").run().await.expect_err("nobody");
        assert_eq!(error.kind(), ActionErrorKind::Rejected);
    }
}
