//! What a bot uses besides models: search, knowledge base, tracing, metrics.

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
    /// What finds the flows and canonical forms nearest to a text.
    pub embedding_search_provider: EmbeddingSearchProvider,
    /// Fields that are not known here.
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
    /// What finds the chunks nearest to a text.
    pub embedding_search_provider: EmbeddingSearchProvider,
    /// Fields that are not known here.
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

/// What finds the entries nearest to a text.
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
    /// What it is told.
    pub parameters: Settings,
    /// Its cache: `enabled` (`false` if not given), `key_generator` (`sha256`),
    /// `store` (`filesystem`), `store_config` (`{}`).
    pub cache: Settings,
    /// Fields that are not known here.
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

/// Spans.
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
    /// Whether spans are made.
    pub enabled: bool,
    /// Where they go.
    pub adapters: Vec<LogAdapterConfig>,
    /// `opentelemetry` or `legacy`; like the reference, other texts are kept.
    pub span_format: String,
    /// Whether they carry what was said; off by default, because that may be private.
    pub enable_content_capture: bool,
    /// Fields that are not known here.
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

/// Where spans go: a name, and whatever that adapter wants to know.
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
    /// What it is told.
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
    /// Whether they are counted, whatever tracing does.
    pub enabled: bool,
    /// Fields that are not known here.
    #[serde(flatten)]
    pub extra: Settings,
}
