//! The body of a webhook request. Events and domain are decoded only when an action uses them.

use super::domains::Domains;
use super::run::Request;
use crate::json::{self, Members};
use action_sdk::rasa::{Domain, Tracker};
use action_sdk::serde_json::{Map, Value};
use bytes::Bytes;
use std::sync::Arc;

/// The parts of a webhook request that are used.
#[derive(Debug)]
pub(super) struct WebhookRequest {
    pub(super) action: String,
    domain: Option<Bytes>,
    digest: Option<String>,
    tracker: Option<Bytes>,
}

/// The members of a tracker that actions can read, except `events`.
const TRACKER: [&str; 10] = [
    "sender_id",
    "slots",
    "latest_message",
    "paused",
    "followup_action",
    "active_loop",
    "active_form",
    "latest_action_name",
    "stack",
    "user_id",
];

impl WebhookRequest {
    /// Parses a body; `None` if it names no action.
    ///
    /// # Errors
    /// If it is not a JSON object. The string is the message for the client.
    pub(super) fn read(body: &Bytes) -> Result<Option<Self>, String> {
        let trimmed = body.trim_ascii();
        if trimmed.is_empty() || trimmed == b"null" {
            return Err("Invalid body request".to_owned());
        }
        match json::read(body) {
            Ok(members) => Self::of(&members, body),
            Err(error) if error.is_data() => Err("the body must be a JSON object".to_owned()),
            Err(_) => {
                let strict = json::as_strict(body);
                let members = json::read(&strict).map_err(|error| no_json(&error))?;
                Self::of(&members, &strict)
            }
        }
    }

    fn of(members: &Members<'_>, body: &Bytes) -> Result<Option<Self>, String> {
        let slice = |name| {
            members
                .text(name)
                .map(|text| body.slice_ref(text.as_bytes()))
        };
        let Some(action) = next_action(members)? else {
            return Ok(None);
        };
        Ok(Some(Self {
            action,
            domain: slice("domain"),
            digest: members
                .string("domain_digest")
                .filter(|digest| !digest.is_empty()),
            tracker: slice("tracker"),
        }))
    }
}

impl Request for WebhookRequest {
    fn action(&self) -> &str {
        &self.action
    }

    fn domain(&self, domains: &Domains) -> Result<Option<Arc<Domain>>, String> {
        let digest = self.digest.as_deref();
        let cached = || digest.and_then(|digest| domains.find(digest));
        match &self.domain {
            Some(text) if !text.starts_with(b"{") => {
                Err("member `domain` of the request must be an object".to_owned())
            }
            Some(text) if is_empty(text) => Ok(Some(cached().unwrap_or_default())),
            Some(text) => Ok(Some(domains.brought(text, digest))),
            None => Ok(cached()),
        }
    }

    /// Its events are decoded when an action first reads them.
    fn tracker(&self) -> Result<Tracker, String> {
        let text = self
            .tracker
            .as_ref()
            .ok_or("the request has no member `tracker`")?;
        let members: Members = json::read(text)
            .map_err(|_| "member `tracker` of the request must be an object".to_owned())?;
        let mut state = Map::new();
        for (name, value) in members.iter().filter(|(name, _)| TRACKER.contains(name)) {
            let value = json::read_either(value.as_bytes()).map_err(|error| no_json(&error))?;
            state.insert(name.to_owned(), value);
        }
        let events = members
            .text("events")
            .map(|events| text.slice_ref(events.as_bytes()));
        if events
            .as_ref()
            .is_some_and(|events| !events.starts_with(b"["))
        {
            return Err("member `events` of a tracker must be a list".to_owned());
        }
        let tracker =
            Tracker::from_json(Value::Object(state)).map_err(|error| error.to_string())?;
        Ok(match events {
            Some(events) => tracker.with_deferred_events(move || json::decoded(&events, "events")),
            None => tracker,
        })
    }
}

/// Whether an object has no members.
fn is_empty(object: &Bytes) -> bool {
    object[1..].trim_ascii_start().starts_with(b"}")
}

/// The action to run; `None` if the member is missing, null or empty.
fn next_action(members: &Members<'_>) -> Result<Option<String>, String> {
    let Some(text) = members.text("next_action") else {
        return Ok(None);
    };
    match json::read_either(text.as_bytes()) {
        Ok(Value::String(name)) => Ok(Some(name).filter(|name| !name.is_empty())),
        Ok(_) | Err(_) => Err("member `next_action` of the request must be a string".to_owned()),
    }
}

fn no_json(error: &serde_json::Error) -> String {
    let (line, column) = (error.line(), error.column());
    format!("Invalid body request: not JSON, at line {line}, column {column}")
}
