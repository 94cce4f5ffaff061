//! Queries on a tracker's history, the list of all events so far.
//!
//! Events are read in place. One that is not an object, or lacks a member, does not match.

use serde_json::Value;

use super::Tracker;
use crate::rasa::event::event_name;
use crate::rasa::json::text_member;

const ACTION_LISTEN: &str = "action_listen";

impl Tracker {
    /// All events of the conversation as sent by Rasa, the oldest first.
    pub fn events(&self) -> &[Value] {
        self.events.value()
    }

    /// The channel of the last `user` event.
    pub fn latest_input_channel(&self) -> Option<&str> {
        let last = self
            .events()
            .iter()
            .rfind(|event| event_name(event) == Some("user"))?;
        text_member(last, "input_channel")
    }

    /// The index of the first event after the last restart; 0 if there was none.
    pub fn idx_after_latest_restart(&self) -> usize {
        self.events()
            .iter()
            .rposition(|event| event_name(event) == Some("restart"))
            .map_or(0, |at| at + 1)
    }

    /// The events after the last restart.
    pub fn events_after_latest_restart(&self) -> &[Value] {
        &self.events()[self.idx_after_latest_restart()..]
    }

    /// The events that are still in effect.
    ///
    /// A `restart` undoes everything before it; an `undo` the last action and everything after it; a `rewind` the
    /// last user message and everything after it, and also the action before that with everything after it. These
    /// three events are left out too. Without such an action or message, everything is undone.
    ///
    /// ```
    /// use action_sdk::rasa::{RasaEvent, Tracker};
    ///
    /// let tracker = Tracker::new("u").with_events([
    ///     RasaEvent::action_executed("action_greet"),
    ///     RasaEvent::action_executed("action_listen"),
    ///     RasaEvent::user_uttered("oops"),
    ///     RasaEvent::user_utterance_reverted(),
    /// ]);
    /// assert_eq!(tracker.applied_events().len(), 1);
    /// ```
    pub fn applied_events(&self) -> Vec<&Value> {
        let mut applied = Vec::new();
        for event in self.events() {
            match event_name(event) {
                Some("restart") => applied.clear(),
                Some("undo") => take_back_to("action", &mut applied),
                Some("rewind") => {
                    take_back_to("user", &mut applied);
                    take_back_to("action", &mut applied);
                }
                Some(_) | None => applied.push(event),
            }
        }
        applied
    }

    /// The last event of this type that is still in effect, or the one before it if `skip` is 1, and so on. Actions
    /// named in `exclude` are ignored and not counted.
    ///
    /// ```
    /// use action_sdk::rasa::{RasaEvent, Tracker};
    ///
    /// let actions = ["action_a", "action_b", "action_listen"];
    /// let tracker = Tracker::new("u").with_events(actions.map(RasaEvent::action_executed));
    /// assert_eq!(tracker.last_event_for("action", &["action_listen"], 0).unwrap()["name"], "action_b");
    /// assert_eq!(tracker.last_event_for("action", &[], 2).unwrap()["name"], "action_a");
    /// assert_eq!(tracker.last_event_for("action", &[], 3), None);
    /// ```
    pub fn last_event_for(
        &self,
        event_type: &str,
        exclude: &[&str],
        skip: usize,
    ) -> Option<&Value> {
        self.applied_events()
            .into_iter()
            .rev()
            .filter(|event| event_name(event) == Some(event_type))
            .filter(|event| !is_excluded(event, exclude))
            .nth(skip)
    }

    /// Whether the last action that is still in effect has this name, or the one before it if `skip` is 1, and so on;
    /// `action_listen` is not counted.
    pub fn last_executed_action_has(&self, name: &str, skip: usize) -> bool {
        let last = self.last_event_for("action", &[ACTION_LISTEN], skip);
        last.and_then(|event| text_member(event, "name")) == Some(name)
    }
}

fn take_back_to(event_type: &str, applied: &mut Vec<&Value>) {
    while let Some(event) = applied.pop() {
        if event_name(event) == Some(event_type) {
            break;
        }
    }
}

fn is_excluded(event: &Value, exclude: &[&str]) -> bool {
    event_name(event) == Some("action")
        && text_member(event, "name").is_some_and(|name| exclude.contains(&name))
}
