//! The services a bot uses besides models: search, knowledge base, tracing, metrics.

use serde::{Deserialize, Serialize};

use super::secret::Settings;

/// Settings of the engine itself.
///
/// ```
/// assert_eq!(action_sdk::config::CoreConfig::default().embedding_search_provider.name, "default");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct CoreConfig {
    /// The search for the flows and canonical forms that are most similar to a text.
    pub embedding_search_provider: EmbeddingSearchProvider,
    /// Unknown fields.
    #[serde(flatten)]
    pub extra: Settings,
}

/// The built-in knowledge base.
///
/// ```
/// assert_eq!(action_sdk::config::KnowledgeBaseConfig::default().folder, "kb");
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct KnowledgeBaseConfig {
    /// The folder of its documents.
    pub folder: String,
    /// The search for the chunks that are most similar to a text.
    pub embedding_search_provider: EmbeddingSearchProvider,
    /// Unknown fields.
    #[serde(flatten)]
    pub extra: Settings,
}

impl Default for KnowledgeBaseConfig {
    fn default() -> Self {
        Self {
            folder: "kb".to_owned(),
            embedding_search_provider: EmbeddingSearchProvider::default(),
            extra: Settings::new(),
        }
    }
}

/// A search for the entries that are most similar to a text.
///
/// ```
/// assert!(action_sdk::config::EmbeddingSearchProvider::default().parameters.is_empty());
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct EmbeddingSearchProvider {
    /// Its name.
    pub name: String,
    /// Its parameters.
    pub parameters: Settings,
    /// Its cache: `enabled` (default `false`), `key_generator` (`sha256`), `store` (`filesystem`), `store_config`
    /// (`{}`).
    pub cache: Settings,
    /// Unknown fields.
    #[serde(flatten)]
    pub extra: Settings,
}

impl Default for EmbeddingSearchProvider {
    fn default() -> Self {
        Self {
            name: "default".to_owned(),
            parameters: Settings::new(),
            cache: Settings::new(),
            extra: Settings::new(),
        }
    }
}

/// Tracing (spans).
///
/// ```
/// let tracing = action_sdk::config::TracingConfig::default();
/// assert!(!tracing.enabled);
/// assert_eq!(tracing.adapters[0].name, "FileSystem");
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct TracingConfig {
    /// Whether spans are created.
    pub enabled: bool,
    /// Where they are exported to.
    pub adapters: Vec<LogAdapterConfig>,
    /// `opentelemetry` or `legacy`; like in the reference, other strings are accepted.
    pub span_format: String,
    /// Whether they include what was said; off by default, because that may be private.
    pub enable_content_capture: bool,
    /// Unknown fields.
    #[serde(flatten)]
    pub extra: Settings,
}

impl Default for TracingConfig {
    fn default() -> Self {
        Self {
            enabled: false,
            adapters: vec![LogAdapterConfig::default()],
            span_format: "opentelemetry".to_owned(),
            enable_content_capture: false,
            extra: Settings::new(),
        }
    }
}

/// An exporter of spans: its name and its own settings.
///
/// ```
/// use action_sdk::config::LogAdapterConfig;
///
/// let file: LogAdapterConfig = serde_json::from_str(r#"{"name": "FileSystem", "filepath": "traces.jsonl"}"#)?;
/// assert_eq!(file.extra["filepath"], "traces.jsonl");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct LogAdapterConfig {
    /// Its name.
    pub name: String,
    /// Its settings.
    #[serde(flatten)]
    pub extra: Settings,
}

impl Default for LogAdapterConfig {
    fn default() -> Self {
        Self {
            name: "FileSystem".to_owned(),
            extra: Settings::new(),
        }
    }
}

/// Metrics.
///
/// ```
/// assert!(!action_sdk::config::MetricsConfig::default().enabled);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct MetricsConfig {
    /// Whether metrics are collected, independent of tracing.
    pub enabled: bool,
    /// Unknown fields.
    #[serde(flatten)]
    pub extra: Settings,
}
