//! Reports ended actions to the flows.

use action_sdk::{ActionError, ActionErrorKind, ActionStart};
use umim::Event;

use super::calls::Ended;
use super::held::Gate;
use super::queue::Input;
use super::unanswered::Unanswered;
use crate::error::RuntimeError;
use crate::size;

/// Converts the results of actions to inputs.
pub(super) struct Reporter<'a> {
    /// Takes utterances of actions.
    pub(super) gate: Gate<'a>,
    /// Notes which actions have failed.
    pub(super) unanswered: &'a mut Unanswered,
}

impl Reporter<'_> {
    /// The reports on an ended action: its utterances, its end, and its failure if a flow waits for that.
    pub(super) fn report(&mut self, start: &ActionStart, ended: Ended) -> Vec<Input> {
        let mut ended = self.bounded(start, ended);
        let utterances = std::mem::take(&mut ended.utterances).into_iter();
        let mut inputs: Vec<_> = utterances
            .filter_map(|utterance| self.gate.say(utterance))
            .collect();
        let end = self.end(start, &ended.finished);
        if ended.has_failed {
            self.unanswered.note(start, &ended.finished);
        }
        inputs.extend(end.ok());
        inputs.extend(self.news_of_failure(start, &ended));
        inputs
    }

    /// A `Finished` event that is too large is replaced by a failure.
    fn bounded(&self, start: &ActionStart, ended: Ended) -> Ended {
        let (bytes, most) = (size::of_json(&ended.finished), self.gate.shared.sizes.event);
        if bytes <= most {
            return ended;
        }
        let message = format!(
            "its result has about {bytes} bytes, and {most} are allowed; return less, or raise `max_event_bytes`"
        );
        Ended::failed(start, ActionError::new(ActionErrorKind::Output, message))
    }

    /// The end as an input. A result that no variable can hold is reported as a failure.
    fn end(&mut self, start: &ActionStart, finished: &Event) -> Result<Input, RuntimeError> {
        let end = self.stamped(finished.clone());
        Input::made_here(&end).or_else(|error| {
            let error = ActionError::new(ActionErrorKind::Output, error.to_string());
            let finished = start.finished(Err(error.with_action(start.action_name())));
            Input::made_here(&self.stamped(finished))
        })
    }

    fn news_of_failure(&self, start: &ActionStart, ended: &Ended) -> Option<Input> {
        if !ended.has_failed {
            return None;
        }
        let reason = ended.finished.value("failure_reason");
        let reason = reason.and_then(|reason| reason.as_str());
        let Gate { shared, state, .. } = &self.gate;
        let news = shared.machine.news_of_failed_action(
            state,
            start.action_uid(),
            reason.unwrap_or_default(),
        );
        Some(Input::Event(news?.into()))
    }

    fn stamped(&mut self, event: Event) -> Event {
        self.gate.shared.stamped(event, self.gate.stamps)
    }
}
