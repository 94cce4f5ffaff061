//! What is said past `bot say`: by a flow with an event of its own, or by an action through its `dispatcher` or its
//! `events`. Where there are output rails it is held back until they have let it pass.

use std::sync::Arc;

use action_sdk::{ActionError, ActionErrorKind, ActionResult, ActionStart, Map};
use colang::program::Name;
use colang::state::{ActionStatus, FlowKey};
use colang::value::{Event as Inside, Value};
use serde::{Deserialize, Serialize};
use umim::Event;

use super::Session;
use super::calls::Outcome;
use super::cycle::Input;
use crate::border;
use crate::rails;

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

    /// Takes out what is decided, in order. What came later waits for what came before.
    fn take_decided(&mut self) -> Vec<(Event, Verdict)> {
        let decided = |held: &Utterance| held.verdict != Verdict::Pending;
        let count = self.0.iter().take_while(|held| decided(held)).count();
        let decided = self.0.drain(..count);
        decided.map(|held| (held.event, held.verdict)).collect()
    }
}

impl Session {
    /// Holds back an event that a flow has sent, and has it checked.
    pub(crate) fn hold(&mut self, outside: Event) -> Input {
        let text = border::text_of(&outside);
        // Of its own: that of the event may have been given by a flow.
        let uid = self.uids.next_uid().to_string();
        let held = self.held.push(uid, outside, Verdict::Pending);
        self.start_flow(rails::SAY_WHEN_CHECKED, [("held", held), ("text", text)])
    }

    /// What an action says. A mere text is said with `bot say` where there is one.
    pub(crate) fn say(&mut self, utterance: Event) -> Option<Input> {
        let program = Arc::clone(self.state.program());
        let says = program.flow(rails::SAY_FOR_ACTION).is_some();
        let only_text = utterance.arguments().all(|(name, _)| name == SCRIPT);
        let script = utterance.value(SCRIPT).and_then(|script| script.as_str());
        if let Some(script) = script.filter(|_| only_text && says) {
            return Some(self.start_flow(rails::SAY_FOR_ACTION, [("text", script.to_owned())]));
        }
        let utterance = self.stamped(utterance);
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
        let state = Arc::make_mut(&mut self.state);
        Input::Start(self.shared.machine.start_request(state, flow_id, arguments))
    }

    /// Sends what the output rails have let pass, and tells of what they have blocked.
    pub(crate) fn release(&mut self) {
        if self.held.is_empty() {
            return;
        }
        for (event, verdict) in self.held.take_decided() {
            if self.is_stopped(&event) {
                continue;
            }
            let passed = match verdict {
                Verdict::Blocked | Verdict::Pending => None,
                Verdict::Passed(None) => Some(event.clone()),
                Verdict::Passed(Some(text)) => border::with_text(event.clone(), &text),
            };
            let passed = passed.and_then(|event| Some((Inside::try_from(&event).ok()?, event)));
            match passed {
                Some((inside, event)) => self.send_out(inside, event),
                None => {
                    let end = self.blocked(event);
                    self.queue_now(end);
                }
            }
        }
    }

    /// Whether somebody has stopped the action while it was held back.
    fn is_stopped(&self, event: &Event) -> bool {
        let key = event
            .action_uid()
            .and_then(|uid| self.state.action_key(uid));
        let action = key.and_then(|key| self.state.action(key));
        action.is_some_and(|action| match action.status() {
            ActionStatus::Stopping | ActionStatus::Finished => true,
            ActionStatus::Initialized | ActionStatus::Starting | ActionStatus::Started => false,
        })
    }

    /// Blocks what is held back and whose check was stopped, so that nothing waits behind it for ever.
    pub(crate) fn give_up_unchecked(&mut self) {
        if !self.held.is_empty() && !self.is_running(rails::SAY_WHEN_CHECKED) {
            self.held.give_up();
        }
    }

    /// Whether some instance of the flow is not over.
    pub(crate) fn is_running(&self, flow_id: &str) -> bool {
        let is_active = |key: &FlowKey| {
            let flow = self.state.flow(*key);
            flow.is_some_and(|flow| !flow.status().is_done())
        };
        let instances = self.state.instances(flow_id).unwrap_or_default();
        instances.iter().any(is_active)
    }

    /// Whoever waits for the end of an utterance that is not said hears why.
    fn blocked(&mut self, event: Event) -> Option<Input> {
        tracing::info!(
            event = event.name(),
            "the output rails block what was to be said"
        );
        let start = ActionStart::try_from(event).ok()?;
        let error = ActionError::failed("the output rails have blocked it");
        let finished = self.stamped(start.finished(Err(error.with_action(start.action_name()))));
        border::made_here(&finished).ok()
    }
}
