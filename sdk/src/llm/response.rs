//! What a model answers, whole or in chunks.

use std::fmt;

use serde_json::{Map, Value};

/// The whole answer of a model.
///
/// ```
/// use action_sdk::llm::{LlmFinishReason, LlmResponse, LlmUsage};
///
/// let response = LlmResponse::new("Yes.").finish_reason(LlmFinishReason::Stop).usage(LlmUsage::new(12, 2));
/// assert_eq!(response.usage.unwrap().total_tokens(), 14);
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct LlmResponse {
    /// The answer, without the reasoning.
    pub text: String,
    /// What the model thought before it answered, if it tells.
    pub reasoning: Option<String>,
    /// The calls of tools that the model wants, as its service writes them.
    pub tool_calls: Vec<Value>,
    /// Why the answer ends here.
    pub finish_reason: Option<LlmFinishReason>,
    /// The stop text that ended the answer.
    pub stop_sequence: Option<String>,
    /// The tokens that were used.
    pub usage: Option<LlmUsage>,
    /// The model that answered; it may be named more precisely than the one that was asked.
    pub model: Option<String>,
    /// The name of this call at the model's service.
    pub request_id: Option<String>,
    /// What else the model's service tells.
    pub extra: Map<String, Value>,
}

impl LlmResponse {
    /// An answer with this text and nothing else.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }

    /// Sets why the answer ends here.
    #[must_use]
    pub fn finish_reason(mut self, reason: LlmFinishReason) -> Self {
        self.finish_reason = Some(reason);
        self
    }

    /// Sets the tokens that were used.
    #[must_use]
    pub fn usage(mut self, usage: LlmUsage) -> Self {
        self.usage = Some(usage);
        self
    }

    /// Sets what the model thought before it answered.
    #[must_use]
    pub fn reasoning(mut self, reasoning: impl Into<String>) -> Self {
        self.reasoning = Some(reasoning.into());
        self
    }

    /// Whether the answer ends in the middle: it has as many tokens as it may have, or the service held the rest back.
    ///
    /// ```
    /// use action_sdk::llm::{LlmFinishReason, LlmResponse};
    ///
    /// assert!(LlmResponse::new("The answer is").finish_reason(LlmFinishReason::Length).is_cut());
    /// assert!(!LlmResponse::new("Yes.").is_cut());
    /// ```
    pub fn is_cut(&self) -> bool {
        match self.finish_reason {
            Some(LlmFinishReason::Length | LlmFinishReason::ContentFilter) => true,
            Some(
                LlmFinishReason::Stop | LlmFinishReason::ToolCalls | LlmFinishReason::Other(_),
            )
            | None => false,
        }
    }

    /// Sets the model that answered.
    #[must_use]
    pub fn model(mut self, model: impl Into<String>) -> Self {
        self.model = Some(model.into());
        self
    }
}

/// A piece of an answer.
///
/// The texts of all chunks, one after the other, are the answer. What is said of the whole, such as
/// [`usage`](Self::usage), usually comes with the last one.
///
/// ```
/// let chunk = action_sdk::llm::LlmChunk::new("Ye");
/// assert_eq!((chunk.text.as_str(), chunk.finish_reason), ("Ye", None));
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct LlmChunk {
    /// What is added to the answer; may be empty.
    pub text: String,
    /// What is added to the reasoning.
    pub reasoning: Option<String>,
    /// The calls of tools that the model wants, once they are complete, as its service writes them.
    pub tool_calls: Vec<Value>,
    /// Why the answer ends with this chunk.
    pub finish_reason: Option<LlmFinishReason>,
    /// The tokens used for the whole answer.
    pub usage: Option<LlmUsage>,
    /// The model that answers.
    pub model: Option<String>,
    /// The name of this call at the model's service.
    pub request_id: Option<String>,
    /// What else the model's service tells.
    pub extra: Map<String, Value>,
}

impl LlmChunk {
    /// A chunk that adds this text and tells nothing else.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }
}

/// The whole answer as one chunk.
impl From<LlmResponse> for LlmChunk {
    fn from(response: LlmResponse) -> Self {
        Self {
            text: response.text,
            reasoning: response.reasoning,
            tool_calls: response.tool_calls,
            finish_reason: response.finish_reason,
            usage: response.usage,
            model: response.model,
            request_id: response.request_id,
            extra: response.extra,
        }
    }
}

/// Why an answer ends where it ends.
///
/// ```
/// use action_sdk::llm::LlmFinishReason;
///
/// assert_eq!(LlmFinishReason::from("length"), LlmFinishReason::Length);
/// assert_eq!(LlmFinishReason::from("eos").as_str(), "eos");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LlmFinishReason {
    /// It is complete, or a stop text came.
    Stop,
    /// It has as many tokens as it may have.
    Length,
    /// The model wants tools to be called.
    ToolCalls,
    /// The model's service held the rest back.
    ContentFilter,
    /// A reason that is not known here.
    Other(String),
}

impl LlmFinishReason {
    /// The reason as the OpenAI API writes it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Stop => "stop",
            Self::Length => "length",
            Self::ToolCalls => "tool_calls",
            Self::ContentFilter => "content_filter",
            Self::Other(reason) => reason,
        }
    }
}

impl From<&str> for LlmFinishReason {
    fn from(reason: &str) -> Self {
        match reason {
            "stop" => Self::Stop,
            "length" => Self::Length,
            "tool_calls" => Self::ToolCalls,
            "content_filter" => Self::ContentFilter,
            other => Self::Other(other.to_owned()),
        }
    }
}

impl fmt::Display for LlmFinishReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The tokens that a call used.
///
/// ```
/// assert_eq!(action_sdk::llm::LlmUsage::new(10, 5).total_tokens(), 15);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LlmUsage {
    /// Tokens of the prompt.
    pub input_tokens: u64,
    /// Tokens of the answer, those of the reasoning among them.
    pub output_tokens: u64,
    /// Tokens of the reasoning, if the model's service tells.
    pub reasoning_tokens: Option<u64>,
    /// Tokens of the prompt that were remembered from earlier calls, if the model's service tells.
    pub cached_tokens: Option<u64>,
}

impl LlmUsage {
    /// A usage of which only these two numbers are known.
    pub fn new(input_tokens: u64, output_tokens: u64) -> Self {
        Self {
            input_tokens,
            output_tokens,
            ..Self::default()
        }
    }

    /// Tokens of prompt and answer together.
    pub fn total_tokens(&self) -> u64 {
        self.input_tokens.saturating_add(self.output_tokens)
    }
}
