//! One message of a chat.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

/// A message of a chat with a model.
///
/// In JSON it has the form of the OpenAI chat API; `type` is accepted for `role`, since that is what prompt templates
/// use (nemoguardrails 0.24.1). Unknown fields are kept.
///
/// ```
/// use action_sdk::llm::{LlmMessage, LlmRole};
///
/// let message: LlmMessage = serde_json::from_str(r#"{"type": "bot", "content": "Hello!"}"#)?;
/// assert_eq!(message.role, LlmRole::Assistant);
/// assert_eq!(serde_json::to_string(&message)?, r#"{"role":"assistant","content":"Hello!"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LlmMessage {
    /// The role of the sender.
    #[serde(alias = "type")]
    pub role: LlmRole,
    /// The content; `None` in a message that only calls tools.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<LlmContent>,
    /// The model's tool calls, in the format of its service.
    #[serde(
        default,
        deserialize_with = "null_as_empty",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub tool_calls: Vec<Value>,
    /// The id of the tool call that this message answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool_call_id: Option<String>,
    /// The name of the sender, if several have the same role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Unknown fields.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl LlmMessage {
    /// A message with this role and content.
    pub fn new(role: LlmRole, content: impl Into<LlmContent>) -> Self {
        Self {
            role,
            content: Some(content.into()),
            tool_calls: Vec::new(),
            tool_call_id: None,
            name: None,
            extra: Map::new(),
        }
    }

    /// Instructions for the model.
    pub fn system(content: impl Into<LlmContent>) -> Self {
        Self::new(LlmRole::System, content)
    }

    /// A message from the user.
    pub fn user(content: impl Into<LlmContent>) -> Self {
        Self::new(LlmRole::User, content)
    }

    /// A message from the model.
    pub fn assistant(content: impl Into<LlmContent>) -> Self {
        Self::new(LlmRole::Assistant, content)
    }

    /// The result of the tool call with this id.
    pub fn tool(content: impl Into<LlmContent>, tool_call_id: impl Into<String>) -> Self {
        let mut message = Self::new(LlmRole::Tool, content);
        message.tool_call_id = Some(tool_call_id.into());
        message
    }

    /// The content as a string: the text parts on separate lines, without images and the like.
    ///
    /// ```
    /// use action_sdk::llm::LlmMessage;
    /// use serde_json::json;
    ///
    /// let message = LlmMessage::user(vec![
    ///     json!({"type": "text", "text": "What is this?"}),
    ///     json!({"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}),
    /// ]);
    /// assert_eq!(message.text(), "What is this?");
    /// ```
    pub fn text(&self) -> Cow<'_, str> {
        match &self.content {
            None => Cow::Borrowed(""),
            Some(LlmContent::Text(text)) => Cow::Borrowed(text),
            Some(LlmContent::Parts(parts)) => Cow::Owned(texts_of(parts)),
        }
    }
}

fn texts_of(parts: &[Value]) -> String {
    let texts: Vec<&str> = parts
        .iter()
        .filter_map(|part| part.get("text")?.as_str())
        .collect();
    texts.join("\n")
}

fn null_as_empty<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Value>, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// The content of a message.
///
/// ```
/// use action_sdk::llm::LlmContent;
///
/// assert_eq!(LlmContent::from("hello"), LlmContent::Text("hello".to_owned()));
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "the content of a message is a text or a list of parts"
)]
pub enum LlmContent {
    /// A string.
    Text(String),
    /// Parts, such as text and images, in the format of the service.
    Parts(Vec<Value>),
}

impl From<&str> for LlmContent {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for LlmContent {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Vec<Value>> for LlmContent {
    fn from(parts: Vec<Value>) -> Self {
        Self::Parts(parts)
    }
}

/// The role of the sender of a message.
///
/// `bot`, `human` and `developer` are accepted as synonyms, as in nemoguardrails 0.24.1.
///
/// ```
/// use action_sdk::llm::LlmRole;
///
/// assert_eq!(LlmRole::from("human"), LlmRole::User);
/// assert_eq!(LlmRole::User.as_str(), "user");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
#[non_exhaustive]
pub enum LlmRole {
    /// The system: instructions.
    System,
    /// The user.
    User,
    /// The model.
    Assistant,
    /// A tool that the model called.
    Tool,
    /// An unknown role.
    Other(String),
}

impl LlmRole {
    /// The name of the role in the API.
    pub fn as_str(&self) -> &str {
        match self {
            Self::System => "system",
            Self::User => "user",
            Self::Assistant => "assistant",
            Self::Tool => "tool",
            Self::Other(role) => role,
        }
    }

    fn known(role: &str) -> Option<Self> {
        match role {
            "system" | "developer" => Some(Self::System),
            "user" | "human" => Some(Self::User),
            "assistant" | "bot" => Some(Self::Assistant),
            "tool" => Some(Self::Tool),
            _ => None,
        }
    }
}

impl From<&str> for LlmRole {
    fn from(role: &str) -> Self {
        Self::known(role).unwrap_or_else(|| Self::Other(role.to_owned()))
    }
}

impl From<String> for LlmRole {
    fn from(role: String) -> Self {
        Self::known(&role).unwrap_or(Self::Other(role))
    }
}

impl From<LlmRole> for String {
    fn from(role: LlmRole) -> Self {
        match role {
            LlmRole::Other(role) => role,
            LlmRole::System | LlmRole::User | LlmRole::Assistant | LlmRole::Tool => {
                role.as_str().to_owned()
            }
        }
    }
}

impl fmt::Display for LlmRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
