//! Which flows guard a bot, and how: the group `rails` of a configuration.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

use super::read;
use super::secret::Settings;

/// The rails of a bot.
///
/// ```
/// let rails = action_sdk::config::Rails::default();
/// assert!(rails.input.flows.is_empty());
/// assert!(rails.output.streaming.stream_first);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Rails {
    /// Settings of individual rails by name, such as `jailbreak_detection`.
    pub config: Settings,
    /// The rails for messages of the user.
    pub input: InputRails,
    /// The rails for messages of the bot.
    pub output: OutputRails,
    /// The rails for retrieved chunks.
    pub retrieval: RetrievalRails,
    /// The dialogue.
    pub dialog: DialogRails,
    /// Actions.
    pub actions: ActionRails,
    /// The rails for tool calls of the model.
    pub tool_output: ToolRails,
    /// The rails for results of tools.
    pub tool_input: ToolRails,
    /// Unknown fields.
    #[serde(flatten)]
    pub extra: Settings,
}

/// The rails for messages of the user.
///
/// ```
/// assert!(!action_sdk::config::InputRails::default().parallel);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct InputRails {
    /// The names of the flows, in order, with their parameters.
    pub flows: Vec<String>,
    /// Whether the flows run in parallel.
    #[serde(deserialize_with = "read::null_as_default")]
    pub parallel: bool,
    /// Whether the answer is generated while they run.
    #[serde(deserialize_with = "read::null_as_default")]
    pub speculative_generation: bool,
    /// Unknown fields.
    #[serde(flatten)]
    pub extra: Settings,
}

/// The rails for messages of the bot.
///
/// ```
/// assert!(!action_sdk::config::OutputRails::default().streaming.enabled);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct OutputRails {
    /// The names of the flows, in order, with their parameters.
    pub flows: Vec<String>,
    /// Whether the flows run in parallel.
    #[serde(deserialize_with = "read::null_as_default")]
    pub parallel: bool,
    /// How they handle a streamed answer.
    pub streaming: OutputRailsStreamingConfig,
    /// Unknown fields.
    #[serde(flatten)]
    pub extra: Settings,
}

/// How output rails handle a streamed answer.
///
/// ```
/// let streaming = action_sdk::config::OutputRailsStreamingConfig::default();
/// assert_eq!((streaming.chunk_size, streaming.context_size), (200, 50));
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct OutputRailsStreamingConfig {
    /// Whether they support streaming.
    pub enabled: bool,
    /// How many tokens they are given at a time.
    pub chunk_size: u32,
    /// How many tokens of the previous chunk are given again.
    pub context_size: u32,
    /// Whether tokens are passed on before the rails have checked them.
    pub stream_first: bool,
    /// Further fields, which the reference allows.
    #[serde(flatten)]
    pub extra: Settings,
}

impl Default for OutputRailsStreamingConfig {
    fn default() -> Self {
        Self {
            enabled: false,
            chunk_size: 200,
            context_size: 50,
            stream_first: true,
            extra: Settings::new(),
        }
    }
}

/// The rails for retrieved chunks.
///
/// ```
/// assert!(action_sdk::config::RetrievalRails::default().flows.is_empty());
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct RetrievalRails {
    /// The names of the flows, in order.
    pub flows: Vec<String>,
    /// Unknown fields.
    #[serde(flatten)]
    pub extra: Settings,
}

/// The rails for tool calls or for results of tools.
///
/// ```
/// assert!(action_sdk::config::ToolRails::default().flows.is_empty());
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ToolRails {
    /// The names of the flows, in order.
    pub flows: Vec<String>,
    /// Whether the flows run in parallel.
    #[serde(deserialize_with = "read::null_as_default")]
    pub parallel: bool,
    /// Unknown fields.
    #[serde(flatten)]
    pub extra: Settings,
}

/// How actions are run.
///
/// ```
/// assert!(action_sdk::config::ActionRails::default().instant_actions.is_none());
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ActionRails {
    /// The names of actions that complete at once; `None` leaves the choice to the runtime.
    pub instant_actions: Option<Vec<String>>,
    /// Unknown fields.
    #[serde(flatten)]
    pub extra: Settings,
}

/// The dialogue.
///
/// ```
/// assert!(!action_sdk::config::DialogRails::default().single_call.enabled);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct DialogRails {
    /// Whether intent, next step and message are generated by a single model call.
    pub single_call: SingleCallConfig,
    /// How the user's messages are interpreted.
    pub user_messages: UserMessagesConfig,
    /// Unknown fields.
    #[serde(flatten)]
    pub extra: Settings,
}

/// Whether intent, next step and message are generated by a single model call.
///
/// ```
/// assert!(action_sdk::config::SingleCallConfig::default().fallback_to_multiple_calls);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct SingleCallConfig {
    /// Whether single calls are enabled.
    pub enabled: bool,
    /// Whether to fall back to several calls where a single one is not possible.
    pub fallback_to_multiple_calls: bool,
    /// Unknown fields.
    #[serde(flatten)]
    pub extra: Settings,
}

impl Default for SingleCallConfig {
    fn default() -> Self {
        Self {
            enabled: false,
            fallback_to_multiple_calls: true,
            extra: Settings::new(),
        }
    }
}

/// How the user's messages are interpreted.
///
/// ```
/// assert!(!action_sdk::config::UserMessagesConfig::default().embeddings_only);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct UserMessagesConfig {
    /// Whether to use embeddings only, without the model.
    pub embeddings_only: bool,
    /// How similar a message must be to an example, from 0.0 to 1.0 inclusive.
    #[serde(deserialize_with = "share")]
    pub embeddings_only_similarity_threshold: Option<f64>,
    /// The intent of a message that is not similar enough; the model decides if `None`.
    pub embeddings_only_fallback_intent: Option<String>,
    /// Unknown fields.
    #[serde(flatten)]
    pub extra: Settings,
}

fn share<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    match Option::deserialize(deserializer)? {
        Some(share) if !(0.0..=1.0).contains(&share) => Err(D::Error::custom(format_args!(
            "found {share} where a number from 0 to 1 is wanted"
        ))),
        share => Ok(share),
    }
}
