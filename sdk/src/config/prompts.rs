//! What the model is given to read: instructions, documents, prompts of tasks.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

use super::read::{self, Check};
use super::secret::Settings;

/// Something the model is told about the bot.
///
/// ```
/// use action_sdk::config::Instruction;
///
/// let told: Instruction = serde_json::from_str(r#"{"type": "general", "content": "Be brief."}"#)?;
/// assert_eq!(told.content, "Be brief.");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Instruction {
    /// Which prompts it is used in; the first one of type `general` is part of most of them.
    pub r#type: String,
    /// The text.
    pub content: String,
    /// Unknown fields.
    #[serde(flatten)]
    pub extra: Settings,
}

/// A document for answering questions.
///
/// ```
/// use action_sdk::config::Document;
///
/// let document: Document = serde_json::from_str(r##"{"format": "md", "content": "# Opening hours"}"##)?;
/// assert_eq!(document.format, "md");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Document {
    /// The format of the content, such as `md`.
    pub format: String,
    /// The text.
    pub content: String,
    /// Unknown fields.
    #[serde(flatten)]
    pub extra: Settings,
}

/// The prompt of a task: one template, or one per message.
///
/// In a configuration file, exactly one of `content` and `messages` must be given, as in nemoguardrails 0.24.1.
///
/// ```
/// use action_sdk::config::TaskPrompt;
///
/// let prompt: TaskPrompt =
///     serde_json::from_str(r#"{"task": "self_check_input", "content": "Is {{ user_input }} polite?"}"#)?;
/// assert_eq!(prompt.max_length, Some(16_000));
/// assert_eq!(prompt.mode.as_deref(), Some("standard"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TaskPrompt {
    /// The task, such as `self_check_input`.
    pub task: String,
    /// The template of the whole prompt, if there is a single one.
    #[serde(default)]
    pub content: Option<String>,
    /// The templates of the messages, otherwise empty.
    #[serde(default, deserialize_with = "read::null_as_default")]
    pub messages: Vec<PromptMessage>,
    /// The models it is meant for, as `engine` or `engine/model`; all if empty.
    #[serde(default, deserialize_with = "read::null_as_default")]
    pub models: Vec<String>,
    /// The parser for the model's answer; if `None`, the answer is used as it is.
    #[serde(default)]
    pub output_parser: Option<String>,
    /// The maximum length of the prompt in characters, at least 1; the oldest events of the history are left out
    /// until it fits.
    #[serde(default = "max_length", deserialize_with = "at_least_one")]
    pub max_length: Option<u32>,
    /// The `prompting_mode` it is meant for.
    #[serde(default = "some_standard")]
    pub mode: Option<String>,
    /// Stop sequences.
    #[serde(default, deserialize_with = "read::null_as_default")]
    pub stop: Vec<String>,
    /// The maximum number of tokens in the answer, at least 1.
    #[serde(default, deserialize_with = "at_least_one")]
    pub max_tokens: Option<u32>,
    /// Unknown fields.
    #[serde(flatten)]
    pub extra: Settings,
}

impl Default for TaskPrompt {
    fn default() -> Self {
        Self {
            task: String::new(),
            content: None,
            messages: Vec::new(),
            models: Vec::new(),
            output_parser: None,
            max_length: max_length(),
            mode: some_standard(),
            stop: Vec::new(),
            max_tokens: None,
            extra: Settings::new(),
        }
    }
}

impl Check for TaskPrompt {
    fn check(self) -> Result<Self, String> {
        let content = self
            .content
            .as_deref()
            .is_some_and(|content| !content.is_empty());
        match (content, !self.messages.is_empty()) {
            (true, false) | (false, true) => Ok(self),
            (true, true) => Err(format!(
                "the prompt of task `{}` has both `content` and `messages`, keep one of them",
                self.task
            )),
            (false, false) => Err(format!(
                "the prompt of task `{}` has no text, give it `content` or `messages`",
                self.task
            )),
        }
    }
}

/// One entry of a prompt's `messages`.
///
/// ```
/// use action_sdk::config::PromptMessage;
///
/// let history: PromptMessage = serde_json::from_str(r#""{{ history | to_messages }}""#)?;
/// assert!(matches!(history, PromptMessage::Text(_)));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "a message needs `type` and `content`, or is one text"
)]
pub enum PromptMessage {
    /// A template for one message.
    Template(MessageTemplate),
    /// A template for a list of messages.
    Text(String),
}

/// The template of one message.
///
/// ```
/// use action_sdk::config::MessageTemplate;
///
/// let system: MessageTemplate = serde_json::from_str(r#"{"type": "system", "content": "Be brief."}"#)?;
/// assert_eq!(system.r#type, "system");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MessageTemplate {
    /// The role of the message: `system`, `user`, `assistant`…
    pub r#type: String,
    /// The template of the text.
    pub content: String,
    /// Unknown fields.
    #[serde(flatten)]
    pub extra: Settings,
}

pub(super) fn standard() -> String {
    "standard".to_owned()
}

/// Reads `null` and the empty string as `standard`.
pub(super) fn null_as_standard<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<String, D::Error> {
    let mode: Option<String> = Option::deserialize(deserializer)?;
    Ok(mode
        .filter(|mode| !mode.is_empty())
        .unwrap_or_else(standard))
}

fn some_standard() -> Option<String> {
    Some(standard())
}

fn max_length() -> Option<u32> {
    Some(16_000)
}

fn at_least_one<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    match Option::deserialize(deserializer)? {
        Some(0) => Err(D::Error::custom(
            "found 0 where at least 1 is wanted; leave the field out for no limit of your own",
        )),
        number => Ok(number),
    }
}
