//! What is sent to a conversation, and what is said about it.

use std::fmt;

use serde_json::Value as Json;
use umim::Event;

use crate::engine::Output;

/// Events for a conversation, accepted together or not at all.
///
/// ```
/// use action_sdk_conversations::Input;
///
/// let input = Input::said("Hello").with_id("message-17").by(serde_json::json!({"user": "ada"}));
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Input {
    pub(crate) events: Vec<Event>,
    pub(crate) id: Option<String>,
    pub(crate) caller: Option<Json>,
}

impl Input {
    /// Events, in order. Without any, it only starts the conversation.
    #[must_use]
    pub fn new(events: Vec<Event>) -> Self {
        Self {
            events,
            ..Self::default()
        }
    }

    /// Something that the user has said.
    #[must_use]
    pub fn said(text: impl Into<String>) -> Self {
        let said = Event::new("UtteranceUserActionFinished")
            .with("final_transcript", text.into())
            .with("is_success", true);
        Self::new(vec![said])
    }

    /// An id, chosen by the sender, by which a repetition is known: an input with the id of one of the latest 256 is
    /// acknowledged, but not processed again. So whoever got no answer may send again.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// Who sends it, such as the authenticated user. Actions that are started from now on read it as
    /// `Extension<`[`Caller`](crate::Caller)`>`. It is kept with the conversation until another one is given.
    #[must_use]
    pub fn by(mut self, caller: impl Into<Json>) -> Self {
        self.caller = Some(caller.into());
        self
    }
}

impl From<Event> for Input {
    fn from(event: Event) -> Self {
        Self::new(vec![event])
    }
}

/// Says that an input was accepted: it is on disk, and will be processed whatever happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Receipt {
    /// The number of the input within its conversation.
    pub number: u64,
    /// Whether it was accepted earlier: an input with the same id had come before.
    pub is_repeat: bool,
}

/// What the bot sent after an input, until nothing was left to do but for the user, a timer, or an action with
/// `execute_async`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Answer {
    /// The input.
    pub receipt: Receipt,
    /// The outputs, in order. They are delivered by [`Outputs`](crate::Outputs), too, until they are acknowledged.
    pub outputs: Vec<Output>,
}

/// What the bot said, each utterance on its own line.
impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut newline = "";
        for Output { event, .. } in &self.outputs {
            let said = match event.name() {
                "UtteranceBotActionFinished" => event.value("final_script"),
                "StartUtteranceBotAction" => event.value("script"),
                _ => None,
            };
            if let Some(text) = said.and_then(Json::as_str) {
                write!(f, "{newline}{text}")?;
                newline = "\n";
            }
        }
        Ok(())
    }
}
