//! Answers of a model, whole or in chunks.

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
    /// The model's reasoning, if the service returns it.
    pub reasoning: Option<String>,
    /// The model's tool calls, in the format of its service.
    pub tool_calls: Vec<Value>,
    /// Why the answer ends.
    pub finish_reason: Option<LlmFinishReason>,
    /// The stop sequence that ended the answer.
    pub stop_sequence: Option<String>,
    /// The tokens that were used.
    pub usage: Option<LlmUsage>,
    /// The model that answered; its name may be more specific than the requested one.
    pub model: Option<String>,
    /// The id of this call at the service.
    pub request_id: Option<String>,
    /// Other fields from the service.
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

    /// Sets why the answer ends.
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

    /// Sets the model's reasoning.
    #[must_use]
    pub fn reasoning(mut self, reasoning: impl Into<String>) -> Self {
        self.reasoning = Some(reasoning.into());
        self
    }

    /// Whether the answer is incomplete: it reached the maximum number of tokens, or the service withheld the rest.
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
/// The texts of all chunks, concatenated, are the answer. Fields about the whole answer, such as
/// [`usage`](Self::usage), usually come with the last chunk.
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
    /// The model's tool calls, once they are complete, in the format of its service.
    pub tool_calls: Vec<Value>,
    /// Why the answer ends with this chunk.
    pub finish_reason: Option<LlmFinishReason>,
    /// The tokens used for the whole answer.
    pub usage: Option<LlmUsage>,
    /// The model that answers.
    pub model: Option<String>,
    /// The id of this call at the service.
    pub request_id: Option<String>,
    /// Other fields from the service.
    pub extra: Map<String, Value>,
}

impl LlmChunk {
    /// A chunk that adds this text and nothing else.
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

/// Why an answer ends.
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
    /// It is complete, or a stop sequence was reached.
    Stop,
    /// The maximum number of tokens was reached.
    Length,
    /// The model calls tools.
    ToolCalls,
    /// The service withheld the rest.
    ContentFilter,
    /// An unknown reason.
    Other(String),
}

impl LlmFinishReason {
    /// The reason as it is called in the OpenAI API.
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
    /// Tokens of the answer, including reasoning.
    pub output_tokens: u64,
    /// Tokens of the reasoning, if the service reports them.
    pub reasoning_tokens: Option<u64>,
    /// Tokens of the prompt that were cached from earlier calls, if the service reports them.
    pub cached_tokens: Option<u64>,
}

impl LlmUsage {
    /// Usage with only these two numbers.
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
