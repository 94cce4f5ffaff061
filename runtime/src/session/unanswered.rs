//! Actions that failed, after which the bot said nothing: the user hears a sentence, and the host hears why.

use action_sdk::ActionStart;
use colang::value::Event as Inside;
use serde::{Deserialize, Serialize};
use umim::Event;

use super::Session;
use crate::rails;

/// What the bot says if the setting `on_failure` says nothing else.
const SENTENCE: &str = "Sorry, something went wrong. Please try again.";

/// What the host is told of each action; flows know an event of this name, too.
const FAILED: &str = "ActionFailed";

/// The start of what the bot says, and its action.
const SAY: &str = "StartUtteranceBotAction";
const UTTERANCE: &str = "UtteranceBotAction";

/// How many failures are told at once.
const MOST: usize = 100;

/// The failures, oldest first, as the host will be told of them.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Unanswered(Vec<Event>);

impl Unanswered {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Notes that an action has failed. Where saying something fails, nothing more can be said about it.
    pub(crate) fn note(&mut self, start: &ActionStart, finished: &Event) {
        if start.action_name() == UTTERANCE || self.0.len() == MOST {
            return;
        }
        let reason = finished.value("failure_reason").cloned();
        let failed = Event::new(FAILED)
            .with("action_name", start.action_name())
            .with("failed_action_uid", start.action_uid())
            .with("failure_reason", reason.unwrap_or_default());
        self.0.push(failed);
    }

    /// What the bot says after a failure is the answer to it.
    pub(crate) fn see(&mut self, sent: &Event) {
        if sent.name() == SAY {
            self.0.clear();
        }
    }
}

impl Session {
    /// Says the sentence if there are failures that nothing followed, now that nothing else is left to do; whether it
    /// did.
    ///
    /// The sentence goes out past the output rails: it is the author's own, and the model that checks may be the one
    /// that is down.
    pub(crate) fn answer_failures(&mut self) -> bool {
        // A message that is being checked may be the answer.
        if self.unanswered.is_empty() || self.is_running(rails::OUTPUT.runs) {
            return false;
        }
        let failures = std::mem::take(&mut self.unanswered).0;
        let Some(sentence) = self.sentence() else {
            return false;
        };
        for failure in failures {
            let failure = self.stamped(failure);
            self.outputs.push_back(failure);
        }
        let said = self.stamped(Event::new(SAY).with("script", sentence));
        let inside = Inside::try_from(&said);
        if let Ok(inside) = inside {
            self.send_out(inside, said);
        }
        true
    }

    /// The configured sentence, or ours where the flows speak as `core` does. An empty one switches it off.
    fn sentence(&self) -> Option<String> {
        let configured = self.shared.rails.on_failure.clone();
        let speaks = || self.state.program().flow(rails::SAY).is_some();
        let sentence = configured.or_else(|| speaks().then(|| SENTENCE.to_owned()));
        sentence.filter(|sentence| !sentence.is_empty())
    }
}
