//! The MCP servers whose tools are called by a bot's flows, in the same form as in other MCP hosts.

use super::secret::{self, Settings};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// An MCP server: a program that is started, or a URL. The crate `action-sdk-mcp` connects to it.
///
/// ```
/// use action_sdk::config::McpServer;
/// use std::time::Duration;
///
/// let files = McpServer::command("npx").arg("-y").arg("@modelcontextprotocol/server-filesystem").arg("/srv");
/// let search = McpServer::url("https://search.example.org/mcp").header("Authorization", "Bearer ${SEARCH_TOKEN}");
/// assert_eq!(search.timeout(), Duration::from_secs(60));
/// assert!(!format!("{search:?}").contains("SEARCH_TOKEN"));
/// # let _ = files;
/// ```
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct McpServer {
    /// The program to start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// Its arguments.
    #[serde(
        skip_serializing_if = "Vec::is_empty",
        serialize_with = "secret::texts"
    )]
    pub args: Vec<String>,
    /// Environment variables for it, beside those of this program.
    #[serde(
        skip_serializing_if = "BTreeMap::is_empty",
        serialize_with = "secret::values"
    )]
    pub env: BTreeMap<String, String>,
    /// The folder in which it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cwd: Option<String>,
    /// The URL, where it is no program.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "secret::address"
    )]
    pub url: Option<String>,
    /// Headers of every request.
    #[serde(
        skip_serializing_if = "BTreeMap::is_empty",
        serialize_with = "secret::values"
    )]
    pub headers: BTreeMap<String, String>,
    /// How many seconds a call may take; 60 if `None`.
    #[serde(rename = "timeout", skip_serializing_if = "Option::is_none")]
    pub timeout_in_seconds: Option<f64>,
    /// Whether it is passed over.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub disabled: bool,
    /// Whether the host starts without it if it cannot be reached.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
    /// Unknown fields.
    #[serde(flatten)]
    pub extra: Settings,
}

impl McpServer {
    /// A program that is started, and speaks over its standard streams.
    #[must_use]
    pub fn command(program: impl Into<String>) -> Self {
        Self {
            command: Some(program.into()),
            ..Self::default()
        }
    }

    /// A server that is reached by streamable HTTP.
    #[must_use]
    pub fn url(url: impl Into<String>) -> Self {
        Self {
            url: Some(url.into()),
            ..Self::default()
        }
    }

    /// Adds an argument for the program.
    #[must_use]
    pub fn arg(mut self, argument: impl Into<String>) -> Self {
        self.args.push(argument.into());
        self
    }

    /// Sets an environment variable for the program.
    #[must_use]
    pub fn env(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.env.insert(name.into(), value.into());
        self
    }

    /// Sets a header of every request.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.insert(name.into(), value.into());
        self
    }

    /// Lets the host start without it if it cannot be reached.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// Limits the time of a call.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout_in_seconds = Some(timeout.as_secs_f64());
        self
    }

    /// How long a call may take.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        const DEFAULT: Duration = Duration::from_secs(60);
        let told = self
            .timeout_in_seconds
            .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        told.unwrap_or(DEFAULT)
    }
}

/// As serialized, without keys and passwords.
impl fmt::Debug for McpServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let written = serde_json::to_value(self).unwrap_or_default();
        f.debug_tuple("McpServer").field(&written).finish()
    }
}
