//! Runs an action for Rasa, whichever way the request came: looks up the action and the domain, calls, and says why if
//! that fails.

use super::call::RasaCall;
use super::domains::Domains;
use super::streams::Streams;
use crate::admission::Admission;
use crate::limits::Limits;
use crate::offer::{Found, Offer};
use crate::reason;
use crate::tokens::Caller;
use action_sdk::rasa::{CollectingDispatcher, Domain, Events, Message, Tracker};
use action_sdk::{ActionDescriptor, ActionError, ActionErrorKind, Special};
use std::sync::Arc;

/// Rasa recognises this message, and sends the request again with the domain (rasa-pro 3.21).
pub(super) const MISSING_DOMAIN: &str = "Missing domain context, assistant will retry the request and include the domain in \
     the request payload. For more information please see https://rasa.com/docs/action-server/";

/// The state that both doors share.
pub(super) struct Core {
    pub(super) limits: Limits,
    pub(super) admission: Admission,
    pub(super) domains: Domains,
    pub(super) streams: Streams,
    offer: Offer,
}

/// A request, whichever way it came.
pub(super) trait Request {
    /// The name of the action.
    fn action(&self) -> &str;

    /// The domain of the request, or the cached domain of its digest.
    fn domain(&self, domains: &Domains) -> Result<Option<Arc<Domain>>, String>;

    /// The tracker.
    fn tracker(&self) -> Result<Tracker, String>;
}

/// Why there are no events.
#[derive(Debug)]
pub(super) enum Failure {
    /// No action of that name is offered.
    UnknownAction,
    /// The action reads the domain, and neither the request nor the cache has it.
    MissingDomain,
    /// The action rejected its execution, in this name and with this message.
    Rejected { name: String, message: String },
    /// The request has a part that cannot be used.
    Malformed(String),
    /// The action failed with this message.
    Failed(String),
}

impl Core {
    pub(super) fn new(offer: Offer, limits: &Limits, admission: &Admission) -> Self {
        Self {
            offer,
            limits: limits.clone(),
            admission: admission.clone(),
            domains: Domains::new(limits),
            streams: Streams::default(),
        }
    }

    /// Rasa's names of all actions.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.offer.rasa_names()
    }

    /// Runs the action that a request names. What it says goes to `said`.
    pub(super) async fn run(
        &self,
        request: &impl Request,
        caller: Option<&Caller>,
        said: &CollectingDispatcher,
    ) -> Result<(Events, Vec<Message>), Failure> {
        let name = request.action();
        let action = match self.offer.find(name) {
            Found::Action(action) => action,
            Found::Nothing => return Err(Failure::UnknownAction),
            Found::Needs(parameter) => {
                let message = format!("the action needs `{parameter}`, which Rasa does not have");
                return Err(Failure::Failed(message));
            }
        };
        let domain = request.domain(&self.domains).map_err(Failure::Malformed)?;
        if domain.is_none() && takes_domain(action) {
            return Err(Failure::MissingDomain);
        }
        let call = RasaCall {
            tracker: request.tracker().map_err(Failure::Malformed)?,
            domain,
            caller: caller.cloned(),
            time: self.limits.call_time,
        };
        let outcome = call.run(self.offer.dispatcher(), action, said).await;
        outcome.map_err(|error| failure(&error, action, name))
    }
}

fn failure(error: &ActionError, action: &ActionDescriptor, name: &str) -> Failure {
    if error.kind() != ActionErrorKind::Rejected {
        return Failure::Failed(reason::told(error).to_owned());
    }
    let other = error.action().filter(|other| *other != action.name());
    let name = other.unwrap_or(name).to_owned();
    let message = match error.message() {
        "" => format!("Custom action '{name}' rejected execution."),
        message => message.to_owned(),
    };
    Failure::Rejected { name, message }
}

/// The message for an action that is not offered.
pub(super) fn unknown_action(name: &str) -> String {
    format!("No registered action found for name '{name}'.")
}

/// Whether Rasa has to send its domain. An action built by hand may read it but need not, so it is called without one.
fn takes_domain(action: &ActionDescriptor) -> bool {
    action.needs().contains(Special::Domain) && !action.crate_name().is_empty()
}
