//! A webhook request as it comes over gRPC. Events and domain are converted only when an action reads them.

use super::super::domains::Domains;
use super::super::run::Request;
use super::convert;
use super::proto;
use action_sdk::rasa::{Domain, Tracker};
use action_sdk::serde_json::{Map, Value, json};
use prost::Message;
use prost_types::Struct;
use std::sync::Arc;

/// The parts of a webhook request that are used.
pub(super) struct GrpcRequest {
    action: String,
    tracker: Option<proto::Tracker>,
    events: Arc<Vec<Struct>>,
    domain: Option<Arc<proto::Domain>>,
    digest: Option<String>,
}

impl GrpcRequest {
    /// `None` if the request names no action.
    pub(super) fn new(mut request: proto::WebhookRequest) -> Option<Self> {
        let tracker = request.tracker.as_mut();
        let events = tracker.map(|tracker| std::mem::take(&mut tracker.events));
        let names_action = !request.next_action.is_empty();
        names_action.then(|| Self {
            action: request.next_action,
            tracker: request.tracker,
            events: Arc::new(events.unwrap_or_default()),
            domain: request.domain.map(Arc::new),
            digest: request.domain_digest.filter(|digest| !digest.is_empty()),
        })
    }
}

impl Request for GrpcRequest {
    fn action(&self) -> &str {
        &self.action
    }

    fn domain(&self, domains: &Domains) -> Result<Option<Arc<Domain>>, String> {
        let digest = self.digest.as_deref();
        let cached = || digest.and_then(|digest| domains.find(digest));
        Ok(match &self.domain {
            Some(domain) if domain.encoded_len() == 0 => Some(cached().unwrap_or_default()),
            Some(message) => {
                let (message, bytes) = (Arc::clone(message), message.encoded_len());
                let domain = Arc::new(Domain::deferred(move || convert::domain(&message)));
                domains.keep(Arc::clone(&domain), bytes, digest);
                Some(domain)
            }
            None => cached(),
        })
    }

    fn tracker(&self) -> Result<Tracker, String> {
        let tracker = self.tracker.as_ref().ok_or("the request has no tracker")?;
        let object =
            |fields: &Option<Struct>| fields.as_ref().map(convert::object).unwrap_or_default();
        let active_loop: Map<String, Value> = tracker
            .active_loop
            .iter()
            .map(|(name, value)| (name.clone(), value.clone().into()))
            .collect();
        let state = json!({
            "sender_id": tracker.sender_id,
            "slots": object(&tracker.slots),
            "latest_message": object(&tracker.latest_message),
            "paused": tracker.paused,
            "followup_action": tracker.followup_action,
            "active_loop": active_loop,
            "latest_action_name": tracker.latest_action_name,
            "stack": convert::objects(&tracker.stack),
            "user_id": tracker.user_id,
        });
        let events = Arc::clone(&self.events);
        let tracker = Tracker::from_json(state).map_err(|error| error.to_string())?;
        Ok(tracker.with_deferred_events(move || convert::objects(&events)))
    }
}
