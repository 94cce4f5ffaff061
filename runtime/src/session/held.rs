//! What is said past `bot say`: by a flow with an event of its own, or by an action through its `dispatcher` or its
//! `events`. Where there are output rails it is held back until they have let it pass.

use std::sync::Arc;

use action_sdk::{ActionError, ActionErrorKind, ActionResult, ActionStart, Map};
use colang::program::Name;
use colang::state::{ActionStatus, FlowKey, State};
use colang::value::{Event as Inside, Value};
use serde::{Deserialize, Serialize};
use umim::{Event, UidSource};

use super::calls::Outcome;
use super::queue::Input;
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
    /// By which the flow that checks it names it.
    uid: String,
    event: Event,
    verdict: Verdict,
}

/// What the output rails say of an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
enum Verdict {
    /// Nothing yet.
    Pending,
    /// It is said with this text, if it has one.
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

    /// Takes the verdict of the output rails: `held` names the event, `script` is the text that they leave, or nothing
    /// if they block it.
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

    /// Gives up what nobody checks any more.
    fn give_up(&mut self) {
        let pending = self.0.iter_mut();
        let pending = pending.filter(|held| held.verdict == Verdict::Pending);
        pending.for_each(|held| held.verdict = Verdict::Blocked);
    }

    /// Takes out the oldest, if it is decided. What came later waits for what came before.
    fn pop_decided(&mut self) -> Option<(Event, Verdict)> {
        let first = self.0.first()?;
        if first.verdict == Verdict::Pending {
            return None;
        }
        let first = self.0.remove(0);
        Some((first.event, first.verdict))
    }
}

/// An event that is not held back any more.
pub(super) enum Decided {
    /// It goes out.
    Passed(Inside, Event),
    /// It does not, and this is its end, which flows are told of.
    Blocked(Option<Input>),
}

/// Holds events back, has them checked and lets them go.
pub(super) struct Gate<'a> {
    pub(super) shared: &'a Shared,
    /// Gets the starts of the flows that check and say.
    pub(super) state: &'a mut Arc<State>,
    pub(super) uids: &'a mut UidSource,
    pub(super) held: &'a mut Held,
}

impl Gate<'_> {
    /// Holds back an event that a flow has sent. Gives back the start of the flow that has it checked.
    pub(super) fn hold(&mut self, outside: Event) -> Input {
        let text = border::text_of(&outside);
        // Of its own: that of the event may have been given by a flow.
        let uid = self.uids.next_uid().to_string();
        let held = self.held.push(uid, outside, Verdict::Pending);
        self.start_flow(rails::SAY_WHEN_CHECKED, [("held", held), ("text", text)])
    }

    /// Takes what an action says. If it is only a string it is said with `bot say`, where there is one: then this gives
    /// back the start of a flow that does so.
    pub(super) fn say(&mut self, utterance: Event) -> Option<Input> {
        let program = Arc::clone(self.state.program());
        let says = program.flow(rails::SAY_FOR_ACTION).is_some();
        let only_text = utterance.arguments().all(|(name, _)| name == SCRIPT);
        let script = utterance.value(SCRIPT).and_then(|script| script.as_str());
        if let Some(script) = script.filter(|_| only_text && says) {
            return Some(self.start_flow(rails::SAY_FOR_ACTION, [("text", script.to_owned())]));
        }
        let utterance = self.shared.stamped(utterance, self.uids);
        if rails::check_what_is_said(&program) {
            return Some(self.hold(utterance));
        }
        let uid = self.uids.next_uid().to_string();
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

    /// Whoever waits for the end of an utterance that is not said hears why.
    fn blocked(&mut self, event: Event) -> Option<Input> {
        tracing::info!(
            event = event.name(),
            "the output rails block what was to be said"
        );
        let start = ActionStart::try_from(event).ok()?;
        let error = ActionError::failed("the output rails have blocked it");
        let finished = start.finished(Err(error.with_action(start.action_name())));
        Input::made_here(&self.shared.stamped(finished, self.uids)).ok()
    }

    /// Blocks what is held back and whose check was stopped, so that nothing waits behind it for ever.
    pub(super) fn give_up_unchecked(&mut self) {
        if !self.held.is_empty() && !is_running(self.state, rails::SAY_WHEN_CHECKED) {
            self.held.give_up();
        }
    }
}

/// Whether somebody has stopped the action of an event while it was held back.
fn is_stopped(state: &State, event: &Event) -> bool {
    let key = event.action_uid().and_then(|uid| state.action_key(uid));
    let action = key.and_then(|key| state.action(key));
    action.is_some_and(|action| match action.status() {
        ActionStatus::Stopping | ActionStatus::Finished => true,
        ActionStatus::Initialized | ActionStatus::Starting | ActionStatus::Started => false,
    })
}

/// Whether some instance of the flow is not over.
pub(super) fn is_running(state: &State, flow_id: &str) -> bool {
    let is_active = |key: &FlowKey| {
        let flow = state.flow(*key);
        flow.is_some_and(|flow| !flow.status().is_done())
    };
    let instances = state.instances(flow_id).unwrap_or_default();
    instances.iter().any(is_active)
}
