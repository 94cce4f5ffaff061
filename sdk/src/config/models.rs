//! The models of a configuration.
//!
//! [`Model`] says which model to use for a task and how to reach it; nothing here calls it.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::read::Check;
use super::secret::{self, ModelParameters, Settings};

/// A model that the bot uses.
///
/// In a configuration file the name may also be given in `parameters`, as `model_name` or `model`; it is moved to
/// [`model`](Self::model). Giving it in neither place or in both is an error, as in nemoguardrails 0.24.1.
///
/// ```
/// use action_sdk::config::{Model, ModelMode};
///
/// let model: Model = serde_json::from_str(r#"{"type": "main", "engine": "openai", "model": "gpt-4o"}"#)?;
/// assert_eq!(model.r#type, "main");
/// assert_eq!(model.mode, ModelMode::Chat);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Model {
    /// What the model is for: `main`, or the name of a task or rail.
    pub r#type: String,
    /// The provider of the model, such as `openai`.
    pub engine: String,
    /// The name of the model.
    #[serde(default)]
    pub model: Option<String>,
    /// The environment variable that holds the key, without `$`.
    #[serde(default, serialize_with = "secret::variable")]
    pub api_key_env_var: Option<String>,
    /// Further parameters for the engine, such as `base_url`, `temperature` or keys.
    #[serde(default)]
    pub parameters: ModelParameters,
    /// Whether the model takes messages or a single text.
    #[serde(default)]
    pub mode: ModelMode,
    /// Whether answers are cached.
    #[serde(default)]
    pub cache: Option<ModelCacheConfig>,
    /// Unknown fields.
    #[serde(flatten)]
    pub extra: Settings,
}

impl Check for Model {
    fn check(mut self) -> Result<Self, String> {
        let named = self.model.as_deref().is_some_and(|name| !name.is_empty());
        let also = ["model_name", "model"]
            .into_iter()
            .find(|key| self.names(key));
        match also {
            Some(key) if named => return Err(self.named_twice(key)),
            Some(key) => self.model = self.take_text(key),
            None => {}
        }
        match self.model.as_deref().map(str::trim) {
            None | Some("") => Err(self.unnamed()),
            Some(_) => Ok(self),
        }
    }
}

/// Without keys.
impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let variable = secret::told_variable(self.api_key_env_var.as_deref());
        f.debug_struct("Model")
            .field("type", &self.r#type)
            .field("engine", &self.engine)
            .field("model", &self.model)
            .field("api_key_env_var", &variable)
            .field("parameters", &self.parameters)
            .field("mode", &self.mode)
            .field("cache", &self.cache)
            .field("extra", &self.extra)
            .finish()
    }
}

impl Model {
    fn names(&self, key: &str) -> bool {
        let name = self.parameters.reveal().get(key).and_then(Value::as_str);
        name.is_some_and(|name| !name.is_empty())
    }

    fn take_text(&mut self, key: &str) -> Option<String> {
        let value = self.parameters.take(key)?;
        value.as_str().map(str::to_owned)
    }

    fn named_twice(&self, key: &str) -> String {
        let r#type = &self.r#type;
        format!(
            "the model of type `{type}` is named twice, keep only one of `model` and `parameters.{key}`"
        )
    }

    fn unnamed(&self) -> String {
        format!(
            "the model of type `{}` has no name, give it one in `model`",
            self.r#type
        )
    }
}

/// The form of a model's input.
///
/// ```
/// assert_eq!(serde_json::to_string(&action_sdk::config::ModelMode::Text)?, r#""text""#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ModelMode {
    /// A list of messages.
    #[default]
    Chat,
    /// One text to complete.
    Text,
}

/// Whether and how the answers of a model are cached.
///
/// ```
/// assert_eq!(action_sdk::config::ModelCacheConfig::default().maxsize, 50_000);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ModelCacheConfig {
    /// Whether the cache is enabled.
    pub enabled: bool,
    /// The maximum number of answers.
    pub maxsize: u64,
    /// Statistics of the cache: `enabled` and `log_interval` (seconds).
    pub stats: Settings,
    /// Unknown fields.
    #[serde(flatten)]
    pub extra: Settings,
}

impl Default for ModelCacheConfig {
    fn default() -> Self {
        Self {
            enabled: false,
            maxsize: 50_000,
            stats: Settings::new(),
            extra: Settings::new(),
        }
    }
}
