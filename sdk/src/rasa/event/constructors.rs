//! A constructor for each event that has one in rasa-sdk 3.21.1; wire names and members are those of its `events.py`.

use serde_json::Value;

use super::RasaEvent;
use super::reminder_time::ReminderTime;

const NULL: Value = Value::Null;

/// Constructors. Each lists its optional members; `timestamp` is optional for all of them.
impl RasaEvent {
    /// The user has said this. Optional: [`parse_data`](Self::parse_data), without which Rasa 3.21 refuses the
    /// answer, and [`input_channel`](Self::input_channel).
    ///
    /// ```
    /// # use action_sdk::rasa::RasaEvent;
    /// use serde_json::json;
    ///
    /// let event = RasaEvent::user_uttered("hi").parse_data(json!({"intent": {"name": "greet"}}));
    /// assert_eq!(event.name(), "user");
    /// assert!(event.problems().is_empty());
    /// ```
    pub fn user_uttered(text: impl Into<String>) -> Self {
        Self::build(
            "user",
            [
                ("timestamp", NULL),
                ("text", text.into().into()),
                ("parse_data", NULL),
                ("input_channel", NULL),
            ],
        )
    }

    /// The bot has said something. Optional: [`text`](Self::text), [`data`](Self::data),
    /// [`metadata`](Self::metadata).
    pub fn bot_uttered() -> Self {
        Self::build(
            "bot",
            [
                ("timestamp", NULL),
                ("text", NULL),
                ("data", NULL),
                ("metadata", NULL),
            ],
        )
    }

    /// A slot is set to this value; null empties it.
    pub fn slot_set(name: impl Into<String>, value: impl Into<Value>) -> Self {
        Self::build(
            "slot",
            [
                ("timestamp", NULL),
                ("name", name.into().into()),
                ("value", value.into()),
            ],
        )
    }

    /// The conversation is restarted; earlier events no longer count.
    pub fn restarted() -> Self {
        Self::build("restart", [("timestamp", NULL)])
    }

    /// A session of the conversation begins.
    pub fn session_started() -> Self {
        Self::build("session_started", [("timestamp", NULL)])
    }

    /// The session ends for good: the conversation takes no further events. Optional: [`metadata`](Self::metadata).
    pub fn session_ended() -> Self {
        Self::build("session_ended", [("timestamp", NULL), ("metadata", NULL)])
    }

    /// The last message of the user and everything after it is undone.
    pub fn user_utterance_reverted() -> Self {
        Self::build("rewind", [("timestamp", NULL)])
    }

    /// All slots are reset to their initial values.
    pub fn all_slots_reset() -> Self {
        Self::build("reset_slots", [("timestamp", NULL)])
    }

    /// Triggers the intent at this time. Optional: [`entities`](Self::entities),
    /// [`reminder_name`](Self::reminder_name), [`kill_on_user_message`](Self::kill_on_user_message), which is true by
    /// default.
    ///
    /// ```
    /// # use action_sdk::rasa::{RasaEvent, ReminderTime};
    /// let at = ReminderTime::parse("2030-01-02T03:04:05.678")?;
    /// let event = RasaEvent::reminder_scheduled("remind", at).reminder_name("r1");
    /// assert_eq!(event.as_json()["date_time"], "2030-01-02T03:04:05.678000");
    /// # Ok::<(), action_sdk::rasa::ReminderTimeError>(())
    /// ```
    pub fn reminder_scheduled(intent: impl Into<String>, at: ReminderTime) -> Self {
        Self::build(
            "reminder",
            [
                ("timestamp", NULL),
                ("intent", intent.into().into()),
                ("entities", NULL),
                ("date_time", at.to_string().into()),
                ("name", NULL),
                ("kill_on_user_msg", true.into()),
            ],
        )
    }

    /// Cancels the reminders that match all members given, or all reminders. Optional:
    /// [`reminder_name`](Self::reminder_name), [`intent`](Self::intent), [`entities`](Self::entities).
    pub fn reminder_cancelled() -> Self {
        Self::build(
            "cancel_reminder",
            [
                ("timestamp", NULL),
                ("intent", NULL),
                ("entities", NULL),
                ("name", NULL),
            ],
        )
    }

    /// The last action is undone.
    pub fn action_reverted() -> Self {
        Self::build("undo", [("timestamp", NULL)])
    }

    /// The conversation is exported as a story.
    pub fn story_exported() -> Self {
        Self::build("export", [("timestamp", NULL)])
    }

    /// This action runs next, regardless of the policies.
    pub fn followup_action(name: impl Into<String>) -> Self {
        Self::build(
            "followup",
            [("timestamp", NULL), ("name", name.into().into())],
        )
    }

    /// The bot stops answering.
    pub fn conversation_paused() -> Self {
        Self::build("pause", [("timestamp", NULL)])
    }

    /// The bot answers again.
    pub fn conversation_resumed() -> Self {
        Self::build("resume", [("timestamp", NULL)])
    }

    /// An action was run. Optional: [`policy`](Self::policy), [`confidence`](Self::confidence).
    pub fn action_executed(action_name: impl Into<String>) -> Self {
        Self::build("action", policy_members(action_name))
    }

    /// A human agent has said something. Optional: [`text`](Self::text), [`data`](Self::data).
    pub fn agent_uttered() -> Self {
        Self::build(
            "agent",
            [("text", NULL), ("data", NULL), ("timestamp", NULL)],
        )
    }

    /// Activates this form or loop; `None` deactivates the active one.
    ///
    /// ```
    /// # use action_sdk::rasa::RasaEvent;
    /// assert_eq!(RasaEvent::active_loop("pizza_form").as_json()["name"], "pizza_form");
    /// assert!(RasaEvent::active_loop(None).as_json()["name"].is_null());
    /// ```
    pub fn active_loop<'n>(name: impl Into<Option<&'n str>>) -> Self {
        Self::build(
            "active_loop",
            [("name", name.into().into()), ("timestamp", NULL)],
        )
    }

    /// The old name of [`active_loop`](Self::active_loop); gives the same event.
    #[deprecated(note = "use `active_loop`")]
    pub fn form<'n>(name: impl Into<Option<&'n str>>) -> Self {
        Self::active_loop(name)
    }

    /// Whether the active loop was interrupted, so that Rasa does not validate the next message for it.
    pub fn loop_interrupted(is_interrupted: bool) -> Self {
        Self::build(
            "loop_interrupted",
            [
                ("is_interrupted", is_interrupted.into()),
                ("timestamp", NULL),
            ],
        )
    }

    /// The old name of [`loop_interrupted`](Self::loop_interrupted), with the opposite meaning.
    #[deprecated(note = "use `loop_interrupted` with the opposite value")]
    pub fn form_validation(validate: bool) -> Self {
        Self::loop_interrupted(!validate)
    }

    /// An action has declined to run. Optional: [`policy`](Self::policy), [`confidence`](Self::confidence).
    pub fn action_execution_rejected(action_name: impl Into<String>) -> Self {
        Self::build("action_execution_rejected", policy_members(action_name))
    }
}

fn policy_members(action_name: impl Into<String>) -> [(&'static str, Value); 4] {
    [
        ("name", action_name.into().into()),
        ("policy", NULL),
        ("confidence", NULL),
        ("timestamp", NULL),
    ]
}
