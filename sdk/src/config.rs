//! The configuration of a bot as data: the contents of `config.yml` and the files next to it.
//!
//! [`RailsConfig`] is the whole configuration. Nothing here opens a file, reads the environment or fills in default
//! texts.

mod mcp;
mod models;
mod prompts;
mod rails;
mod read;
mod secret;
mod services;
mod unknown;

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::context::{ReadError, read_value};

pub use mcp::McpServer;
pub use models::{Model, ModelCacheConfig, ModelMode};
pub use prompts::{Document, Instruction, MessageTemplate, PromptMessage, TaskPrompt};
pub use rails::{
    ActionRails, DialogRails, InputRails, OutputRails, OutputRailsStreamingConfig, Rails,
    RetrievalRails, SingleCallConfig, ToolRails, UserMessagesConfig,
};
pub use secret::{ModelParameters, Settings};
pub use services::{
    CoreConfig, EmbeddingSearchProvider, KnowledgeBaseConfig, LogAdapterConfig, MetricsConfig,
    TracingConfig,
};

/// The configuration of a bot (nemoguardrails 0.24.1).
///
/// Fields have the names and defaults of the reference's `RailsConfig`; the key `type` is the field `r#type`. `null`
/// means "not given" where the reference accepts it, and for `models`. Unknown fields are kept in the `extra` of
/// their group, written back when the configuration is serialized, and listed by
/// [`unknown_fields`](Self::unknown_fields).
///
/// Keys and passwords are hidden: where a configuration is printed or serialized, for example by a flow that says
/// `$system.config`, they are replaced by `***` ([`ModelParameters`], [`Settings`]). So a serialized configuration
/// cannot be read back completely.
///
/// ```
/// use action_sdk::RailsConfig;
///
/// let config: RailsConfig = serde_json::from_value(serde_json::json!({
///     "colang_version": "2.x",
///     "models": [{"type": "main", "engine": "openai", "model": "gpt-4o"}],
///     "rails": {"input": {"flows": ["self check input"]}},
///     "custom_data": {"max_interactions": 5},
/// }))?;
/// assert_eq!(config.model("main").unwrap().engine, "openai");
/// assert_eq!(config.rails.input.flows, ["self check input"]);
/// assert_eq!(config.custom::<u32>("max_interactions")?, Some(5));
/// assert_eq!(config.lowest_temperature, Some(0.001));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct RailsConfig {
    /// The models that the bot uses, each with its task as `type`.
    #[serde(deserialize_with = "read::checked_list")]
    pub models: Vec<Model>,
    /// Example messages of the user by canonical form, for Colang 1.0.
    pub user_messages: Map<String, Value>,
    /// Messages of the bot by canonical form, for Colang 1.0.
    pub bot_messages: Map<String, Value>,
    /// Flows written in YAML, for Colang 1.0.
    pub flows: Vec<Value>,
    /// What the model is told about the bot; if empty, the runtime uses a default.
    #[serde(deserialize_with = "read::null_as_default")]
    pub instructions: Vec<Instruction>,
    /// Documents for answering questions.
    #[serde(deserialize_with = "read::null_as_default")]
    pub docs: Vec<Document>,
    /// The URL of the server that runs all actions except system actions; `None` to run them here.
    #[serde(serialize_with = "secret::address")]
    pub actions_server_url: Option<String>,
    /// The conversation shown to the model as an example; if `None`, the runtime uses a default.
    pub sample_conversation: Option<String>,
    /// Prompts of tasks; they take precedence over the runtime's own.
    #[serde(deserialize_with = "read::checked_list")]
    pub prompts: Vec<TaskPrompt>,
    /// Selects among several prompts of a task, by their `mode`. `standard` by default.
    #[serde(deserialize_with = "prompts::null_as_standard")]
    pub prompting_mode: String,
    /// Where the configuration was loaded from.
    pub config_path: Option<String>,
    /// Further folders and files to load.
    #[serde(deserialize_with = "read::null_as_default")]
    pub import_paths: Vec<String>,
    /// The path under which each import was found, filled in by the loader.
    #[serde(deserialize_with = "read::null_as_default")]
    pub imported_paths: Map<String, Value>,
    /// The temperature for tasks whose answer should vary as little as possible; 0.001 by default.
    pub lowest_temperature: Option<f64>,
    /// Whether the model may generate several steps at once, for Colang 1.0.
    #[serde(deserialize_with = "read::null_as_default")]
    pub enable_multi_step_generation: bool,
    /// The version of Colang, `1.0` if not given.
    pub colang_version: String,
    /// Settings for the authors of the bot and its actions; see [`custom`](Self::custom).
    pub custom_data: Settings,
    /// The built-in knowledge base.
    pub knowledge_base: KnowledgeBaseConfig,
    /// Settings of the engine itself.
    pub core: CoreConfig,
    /// Which flows guard the bot, and how.
    pub rails: Rails,
    /// Deprecated in the reference; has no effect.
    pub streaming: bool,
    /// Whether the library's rails send exception events instead of bot messages.
    pub enable_rails_exceptions: bool,
    /// Whether the user's prompt goes to the model unchanged; `None` leaves the decision to the runtime.
    pub passthrough: Option<bool>,
    /// What the bot says after an action has failed, if nothing else is said; a default sentence if `None`, nothing
    /// if empty. The reference has no such setting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_failure: Option<String>,
    /// MCP servers by name, whose tools flows call as actions once the host has connected to them (the feature
    /// `client` of the crate `action-sdk-mcp`). The reference has no such setting.
    #[serde(
        skip_serializing_if = "BTreeMap::is_empty",
        deserialize_with = "read::null_as_default"
    )]
    pub mcp_servers: BTreeMap<String, McpServer>,
    /// The `source_uid` of events that the runtime sends.
    pub event_source_uid: String,
    /// Tracing (spans).
    pub tracing: TracingConfig,
    /// Metrics.
    pub metrics: MetricsConfig,
    /// The name of the action for raw model calls.
    pub raw_llm_call_action: Option<String>,
    /// Unknown fields.
    #[serde(flatten)]
    pub extra: Settings,
}

impl RailsConfig {
    /// The first model of this type, such as `main`.
    ///
    /// ```
    /// assert!(action_sdk::RailsConfig::default().model("main").is_none());
    /// ```
    pub fn model(&self, r#type: &str) -> Option<&Model> {
        self.models.iter().find(|model| model.r#type == r#type)
    }

    /// The last prompt in the configuration for this task, for any model and mode.
    ///
    /// The runtime's own prompts are not included; [`LlmTaskManager::prompt`](crate::LlmTaskManager::prompt) chooses
    /// among all of them, by model and mode.
    ///
    /// ```
    /// assert!(action_sdk::RailsConfig::default().prompt("self_check_input").is_none());
    /// ```
    pub fn prompt(&self, task: &str) -> Option<&TaskPrompt> {
        self.prompts.iter().rev().find(|prompt| prompt.task == task)
    }

    /// An entry of `custom_data` as `T`, which may borrow from the configuration; `None` if it is missing or `null`.
    ///
    /// ```
    /// let mut config = action_sdk::RailsConfig::default();
    /// config.custom_data.insert("tables".to_owned(), serde_json::json!(["users", "visits"]));
    /// assert_eq!(config.custom::<Vec<&str>>("tables").unwrap().unwrap(), ["users", "visits"]);
    /// let error = config.custom::<u32>("tables").unwrap_err();
    /// assert_eq!(error.to_string(), "the `custom_data` entry `tables` holds a list, which cannot be read as `u32`");
    /// ```
    ///
    /// # Errors
    ///
    /// If the entry is present and cannot be deserialized as `T`.
    pub fn custom<'a, T: Deserialize<'a>>(&'a self, name: &str) -> Result<Option<T>, ReadError> {
        read_value("`custom_data` entry", name, self.custom_data.get(name))
    }
}

/// As serialized, without keys and passwords.
impl fmt::Debug for RailsConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let written = serde_json::to_value(self).unwrap_or_default();
        f.debug_tuple("RailsConfig").field(&written).finish()
    }
}

/// The configuration of an empty `config.yml`.
impl Default for RailsConfig {
    fn default() -> Self {
        Self {
            models: Vec::new(),
            user_messages: Map::new(),
            bot_messages: Map::new(),
            flows: Vec::new(),
            instructions: Vec::new(),
            docs: Vec::new(),
            actions_server_url: None,
            sample_conversation: None,
            prompts: Vec::new(),
            prompting_mode: prompts::standard(),
            config_path: None,
            import_paths: Vec::new(),
            imported_paths: Map::new(),
            lowest_temperature: Some(0.001),
            enable_multi_step_generation: false,
            colang_version: "1.0".to_owned(),
            custom_data: Settings::new(),
            knowledge_base: KnowledgeBaseConfig::default(),
            core: CoreConfig::default(),
            rails: Rails::default(),
            streaming: false,
            enable_rails_exceptions: false,
            passthrough: None,
            on_failure: None,
            mcp_servers: BTreeMap::new(),
            event_source_uid: "NeMoGuardrails-Colang-2.x".to_owned(),
            tracing: TracingConfig::default(),
            metrics: MetricsConfig::default(),
            raw_llm_call_action: Some("raw llm call".to_owned()),
            extra: Settings::new(),
        }
    }
}

#[cfg(test)]
mod tests;
