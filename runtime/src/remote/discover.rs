//! Asks a server what it offers, when a program starts.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use action_sdk::ActionDescriptor;
use futures_util::{StreamExt, stream as streams};

use super::RemoteActions;
use super::action::{Common, Dialect, action};
use super::client::{Cause, Client, Failed};
use super::error::{RemoteError, RemoteErrorKind};
use super::offer::{self, Description, Offer};
use super::server::ActionsServer;

/// How long all questions together may take.
const OPENING: Duration = Duration::from_secs(30);

/// How many actions are asked about at once.
const AT_ONCE: usize = 8;

/// What is known of a server's actions.
struct Known {
    offers: Vec<Offer>,
    dialect: Dialect,
    /// Whether the server itself named them.
    is_listed: bool,
}

impl ActionsServer {
    /// Asks the server what it offers.
    ///
    /// # Errors
    ///
    /// If the address, a header, a certificate or a key is invalid; and unless the server is
    /// [optional](Self::optional), if it cannot be reached or its answer makes no sense.
    pub async fn connect(self) -> Result<RemoteActions, RemoteError> {
        let client = Arc::new(self.client()?);
        actions(self, client).await
    }
}

/// The actions of the server.
///
/// # Errors
///
/// If the server is not optional, and cannot be asked.
async fn actions(server: ActionsServer, client: Arc<Client>) -> Result<RemoteActions, RemoteError> {
    let known = match tokio::time::timeout(OPENING, asked(&client, &server)).await {
        Ok(known) => known,
        Err(_) => {
            let reason = format!("it did not say within {OPENING:?} what it offers");
            Err(Failed::new(Cause::Connection, reason))
        }
    };
    let known = match known {
        Ok(known) => known,
        Err(failed) if server.is_optional => {
            let (problem, actions) = (client.told(&failed), &server.expected);
            tracing::warn!(
                problem,
                ?actions,
                "starting without knowing what an actions server offers"
            );
            Known::expected(&server)
        }
        Err(failed) => return Err(unusable(&client, &failed)),
    };
    let common = Common {
        client,
        dialect: known.dialect,
        timeout: server.call_timeout(),
        context: server.context,
    };
    Ok(RemoteActions {
        actions: described(&common, &known.offers),
        yields: server.yields || !known.is_listed,
        is_of_settings: server.is_of_settings,
    })
}

fn unusable(client: &Client, failed: &Failed) -> RemoteError {
    let kind = match failed.cause {
        Cause::Connection => RemoteErrorKind::Unreachable,
        Cause::Status => RemoteErrorKind::Refused,
        Cause::Answer | Cause::Request => RemoteErrorKind::Answer,
    };
    RemoteError::new(kind, client.told(failed))
}

impl Known {
    /// Of a server that says nothing.
    fn expected(server: &ActionsServer) -> Self {
        let offer = |name: &String| Offer {
            wire: name.clone(),
            description: None,
        };
        Self {
            offers: server.expected.iter().map(offer).collect(),
            dialect: Dialect::Arguments,
            is_listed: false,
        }
    }
}

async fn asked(client: &Client, server: &ActionsServer) -> Result<Known, Failed> {
    let list = match client.get(&["actions", "list"]).await {
        Err(failed) if failed.is_unknown_route() => {
            let (server_, actions) = (&client.shown, &server.expected);
            tracing::warn!(
                server = server_,
                ?actions,
                "an actions server has no list of its actions; it is asked for what flows start"
            );
            return Ok(Known::expected(server));
        }
        list => list?,
    };
    let names = offer::names(&list).map_err(|problem| Failed::new(Cause::Answer, problem))?;
    let names = names.into_iter().filter(|name| is_usable(name)).collect();
    Ok(with_descriptions(client, names).await)
}

/// Whether flows can start it, and a server may perform it.
fn is_usable(wire: &str) -> bool {
    let name = offer::name_in_flows(wire);
    let problem = action_sdk::umim::check_action_name(&name).err();
    if let Some(problem) = &problem {
        let problem = problem.problem().to_string();
        tracing::info!(
            name = wire,
            problem,
            "no flow can start this action of an actions server"
        );
    }
    if offer::belongs_here(&name) {
        tracing::info!(
            name = wire,
            "an actions server offers what only this program performs"
        );
        return false;
    }
    problem.is_none()
}

/// Asks about each action, unless the server does not even know the question.
async fn with_descriptions(client: &Client, names: Vec<String>) -> Known {
    let dialect = match names.first() {
        Some(first) => dialect(client, first).await,
        None => Dialect::Context,
    };
    let offers = streams::iter(names).map(|wire| async move {
        let description = match dialect {
            Dialect::Context => description(client, &wire).await,
            Dialect::Arguments => None,
        };
        Offer { wire, description }
    });
    Known {
        offers: offers.buffered(AT_ONCE).collect().await,
        dialect,
        is_listed: true,
    }
}

async fn dialect(client: &Client, action: &str) -> Dialect {
    match client.get(&["actions", action]).await {
        Err(failed) if failed.is_unknown_route() => Dialect::Arguments,
        Ok(_) | Err(_) => Dialect::Context,
    }
}

async fn description(client: &Client, action: &str) -> Option<Description> {
    let told = client.get(&["actions", action]).await;
    let problem = match told.map(serde_json::from_value) {
        Ok(Ok(description)) => return Some(description),
        Ok(Err(error)) => error.to_string(),
        Err(failed) => failed.reason,
    };
    let server = &client.shown;
    tracing::warn!(
        server,
        action,
        problem,
        "the signature of an action on an actions server is unknown"
    );
    None
}

fn described(common: &Common, offers: &[Offer]) -> Vec<ActionDescriptor> {
    let mut taken = HashSet::new();
    let actions = offers.iter().filter_map(|offer| action(common, offer).ok());
    // The exact name of an action counts more than a name that was derived.
    let (exact, derived): (Vec<_>, Vec<_>) =
        actions.partition(|action| action.aliases().next().is_none());
    let all = exact.into_iter().chain(derived);
    all.filter(|action| taken.insert(action.name().to_owned()))
        .collect()
}
