//! Utterances that bypass `bot say`: sent by a flow with its own event, or by an action through its `dispatcher` or
//! its `events`. If there are output rails, they are held back until the rails have let them pass.

use std::sync::Arc;

use action_sdk::{ActionError, ActionErrorKind, ActionResult, ActionStart, Map};
use colang::program::Name;
use colang::state::{ActionStatus, FlowKey, State};
use colang::value::{Event as Inside, Value};
use serde::{Deserialize, Serialize};
use umim::Event;

use super::calls::Outcome;
use super::queue::Input;
use super::stamps::Stamps;
use crate::border;
use crate::rails;
use crate::shared::Shared;

/// The field with the text of an utterance.
const SCRIPT: &str = "script";

/// Events that are held back, oldest first.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Held(Vec<Utterance>);

/// One of them.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Utterance {
    /// The uid by which the checking flow refers to it.
    uid: String,
    event: Event,
    verdict: Verdict,
}

/// The decision of the output rails about an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
enum Verdict {
    /// Nothing yet.
    Pending,
    /// It is sent with this text, or unchanged.
    Passed(Option<String>),
    /// It is not said.
    Blocked,
}

impl Held {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn push(&mut self, uid: String, event: Event, verdict: Verdict) -> String {
        self.0.push(Utterance {
            uid: uid.clone(),
            event,
            verdict,
        });
        uid
    }

    /// Sets the decision of the output rails: `held` identifies the event, `script` is the resulting text, or `None`
    /// if it is blocked.
    pub(crate) fn judge(&mut self, arguments: &Map) -> Outcome {
        let uid = arguments.get("held").and_then(|uid| uid.as_str());
        let mut held = self.0.iter_mut();
        let held = held.find(|held| Some(&*held.uid) == uid && held.verdict == Verdict::Pending);
        let held = held.ok_or_else(|| {
            let message = "argument `held` must name an event that is held back";
            ActionError::new(ActionErrorKind::InvalidArgument, message).with_parameter("held")
        })?;
        let script = arguments.get(SCRIPT).and_then(|script| script.as_str());
        held.verdict = match script {
            Some(script) => Verdict::Passed(Some(script.to_owned())),
            None => Verdict::Blocked,
        };
        Ok(ActionResult::value(script.is_some()))
    }

    /// Gives up events that are no longer being checked.
    fn give_up(&mut self) {
        let pending = self.0.iter_mut();
        let pending = pending.filter(|held| held.verdict == Verdict::Pending);
        pending.for_each(|held| held.verdict = Verdict::Blocked);
    }

    /// Takes the oldest event, if it is decided. Later ones wait for earlier ones.
    fn pop_decided(&mut self) -> Option<(Event, Verdict)> {
        let first = self.0.first()?;
        if first.verdict == Verdict::Pending {
            return None;
        }
        let first = self.0.remove(0);
        Some((first.event, first.verdict))
    }
}

/// An event that is no longer held back.
pub(super) enum Decided {
    /// It goes out.
    Passed(Inside, Event),
    /// It is not sent, and its end is reported to the flows.
    Blocked(Option<Input>),
}

/// Holds events back, starts their checks and releases them.
pub(super) struct Gate<'a> {
    pub(super) shared: &'a Shared,
    /// Gets the starts of flows that check and say.
    pub(super) state: &'a mut Arc<State>,
    pub(super) stamps: &'a mut Stamps,
    pub(super) held: &'a mut Held,
}

impl Gate<'_> {
    /// Holds back an event that a flow has sent. Returns the start of the flow that checks it.
    pub(super) fn hold(&mut self, outside: Event) -> Input {
        let text = border::text_of(&outside);
        // A new uid: that of the event may have been chosen by a flow.
        let uid = self.stamps.next_uid().to_string();
        let held = self.held.push(uid, outside, Verdict::Pending);
        self.start_flow(rails::SAY_WHEN_CHECKED, [("held", held), ("text", text)])
    }

    /// Takes an utterance of an action. A plain string is said with `bot say` if that is defined: then this returns
    /// the start of a flow that does so.
    pub(super) fn say(&mut self, utterance: Event) -> Option<Input> {
        let program = Arc::clone(self.state.program());
        let says = program.flow(rails::SAY_FOR_ACTION).is_some();
        let only_text = utterance.arguments().all(|(name, _)| name == SCRIPT);
        let script = utterance.value(SCRIPT).and_then(|script| script.as_str());
        if let Some(script) = script.filter(|_| only_text && says) {
            return Some(self.start_flow(rails::SAY_FOR_ACTION, [("text", script.to_owned())]));
        }
        let utterance = self.shared.stamped(utterance, self.stamps);
        if rails::check_what_is_said(&program) {
            return Some(self.hold(utterance));
        }
        let uid = self.stamps.next_uid().to_string();
        self.held.push(uid, utterance, Verdict::Passed(None));
        None
    }

    fn start_flow<const N: usize>(
        &mut self,
        flow_id: &str,
        arguments: [(&'static str, String); N],
    ) -> Input {
        let arguments = arguments.map(|(name, value)| (Name::from(name), Value::from(value)));
        let state = Arc::make_mut(self.state);
        Input::Start(self.shared.machine.start_request(state, flow_id, arguments))
    }

    /// The oldest event, if the output rails have decided about it.
    pub(super) fn next_decided(&mut self) -> Option<Decided> {
        let (event, verdict) = loop {
            let (event, verdict) = self.held.pop_decided()?;
            if !is_stopped(self.state, &event) {
                break (event, verdict);
            }
        };
        let passed = match verdict {
            Verdict::Blocked | Verdict::Pending => None,
            Verdict::Passed(None) => Some(event.clone()),
            Verdict::Passed(Some(text)) => border::with_text(event.clone(), &text),
        };
        let passed = passed.and_then(|event| Some((Inside::try_from(&event).ok()?, event)));
        Some(match passed {
            Some((inside, event)) => Decided::Passed(inside, event),
            None => Decided::Blocked(self.blocked(event)),
        })
    }

    /// Flows that wait for the end of a blocked utterance get the reason.
    fn blocked(&mut self, event: Event) -> Option<Input> {
        tracing::info!(
            event = event.name(),
            "the output rails block what was to be said"
        );
        let start = ActionStart::try_from(event).ok()?;
        let error = ActionError::failed("the output rails have blocked it");
        let finished = start.finished(Err(error.with_action(start.action_name())));
        Input::made_here(&self.shared.stamped(finished, self.stamps)).ok()
    }

    /// Blocks events whose check was stopped, so that others do not wait for them forever.
    pub(super) fn give_up_unchecked(&mut self) {
        if !self.held.is_empty() && !is_running(self.state, rails::SAY_WHEN_CHECKED) {
            self.held.give_up();
        }
    }
}

/// Whether the action of an event was stopped while the event was held back.
fn is_stopped(state: &State, event: &Event) -> bool {
    let key = event.action_uid().and_then(|uid| state.action_key(uid));
    let action = key.and_then(|key| state.action(key));
    action.is_some_and(|action| match action.status() {
        ActionStatus::Stopping | ActionStatus::Finished => true,
        ActionStatus::Initialized | ActionStatus::Starting | ActionStatus::Started => false,
    })
}

/// Whether an instance of the flow is running.
pub(super) fn is_running(state: &State, flow_id: &str) -> bool {
    let is_active = |key: &FlowKey| {
        let flow = state.flow(*key);
        flow.is_some_and(|flow| !flow.status().is_done())
    };
    let instances = state.instances(flow_id).unwrap_or_default();
    instances.iter().any(is_active)
}
