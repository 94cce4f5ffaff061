//! What a model is asked.

use serde_json::{Map, Value};

use super::LlmMessage;

/// A question to a model: the prompt, and how the answer should be made.
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
    /// What the model is given to read.
    pub prompt: Prompt,
    /// How the answer should be made.
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

    /// A request with one text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::new(Prompt::Text(text.into()))
    }

    /// A request with messages, oldest first.
    pub fn chat(messages: impl IntoIterator<Item = LlmMessage>) -> Self {
        Self::new(Prompt::Messages(messages.into_iter().collect()))
    }

    /// Sets the texts at which the model is to stop; they are not part of the answer.
    #[must_use]
    pub fn stop(mut self, stop: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.options.stop = stop.into_iter().map(Into::into).collect();
        self
    }

    /// Sets how many tokens the answer may have.
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

    /// Sets from which share of the likeliest tokens the model chooses, 0.0 to 1.0.
    #[must_use]
    pub fn top_p(mut self, top_p: f64) -> Self {
        self.options.top_p = Some(top_p);
        self
    }

    /// Sets the seed: models that know it answer the same request the same way, as far as they can.
    #[must_use]
    pub fn seed(mut self, seed: i64) -> Self {
        self.options.seed = Some(seed);
        self
    }

    /// Sets an option that has no field of its own, under the name that the model's service gives it.
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

/// How an answer should be made; what is not set is left to the model.
///
/// ```
/// assert_eq!(action_sdk::llm::LlmOptions::default().temperature, None);
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct LlmOptions {
    /// Texts at which the model is to stop.
    pub stop: Vec<String>,
    /// How many tokens the answer may have.
    pub max_tokens: Option<u32>,
    /// The higher, the more the answers vary.
    pub temperature: Option<f64>,
    /// From which share of the likeliest tokens the model chooses, 0.0 to 1.0.
    pub top_p: Option<f64>,
    /// Models that know it answer the same request the same way, as far as they can.
    pub seed: Option<i64>,
    /// Options without a field of their own, by the name that the model's service gives them.
    pub extra: Map<String, Value>,
}

/// What a model is given to read.
///
/// ```
/// use action_sdk::llm::{LlmMessage, Prompt};
///
/// let prompt = Prompt::from("Is ice cold?");
/// assert_eq!(prompt.into_messages(), [LlmMessage::user("Is ice cold?")]);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum Prompt {
    /// One text: for a model that completes texts, or the user's only message to one that chats.
    Text(String),
    /// Messages, oldest first.
    Messages(Vec<LlmMessage>),
}

impl Prompt {
    /// The prompt for a model that chats; a text becomes one message of the user.
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
