//! The connection to a server: the standard streams of a program, or HTTP.

use super::expand::expand;
use action_sdk::config::McpServer;
use rmcp::RoleClient;
use rmcp::model::ProtocolVersion;
use rmcp::model::{ClientConfig, Implementation};
use rmcp::service::{ClientLifecycleMode, RunningService, Service, serve_client_with_lifecycle};
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;
use rmcp::transport::{StreamableHttpClientTransport, TokioChildProcess};
use rustls::crypto::{CryptoProvider, ring};
use rustls::{ClientConfig as TlsConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt as _;
use std::collections::HashMap;
use std::error::Error;
use std::sync::Arc;
use tokio::process::Command;

type Opened<S> = Result<RunningService<RoleClient, S>, Box<dyn Error + Send + Sync>>;

/// The name of this client.
pub(super) fn identity() -> ClientConfig {
    let capabilities = ClientConfig::default().capabilities;
    ClientConfig::new(
        capabilities,
        Implementation::new("action-sdk", env!("CARGO_PKG_VERSION")),
    )
}

/// Opens a connection.
pub(super) async fn open<S: Service<RoleClient>>(server: &McpServer, client: S) -> Opened<S> {
    match (&server.command, &server.url) {
        (Some(command), None) => {
            let program = TokioChildProcess::new(program(command, server)?)?;
            let running =
                serve_client_with_lifecycle(client, program, ClientLifecycleMode::Initialize).await;
            running.map_err(Into::into)
        }
        (None, Some(url)) => {
            let transport = http(url, server)?;
            let running = serve_client_with_lifecycle(client, transport, newest()).await;
            running.map_err(Into::into)
        }
        (Some(_), Some(_)) => Err("it has a `command` and a `url`; give one of them".into()),
        (None, None) => Err("it needs a `command` to start or a `url`".into()),
    }
}

/// Over HTTP, servers of the newest revision need no handshake; older ones report this at once.
fn newest() -> ClientLifecycleMode {
    ClientLifecycleMode::Auto {
        preferred_versions: vec![ProtocolVersion::V_2026_07_28],
        legacy_version: None,
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn program(command: &str, server: &McpServer) -> Result<Command, Box<dyn Error + Send + Sync>> {
    let mut program = Command::new(expand(command, variable)?);
    program.kill_on_drop(true);
    for argument in &server.args {
        program.arg(expand(argument, variable)?);
    }
    for (name, value) in &server.env {
        program.env(name, expand(value, variable)?);
    }
    if let Some(folder) = &server.cwd {
        program.current_dir(expand(folder, variable)?);
    }
    Ok(program)
}

type Http = StreamableHttpClientTransport<reqwest::Client>;

fn http(url: &str, server: &McpServer) -> Result<Http, Box<dyn Error + Send + Sync>> {
    let url = expand(url, variable)?;
    let mut headers = HashMap::new();
    for (name, value) in &server.headers {
        headers.insert(name.parse()?, expand(value, variable)?.parse()?);
    }
    let client = reqwest::Client::builder()
        .tls_backend_preconfigured(tls(url.starts_with("https:"))?)
        .build()?;
    let mut config = StreamableHttpClientTransportConfig::with_uri(url);
    config.custom_headers = headers;
    Ok(StreamableHttpClientTransport::with_client(client, config))
}

/// Without TLS no certificate is accepted, so the system need not have any.
fn tls(is_needed: bool) -> Result<TlsConfig, Box<dyn Error + Send + Sync>> {
    let provider = CryptoProvider::get_default().cloned();
    let provider = provider.unwrap_or_else(|| Arc::new(ring::default_provider()));
    let config =
        TlsConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let config = match is_needed {
        true => config.with_platform_verifier()?,
        false => config.with_root_certificates(RootCertStore::empty()),
    };
    Ok(config.with_no_client_auth())
}
