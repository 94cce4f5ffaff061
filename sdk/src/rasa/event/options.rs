//! What may be given to events besides what their constructors ask for.

use serde_json::Value;

use super::RasaEvent;

/// Optional members. Each says which events have it; on another event it is written all the same.
impl RasaEvent {
    /// When it happened, in seconds since 1970, UTC. Without it, Rasa takes the time at which it gets the event.
    #[must_use]
    pub fn timestamp(self, seconds: f64) -> Self {
        self.set("timestamp", seconds)
    }

    /// Of `user`: what is understood of the text (`intent`, `entities`, …), an object.
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

    /// Of `bot` and `agent`: what was said besides the text (buttons, …), an object.
    #[must_use]
    pub fn data(self, data: impl Into<Value>) -> Self {
        self.set("data", data)
    }

    /// Of `bot` and `session_ended`: whatever is to be kept with it, an object. Rasa takes it on any event.
    #[must_use]
    pub fn metadata(self, metadata: impl Into<Value>) -> Self {
        self.set("metadata", metadata)
    }

    /// Of `reminder` and `cancel_reminder`: the entities, a list of objects or an object of type and value.
    #[must_use]
    pub fn entities(self, entities: impl Into<Value>) -> Self {
        self.set("entities", entities)
    }

    /// Of `reminder` and `cancel_reminder`: the reminder's name. Of several with the same name only the last is run.
    #[must_use]
    pub fn reminder_name(self, name: impl Into<String>) -> Self {
        self.set("name", name.into())
    }

    /// Of `cancel_reminder`: the intent of the reminders to be given up.
    #[must_use]
    pub fn intent(self, intent: impl Into<String>) -> Self {
        self.set("intent", intent.into())
    }

    /// Of `reminder`: whether a message of the user ends it before its time.
    #[must_use]
    pub fn kill_on_user_message(self, kill: bool) -> Self {
        self.set("kill_on_user_msg", kill)
    }

    /// Of `action` and `action_execution_rejected`: the policy that chose the action.
    #[must_use]
    pub fn policy(self, policy: impl Into<String>) -> Self {
        self.set("policy", policy.into())
    }

    /// Of `action` and `action_execution_rejected`: how sure the policy was, 0.0 to 1.0.
    #[must_use]
    pub fn confidence(self, confidence: f64) -> Self {
        self.set("confidence", confidence)
    }
}
