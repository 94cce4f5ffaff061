//! What is served and how: from flags, then from the environment, then from one TOML file.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::outcome::Failure;

/// How long running calls may take at the end, in seconds, unless it is set.
const DRAIN_TIME: f64 = 30.0;

/// All settings; each is a flag, an environment variable `ACTION_SDK_…`, and a key of the file.
#[derive(Debug, Clone, Default, PartialEq, clap::Args, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(crate) struct Settings {
    /// Serve NeMo Guardrails (`actions_server_url`) on this address
    #[arg(long, value_name = "ADDR", env = "ACTION_SDK_NEMO")]
    pub(crate) nemo: Option<String>,
    /// Serve Rasa (`action_endpoint`) over HTTP on this address
    #[arg(long, value_name = "ADDR", env = "ACTION_SDK_RASA_HTTP")]
    pub(crate) rasa_http: Option<String>,
    /// Serve Rasa (`action_endpoint`) over gRPC on this address
    #[arg(long, value_name = "ADDR", env = "ACTION_SDK_RASA_GRPC")]
    pub(crate) rasa_grpc: Option<String>,
    /// Serve MCP clients: on the standard streams, or over HTTP on this address
    #[arg(long, value_name = "stdio|ADDR", env = "ACTION_SDK_MCP")]
    pub(crate) mcp: Option<String>,
    /// Say on this address whether the program lives (/livez) and takes requests (/readyz)
    #[arg(long, value_name = "ADDR", env = "ACTION_SDK_HEALTH")]
    pub(crate) health: Option<String>,
    /// The certificates of the server, as PEM
    #[arg(long, value_name = "FILE", env = "ACTION_SDK_TLS_CERT")]
    pub(crate) tls_cert: Option<PathBuf>,
    /// The private key of the server, as PEM
    #[arg(long, value_name = "FILE", env = "ACTION_SDK_TLS_KEY")]
    pub(crate) tls_key: Option<PathBuf>,
    /// Ask clients for a certificate that one of these authorities has issued, as PEM
    #[arg(long, value_name = "FILE", env = "ACTION_SDK_TLS_CLIENT_CA")]
    pub(crate) tls_client_ca: Option<PathBuf>,
    /// Let in only who shows one of these tokens: a line `NAME: SECRET` for each
    #[arg(long, value_name = "FILE", env = "ACTION_SDK_TOKEN_FILE")]
    pub(crate) token_file: Option<PathBuf>,
    /// Let everybody in who reaches an address, even from other machines
    #[arg(
        long,
        num_args = 0..=1, require_equals = true, default_missing_value = "true",
        env = "ACTION_SDK_OPEN_TO_EVERYBODY"
    )]
    pub(crate) open_to_everybody: Option<bool>,
    /// The most calls at the same time
    #[arg(long, value_name = "NUMBER", env = "ACTION_SDK_MAX_CALLS")]
    pub(crate) max_calls: Option<usize>,
    /// The most connections at the same time
    #[arg(long, value_name = "NUMBER", env = "ACTION_SDK_MAX_CONNECTIONS")]
    pub(crate) max_connections: Option<usize>,
    /// The largest body of a request
    #[arg(long, value_name = "BYTES", env = "ACTION_SDK_MAX_BODY_BYTES")]
    pub(crate) max_body_bytes: Option<usize>,
    /// How long a call may take
    #[arg(long, value_name = "SECONDS", env = "ACTION_SDK_CALL_TIME")]
    pub(crate) call_time: Option<f64>,
    /// How long running calls may take after SIGTERM; 30 by default
    #[arg(long, value_name = "SECONDS", env = "ACTION_SDK_DRAIN_TIME")]
    pub(crate) drain_time: Option<f64>,
}

impl Settings {
    /// The settings of the flags, and of the file for what they leave open.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, has mistakes, or a number of seconds is none.
    pub(crate) fn of(flags: &Self, file: Option<&Path>) -> Result<Self, Failure> {
        let settings = match file {
            Some(file) => flags.over(&Self::read(file)?)?,
            None => flags.clone(),
        };
        for (name, time) in [
            ("call-time", settings.call_time),
            ("drain-time", settings.drain_time),
        ] {
            if time.is_some_and(|time| Duration::try_from_secs_f64(time).is_err()) {
                return Err(Failure::new(format!(
                    "`{name}` must be a number of seconds, 0 or more"
                )));
            }
        }
        Ok(settings)
    }

    fn read(file: &Path) -> Result<Self, Failure> {
        let text = fs::read_to_string(file).map_err(|error| Failure::file(file, "read", &error))?;
        toml::from_str(&text).map_err(|error| {
            let line = error.span().map_or(1, |span| {
                1 + text[..span.start]
                    .bytes()
                    .filter(|byte| *byte == b'\n')
                    .count()
            });
            let message = error.message().replace('\n', " ");
            Failure::new(format!("{}:{line}: {message}", file.display()))
        })
    }

    /// These settings, and others for what they leave open.
    fn over(&self, others: &Self) -> Result<Self, Failure> {
        let mut all = others.map();
        all.extend(self.map());
        serde_json::from_value(Value::Object(all)).map_err(|error| Failure::of(&error))
    }

    /// What is set.
    fn map(&self) -> Map<String, Value> {
        let all = serde_json::to_value(self).unwrap_or_default();
        let Value::Object(mut all) = all else {
            return Map::new();
        };
        all.retain(|_, value| !value.is_null());
        all
    }

    /// As a settings file. Strings and numbers are written in TOML as in JSON.
    pub(crate) fn text(&self) -> String {
        let map = self.map();
        let lines = map.iter().map(|(key, value)| format!("{key} = {value}"));
        lines.collect::<Vec<_>>().join("\n")
    }

    pub(crate) fn drain_time(&self) -> Duration {
        seconds(self.drain_time.unwrap_or(DRAIN_TIME))
    }
}

/// The time was checked when it was read.
pub(crate) fn seconds(time: f64) -> Duration {
    Duration::try_from_secs_f64(time).unwrap_or(Duration::MAX)
}
