//! A service with state: actions as methods of a shared ticket desk, with permissions, an audit log and two models:
//! `cargo run -p ticket-desk`.
//!
//! `desk` holds the state and its actions, `letters` an action that is replaced here, `triage` the actions that use a
//! model, `hooks` the hooks around every call, and `office` puts everything together.

mod desk;
mod hooks;
mod letters;
mod models;
mod office;
mod triage;

use action_sdk::prelude::*;
use action_sdk::serde_json::Value;
use hooks::Agent;
use office::Office;
use std::io::{self, Write};

const ADA: Agent = Agent::new("Ada", true);
const BO: Agent = Agent::new("Bo", true);
const GUEST: Agent = Agent::new("guest", false);

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let office = Office::open()?;
    let mut out = io::stdout().lock();
    for (agent, action, invocation) in morning() {
        let outcome = office.call(agent, action, invocation).await;
        writeln!(out, "{:<6} {:<22} {}", agent.name, action, told(outcome))?;
    }
    writeln!(out, "\n20 customers at once: {}", office.rush(20).await?)?;
    writeln!(out, "\n{}", office.report())?;
    Ok(())
}

/// The calls of a morning, in order.
fn morning() -> Vec<(Agent, &'static str, Invocation)> {
    let dana = || Invocation::new().context("customer_name", "דנה לוי");
    let sam = || Invocation::new().context("customer_name", "Sam Fields");
    let ticket = |number: u32| Invocation::new().arg("number", number);
    vec![
        (
            ADA,
            "OpenTicketAction",
            dana().arg("title", "The tent leaks since the storm"),
        ),
        (
            ADA,
            "OpenTicketAction",
            sam()
                .arg("title", "Which socks fit?")
                .arg("priority", "low"),
        ),
        (
            ADA,
            "OpenTicketAction",
            Invocation::new().arg("title", "Who am I?"),
        ),
        (BO, "SuggestPriorityAction", ticket(1)),
        (BO, "DraftReplyAction", ticket(1)),
        (
            BO,
            "CommentTicketAction",
            ticket(1).arg("text", "a new tent is on its way"),
        ),
        (GUEST, "CloseTicketAction", ticket(1)),
        (
            GUEST,
            "ListTicketsAction",
            Invocation::new().arg("status", "open"),
        ),
        (BO, "CloseTicketAction", ticket(1)),
        (BO, "CloseTicketAction", ticket(1)),
        (BO, "CloseTicketAction", ticket(7)),
        (
            BO,
            "NotifyCustomerAction",
            Invocation::new()
                .positional("Sam Fields")
                .positional("Two pairs."),
        ),
        (BO, "NotifyCustomAction", Invocation::new()),
    ]
}

fn told(outcome: Result<ActionResult, ActionError>) -> String {
    match outcome.map(|result| result.return_value) {
        Ok(Value::Array(items)) => format!("{} in all", items.len()),
        Ok(value) => value.to_string(),
        Err(error) => format!("✗ {}", error.message()),
    }
}
