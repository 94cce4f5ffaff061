//! Requests to a model.

use serde_json::{Map, Value};

use super::LlmMessage;

/// A request to a model: the prompt, and options for the answer.
///
/// ```
/// use action_sdk::llm::{LlmMessage, LlmRequest};
///
/// let request = LlmRequest::chat([LlmMessage::system("Answer in one word."), LlmMessage::user("Is ice cold?")])
///     .temperature(0.0)
///     .max_tokens(5)
///     .stop(["\n"]);
/// assert_eq!(request.options.stop, ["\n"]);
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct LlmRequest {
    /// The prompt.
    pub prompt: Prompt,
    /// Options for the answer.
    pub options: LlmOptions,
}

impl LlmRequest {
    /// A request with this prompt and no options.
    pub fn new(prompt: impl Into<Prompt>) -> Self {
        Self {
            prompt: prompt.into(),
            options: LlmOptions::default(),
        }
    }

    /// A request with a single string.
    pub fn text(text: impl Into<String>) -> Self {
        Self::new(Prompt::Text(text.into()))
    }

    /// A request with messages, oldest first.
    pub fn chat(messages: impl IntoIterator<Item = LlmMessage>) -> Self {
        Self::new(Prompt::Messages(messages.into_iter().collect()))
    }

    /// Sets the stop sequences; they are not part of the answer.
    #[must_use]
    pub fn stop(mut self, stop: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.options.stop = stop.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the maximum number of tokens in the answer.
    #[must_use]
    pub fn max_tokens(mut self, max_tokens: u32) -> Self {
        self.options.max_tokens = Some(max_tokens);
        self
    }

    /// Sets the temperature: the higher, the more the answers vary.
    #[must_use]
    pub fn temperature(mut self, temperature: f64) -> Self {
        self.options.temperature = Some(temperature);
        self
    }

    /// Sets nucleus sampling: the share of the most likely tokens to choose from, 0.0 to 1.0.
    #[must_use]
    pub fn top_p(mut self, top_p: f64) -> Self {
        self.options.top_p = Some(top_p);
        self
    }

    /// Sets the seed. Models that support it answer the same request the same way, as far as they can.
    #[must_use]
    pub fn seed(mut self, seed: i64) -> Self {
        self.options.seed = Some(seed);
        self
    }

    /// Sets an option that has no field of its own, by its name in the service's API.
    ///
    /// ```
    /// let request = action_sdk::llm::LlmRequest::text("hello").with("presence_penalty", 0.5);
    /// assert_eq!(request.options.extra["presence_penalty"], 0.5);
    /// ```
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.options.extra.insert(name.into(), value.into());
        self
    }
}

impl<P: Into<Prompt>> From<P> for LlmRequest {
    fn from(prompt: P) -> Self {
        Self::new(prompt)
    }
}

/// Options for the answer; the model's defaults apply to everything that is not set.
///
/// ```
/// assert_eq!(action_sdk::llm::LlmOptions::default().temperature, None);
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct LlmOptions {
    /// Stop sequences.
    pub stop: Vec<String>,
    /// The maximum number of tokens in the answer.
    pub max_tokens: Option<u32>,
    /// The higher, the more the answers vary.
    pub temperature: Option<f64>,
    /// Nucleus sampling: the share of the most likely tokens to choose from, 0.0 to 1.0.
    pub top_p: Option<f64>,
    /// Models that support it answer the same request the same way, as far as they can.
    pub seed: Option<i64>,
    /// Options without a field of their own, by their names in the service's API.
    pub extra: Map<String, Value>,
}

/// The input of a model.
///
/// ```
/// use action_sdk::llm::{LlmMessage, Prompt};
///
/// let prompt = Prompt::from("Is ice cold?");
/// assert_eq!(prompt.into_messages(), [LlmMessage::user("Is ice cold?")]);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum Prompt {
    /// A single string: the text to complete, or for a chat model the user's only message.
    Text(String),
    /// Messages, oldest first.
    Messages(Vec<LlmMessage>),
}

impl Prompt {
    /// The prompt for a chat model; a string becomes one message of the user.
    pub fn into_messages(self) -> Vec<LlmMessage> {
        match self {
            Self::Text(text) => vec![LlmMessage::user(text)],
            Self::Messages(messages) => messages,
        }
    }
}

impl From<&str> for Prompt {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Prompt {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Vec<LlmMessage>> for Prompt {
    fn from(messages: Vec<LlmMessage>) -> Self {
        Self::Messages(messages)
    }
}

impl<const N: usize> From<[LlmMessage; N]> for Prompt {
    fn from(messages: [LlmMessage; N]) -> Self {
        Self::Messages(messages.into())
    }
}
