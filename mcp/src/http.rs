//! Streamable HTTP: a router, to be used alone or next to other routes.

use crate::failure::{Failure, FailureKind};
use crate::options::{HttpOptions, Options};
use crate::server::ToolServer;
use action_sdk::ActionDispatcher;
use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Response};
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

/// How soon a disconnected client is noticed while an action runs.
const KEEP_ALIVE: Duration = Duration::from_secs(5);

/// An axum router with the actions at the path `/mcp`. It keeps no sessions: requests are independent.
///
/// ```no_run
/// # async fn serve() -> Result<(), Box<dyn std::error::Error>> {
/// use action_sdk::prelude::*;
/// use action_sdk_mcp::{Options, router};
///
/// let dispatcher = ActionDispatcher::builder().build()?;
/// let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
/// axum::serve(listener, router(dispatcher, &Options::new())?).await?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// If an action needs something that no MCP client provides, or the path does not begin with `/`.
pub fn router(dispatcher: ActionDispatcher, options: &Options) -> Result<Router, Failure> {
    let http = &options.http;
    if !http.path.starts_with('/') || http.path.contains(['{', '}', '*']) {
        let message = format!(
            "the path `{}` must begin with `/` and have no `{{`, `}}` or `*`",
            http.path
        );
        return Err(Failure::new(FailureKind::Setting, message));
    }
    let server = ToolServer::new(dispatcher, options)?;
    let service = StreamableHttpService::new(
        move || Ok(server.clone()),
        Arc::new(NeverSessionManager::default()),
        config(http),
    );
    let router = Router::new().route_service(&http.path, service);
    Ok(match &http.bearer_token {
        Some(token) => guarded(router, Arc::clone(token)),
        None => router,
    })
}

fn config(options: &HttpOptions) -> StreamableHttpServerConfig {
    let config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .with_sse_keep_alive(Some(KEEP_ALIVE))
        .with_max_request_body_bytes(options.max_body_bytes)
        .with_allowed_origins(&options.allowed_origins)
        .enforce_origin_validation();
    match &options.allowed_hosts {
        Some(hosts) => config.with_allowed_hosts(hosts),
        None => config,
    }
}

/// The router, protected by a token.
fn guarded(router: Router, token: Arc<str>) -> Router {
    router.layer(from_fn(move |request: Request, next: Next| {
        let is_known =
            bearer(request.headers()).is_some_and(|sent| same(sent.as_bytes(), token.as_bytes()));
        async move {
            match is_known {
                true => next.run(request).await,
                false => unauthorised(),
            }
        }
    }))
}

/// The token of a request.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let sent = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = sent.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Whether two tokens are equal, compared in constant time.
fn same(sent: &[u8], expected: &[u8]) -> bool {
    let differences = sent
        .iter()
        .zip(expected)
        .fold(0, |all, (one, other)| black_box(all | (one ^ other)));
    sent.len() == expected.len() && differences == 0
}

fn unauthorised() -> Response {
    let asked = [(header::WWW_AUTHENTICATE, "Bearer")];
    (StatusCode::UNAUTHORIZED, asked, "a bearer token is needed").into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_the_same_only_whole() {
        assert!(same(b"secret", b"secret"));
        assert!(!same(b"secre", b"secret"));
        assert!(!same(b"secret!", b"secret"));
        assert!(!same(b"", b"secret"));
    }

    #[test]
    fn the_scheme_may_be_written_in_any_case() {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::AUTHORIZATION,
            "bEARER abc".parse().expect("it is a header"),
        );
        assert_eq!(bearer(&headers), Some("abc"));
    }
}
