//! The host: desk, letters, models and hooks in one dispatcher, and calls by agents.

use crate::desk::TicketDesk;
use crate::hooks::{Agent, Audit, Rights};
use crate::letters::{self, Letters};
use crate::models::{LARGE, SMALL};
use action_sdk::prelude::*;
use std::error::Error;
use std::fmt::Write as _;
use std::sync::Arc;
use tokio::task::JoinSet;

/// Everything behind the counter. What the program inspects itself is shared with the dispatcher.
pub(crate) struct Office {
    dispatcher: ActionDispatcher,
    desk: Arc<TicketDesk>,
    letters: Arc<Letters>,
    audit: Arc<Audit>,
}

impl Office {
    pub(crate) fn open() -> Result<Self, Box<dyn Error>> {
        let desk = Arc::new(TicketDesk::default());
        let letters = Arc::new(Letters::default());
        let audit = Arc::new(Audit::default());
        let records = Arc::clone(&audit);
        let dispatcher = ActionDispatcher::builder()
            .shared_resource(Arc::clone(&desk))
            .shared_resource(Arc::clone(&letters))
            .replace(letters::kept()?)
            .llm(LARGE)
            .action_llm("SuggestPriorityAction", SMALL)
            // The audit hook comes first: a hook only sees calls that reach it, and this one must see refused calls.
            .after(move |call, outcome, _| records.record(call, outcome))
            .hook(Rights)
            .build()?;
        Ok(Self {
            dispatcher,
            desk,
            letters,
            audit,
        })
    }

    /// Calls an action on behalf of an agent.
    pub(crate) async fn call(
        &self,
        agent: Agent,
        action: &str,
        invocation: Invocation,
    ) -> Result<ActionResult, ActionError> {
        let scope = invocation.call_scope().clone().with_extension(agent);
        self.dispatcher.call(action, invocation.scope(scope)).await
    }

    /// Lets many customers open tickets at the same time, and returns their numbers.
    pub(crate) async fn rush(&self, customers: usize) -> Result<String, ActionError> {
        let mut calls = JoinSet::new();
        for customer in 0..customers {
            let dispatcher = self.dispatcher.clone();
            let scope = CallScope::new()
                .with_context(Context::new().with("customer_name", format!("customer {customer}")))
                .with_extension(Agent::new("Ada", true));
            let invocation = Invocation::new().arg("title", "Me too!").scope(scope);
            calls.spawn(async move { dispatcher.call("OpenTicketAction", invocation).await });
        }
        let mut numbers: Vec<u32> = Vec::new();
        for outcome in calls.join_all().await {
            numbers.push(outcome?.read()?);
        }
        numbers.sort_unstable();
        numbers.dedup();
        let (first, last) = (numbers.first(), numbers.last());
        Ok(match (first, last) {
            (Some(first), Some(last)) => format!("{} tickets, {first} to {last}", numbers.len()),
            _ => "no tickets".to_owned(),
        })
    }

    /// The report of the day.
    pub(crate) fn report(&self) -> String {
        let done = self.audit.count(None);
        let refused = self.audit.count(Some(ActionErrorKind::Refused));
        let failed = self.audit.calls() - done - refused;
        let mut report = format!(
            "{} tickets are open\n{} calls: {done} done, {refused} refused, {failed} failed\n",
            self.desk.open_tickets(),
            self.audit.calls(),
        );
        for letter in self.letters.all() {
            let _memory_has_room = writeln!(report, "letter {letter}");
        }
        report.trim_end().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLERK: Agent = Agent::new("clerk", true);
    const GUEST: Agent = Agent::new("guest", false);

    fn office() -> Office {
        Office::open().expect("nothing is missing")
    }

    #[track_caller]
    fn kind(outcome: Result<ActionResult, ActionError>) -> ActionErrorKind {
        outcome.expect_err("it should fail").kind()
    }

    #[test]
    fn the_actions_fit_together() {
        action_sdk::testing::assert_registry();
    }

    #[tokio::test]
    async fn guests_may_read() {
        let listed = office()
            .call(GUEST, "ListTicketsAction", Invocation::new())
            .await;
        assert!(listed.is_ok(), "{listed:?}");
    }

    #[tokio::test]
    async fn guests_may_not_write() {
        let office = office();
        let ticket = || Invocation::new().arg("number", 1);
        let closing = office.call(GUEST, "CloseTicketAction", ticket()).await;
        assert_eq!(kind(closing), ActionErrorKind::Refused);
        let closing = office.call(CLERK, "CloseTicketAction", ticket()).await;
        assert_eq!(kind(closing), ActionErrorKind::Failed);
    }

    #[tokio::test]
    async fn strangers_may_nothing() {
        let listing = office()
            .dispatcher
            .call("ListTicketsAction", Invocation::new())
            .await;
        assert_eq!(kind(listing), ActionErrorKind::Refused);
    }

    #[tokio::test]
    async fn refused_calls_are_recorded_too() {
        let office = office();
        let refused = office
            .call(GUEST, "CloseTicketAction", Invocation::new())
            .await;
        assert_eq!(kind(refused), ActionErrorKind::Refused);
        assert_eq!(office.audit.count(Some(ActionErrorKind::Refused)), 1);
        assert_eq!(office.audit.calls(), 1);
    }

    #[tokio::test]
    async fn letters_are_kept() {
        let office = office();
        let letter = Invocation::new().arg("customer", "Ada").arg("text", "Hei!");
        let kept = office.call(CLERK, "NotifyCustomerAction", letter).await;
        assert_eq!(kept.expect("it keeps it").return_value, "kept");
        assert_eq!(office.letters.all(), ["to Ada: Hei!"]);
    }

    #[tokio::test]
    async fn each_action_asks_its_own_model() {
        let office = office();
        let title = Invocation::new()
            .arg("title", "It leaks")
            .context("customer_name", "Ada");
        let opened = office.call(CLERK, "OpenTicketAction", title).await;
        assert!(opened.is_ok(), "{opened:?}");
        let ask = async |action| {
            let answer = office
                .call(CLERK, action, Invocation::new().arg("number", 1))
                .await;
            answer.expect("the models always answer").return_value
        };
        assert_eq!(ask("SuggestPriorityAction").await, "normal");
        assert_eq!(
            ask("DraftReplyAction").await,
            "We have read “It leaks” and are on it."
        );
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn no_number_is_given_twice() {
        let told = office().rush(500).await.expect("nothing is missing");
        assert_eq!(told, "500 tickets, 1 to 500");
    }
}
