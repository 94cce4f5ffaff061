//! The desk: the shared tickets, and the actions that change them.

use crate::letters::Letters;
use action_sdk::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// All tickets. The actions are methods, called on the one desk that the host registered.
#[derive(Default)]
pub(crate) struct TicketDesk {
    /// A plain lock, since it is never held across an `await`.
    tickets: Mutex<BTreeMap<u32, Ticket>>,
    /// The number of the last ticket.
    last: AtomicU32,
}

/// One ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Ticket {
    number: u32,
    title: String,
    customer: String,
    priority: Priority,
    status: Status,
    comments: Vec<String>,
}

/// How urgent a ticket is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Priority {
    Low,
    Normal,
    High,
}

/// The status of a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    Open,
    Closed,
}

/// Why the desk cannot do what was asked.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum DeskError {
    NoSuchTicket(u32),
    AlreadyClosed(u32),
}

#[actions]
impl TicketDesk {
    /// Opens a ticket for the customer of the conversation, and sets its number in the context.
    #[action(name = "OpenTicketAction")]
    pub(crate) async fn open(
        &self,
        title: &str,
        #[arg(default = Priority::Normal)] priority: Priority,
        #[arg(context)] customer_name: String,
    ) -> ActionResult {
        let number = self.last.fetch_add(1, Ordering::Relaxed) + 1;
        let ticket = Ticket {
            number,
            title: title.to_owned(),
            customer: customer_name,
            priority,
            status: Status::Open,
            comments: Vec::new(),
        };
        self.tickets().insert(number, ticket);
        ActionResult::value(number).with_context_update("last_ticket", number)
    }

    /// Adds a comment to a ticket, and returns the number of comments.
    #[action(name = "CommentTicketAction")]
    async fn comment(&self, number: u32, text: String) -> Result<usize, DeskError> {
        let ticket = self.change(number, |ticket| {
            ticket.comments.push(text);
            Ok(())
        })?;
        Ok(ticket.comments.len())
    }

    /// Closes a ticket and writes to its customer.
    #[action(name = "CloseTicketAction", destructive)]
    async fn close(&self, number: u32, letters: Res<Letters>) -> Result<&'static str, DeskError> {
        let ticket = self.change(number, |ticket| match ticket.status {
            Status::Closed => Err(DeskError::AlreadyClosed(number)),
            Status::Open => {
                ticket.status = Status::Closed;
                Ok(())
            }
        })?;
        letters.put(&ticket.customer, &format!("Ticket {number} is closed."));
        Ok("closed")
    }

    /// Lists all tickets, or those with one status.
    #[action(name = "ListTicketsAction", read_only)]
    async fn list(&self, status: Option<Status>) -> Vec<Ticket> {
        let tickets = self.tickets();
        let listed = tickets
            .values()
            .filter(|ticket| status.is_none_or(|status| ticket.status == status));
        listed.cloned().collect()
    }
}

/// Methods for other actions.
impl TicketDesk {
    /// The title of a ticket.
    pub(crate) fn title(&self, number: u32) -> Result<String, DeskError> {
        let tickets = self.tickets();
        let ticket = tickets.get(&number);
        ticket
            .map(|ticket| ticket.title.clone())
            .ok_or(DeskError::NoSuchTicket(number))
    }

    /// How many tickets are open.
    pub(crate) fn open_tickets(&self) -> usize {
        let tickets = self.tickets();
        let open = tickets
            .values()
            .filter(|ticket| ticket.status == Status::Open);
        open.count()
    }

    /// Changes a ticket, if the change is possible, and returns the new state.
    fn change(
        &self,
        number: u32,
        change: impl FnOnce(&mut Ticket) -> Result<(), DeskError>,
    ) -> Result<Ticket, DeskError> {
        let mut tickets = self.tickets();
        let ticket = tickets
            .get_mut(&number)
            .ok_or(DeskError::NoSuchTicket(number))?;
        change(ticket)?;
        Ok(ticket.clone())
    }

    fn tickets(&self) -> MutexGuard<'_, BTreeMap<u32, Ticket>> {
        self.tickets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Display for DeskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchTicket(number) => write!(f, "there is no ticket {number}"),
            Self::AlreadyClosed(number) => write!(f, "ticket {number} is closed already"),
        }
    }
}

impl std::error::Error for DeskError {}

#[cfg(test)]
mod tests {
    use super::*;

    async fn opened(desk: &TicketDesk, customer: &str) -> u32 {
        let customer = customer.to_owned();
        let opened = desk.open("It leaks", Priority::High, customer).await;
        opened.read().expect("a ticket has a number")
    }

    #[tokio::test]
    async fn a_ticket_is_told_to_the_conversation() {
        let tested = ActionTester::new("OpenTicketAction")
            .resource(TicketDesk::default())
            .arg("title", "It leaks")
            .context("customer_name", "Ada")
            .run()
            .await
            .expect("nothing is missing");
        assert_eq!(tested.value::<u32>().expect("a number"), 1);
        assert_eq!(tested.context_updates()["last_ticket"], 1);
    }

    #[tokio::test]
    async fn somebody_must_be_the_customer() {
        let error = ActionTester::new("OpenTicketAction")
            .resource(TicketDesk::default())
            .arg("title", "It leaks")
            .run()
            .await
            .expect_err("nobody is");
        assert_eq!(error.kind(), ActionErrorKind::MissingArgument);
        assert_eq!(error.parameter(), Some("customer_name"));
    }

    #[tokio::test]
    async fn a_priority_is_one_of_three() {
        let error = ActionTester::new("OpenTicketAction")
            .resource(TicketDesk::default())
            .arg("title", "It leaks")
            .arg("priority", "sky-high")
            .context("customer_name", "Ada")
            .run()
            .await
            .expect_err("there is no such priority");
        assert_eq!(error.expected(), Some("Priority"));
    }

    #[tokio::test]
    async fn the_desk_must_be_there() {
        let error = ActionTester::new("ListTicketsAction")
            .run()
            .await
            .expect_err("no desk");
        assert_eq!(error.kind(), ActionErrorKind::Unavailable);
    }

    #[tokio::test]
    async fn methods_can_be_called_as_such() {
        let desk = TicketDesk::default();
        let number = opened(&desk, "Ada").await;
        assert_eq!(desk.comment(number, "soon".to_owned()).await, Ok(1));
        assert_eq!(desk.comment(number, "done".to_owned()).await, Ok(2));
        assert_eq!(desk.title(number).as_deref(), Ok("It leaks"));
    }

    #[tokio::test]
    async fn a_ticket_is_closed_once() {
        let (desk, letters) = (TicketDesk::default(), Res::new(Letters::default()));
        let number = opened(&desk, "Ada").await;
        assert_eq!(desk.close(number, letters.clone()).await, Ok("closed"));
        let again = desk.close(number, letters.clone()).await;
        assert_eq!(again, Err(DeskError::AlreadyClosed(number)));
        assert_eq!(letters.all(), ["to Ada: Ticket 1 is closed."]);
        assert_eq!(desk.open_tickets(), 0);
    }

    #[tokio::test]
    async fn only_those_of_one_status_are_listed() {
        let desk = TicketDesk::default();
        let (first, second) = (opened(&desk, "Ada").await, opened(&desk, "Bo").await);
        let closed = desk.close(first, Res::new(Letters::default())).await;
        assert_eq!(closed, Ok("closed"));
        let open = desk.list(Some(Status::Open)).await;
        assert_eq!(
            open.iter().map(|ticket| ticket.number).collect::<Vec<_>>(),
            [second]
        );
        assert_eq!(desk.list(None).await.len(), 2);
    }

    #[tokio::test]
    async fn a_ticket_that_is_not_there_is_told() {
        let desk = TicketDesk::default();
        let told = desk.comment(7, String::new()).await;
        assert_eq!(told, Err(DeskError::NoSuchTicket(7)));
    }
}
