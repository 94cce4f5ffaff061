//! Optional members of events.

use serde_json::Value;

use super::RasaEvent;

/// Optional members. Each lists the events that have it, but can be set on any event.
impl RasaEvent {
    /// When it happened, in seconds since 1970, UTC. Without it, Rasa uses the time at which it receives the event.
    #[must_use]
    pub fn timestamp(self, seconds: f64) -> Self {
        self.set("timestamp", seconds)
    }

    /// Of `user`: the parsed message (`intent`, `entities`, …), an object.
    #[must_use]
    pub fn parse_data(self, parse_data: impl Into<Value>) -> Self {
        self.set("parse_data", parse_data)
    }

    /// Of `user`: the channel it came through.
    #[must_use]
    pub fn input_channel(self, input_channel: impl Into<String>) -> Self {
        self.set("input_channel", input_channel.into())
    }

    /// Of `bot` and `agent`: the text.
    #[must_use]
    pub fn text(self, text: impl Into<String>) -> Self {
        self.set("text", text.into())
    }

    /// Of `bot` and `agent`: the other parts of the message (buttons, …), an object.
    #[must_use]
    pub fn data(self, data: impl Into<Value>) -> Self {
        self.set("data", data)
    }

    /// Of `bot` and `session_ended`: additional data, an object. Rasa accepts it on any event.
    #[must_use]
    pub fn metadata(self, metadata: impl Into<Value>) -> Self {
        self.set("metadata", metadata)
    }

    /// Of `reminder` and `cancel_reminder`: the entities, as a list of objects, or as an object with types as keys.
    #[must_use]
    pub fn entities(self, entities: impl Into<Value>) -> Self {
        self.set("entities", entities)
    }

    /// Of `reminder` and `cancel_reminder`: the reminder's name. Of several reminders with the same name only the
    /// last is run.
    #[must_use]
    pub fn reminder_name(self, name: impl Into<String>) -> Self {
        self.set("name", name.into())
    }

    /// Of `cancel_reminder`: the intent of the reminders to cancel.
    #[must_use]
    pub fn intent(self, intent: impl Into<String>) -> Self {
        self.set("intent", intent.into())
    }

    /// Of `reminder`: whether a message of the user cancels it.
    #[must_use]
    pub fn kill_on_user_message(self, kill: bool) -> Self {
        self.set("kill_on_user_msg", kill)
    }

    /// Of `action` and `action_execution_rejected`: the policy that chose the action.
    #[must_use]
    pub fn policy(self, policy: impl Into<String>) -> Self {
        self.set("policy", policy.into())
    }

    /// Of `action` and `action_execution_rejected`: the confidence of the policy, 0.0 to 1.0.
    #[must_use]
    pub fn confidence(self, confidence: f64) -> Self {
        self.set("confidence", confidence)
    }
}
