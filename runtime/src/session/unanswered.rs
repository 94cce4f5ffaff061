//! Failed actions after which the bot said nothing: the user gets a sentence, and the host gets the reason.

use action_sdk::ActionStart;
use colang::program::Program;
use serde::{Deserialize, Serialize};
use umim::Event;

use crate::rails;

/// The default sentence, if the setting `on_failure` is not given.
const SENTENCE: &str = "Sorry, something went wrong. Please try again.";

/// The event for the host about each failed action; flows have an event of the same name.
const FAILED: &str = "ActionFailed";

/// The start event of an utterance, and its action.
const SAY: &str = "StartUtteranceBotAction";
const UTTERANCE: &str = "UtteranceBotAction";

/// How many failures are reported at once.
const MOST: usize = 100;

/// The failures, oldest first, as events for the host.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Unanswered(Vec<Event>);

impl Unanswered {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Notes that an action has failed. If saying something fails, nothing more can be said about it.
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

    /// What the bot says after a failure counts as the answer to it.
    pub(crate) fn see(&mut self, sent: &Event) {
        if sent.name() == SAY {
            self.0.clear();
        }
    }

    /// Takes the failures to be reported to the host.
    pub(super) fn take(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.0)
    }
}

/// What the bot says after a failure: the configured sentence, or the default if the flows use `core`. An empty one
/// disables it.
pub(super) fn apology(configured: Option<&str>, program: &Program) -> Option<Event> {
    let speaks = || program.flow(rails::SAY).is_some();
    let sentence = configured.or_else(|| speaks().then_some(SENTENCE));
    let sentence = sentence.filter(|sentence| !sentence.is_empty())?;
    Some(Event::new(SAY).with("script", sentence))
}
