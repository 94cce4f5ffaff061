//! The middleware in front of all routes: preflights, CORS, tokens, web pages of other origins.

use crate::answer;
use crate::cors::Cors;
use crate::openapi;
use crate::origin;
use crate::tokens::{Caller, Tokens};
use action_sdk::serde_json::json;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{HeaderValue, WWW_AUTHENTICATE};
use axum::http::request::Parts;
use axum::http::{Method, Response, StatusCode};
use axum::middleware::Next;
use std::sync::Arc;

/// The state of the middleware.
#[derive(Debug)]
pub(crate) struct Guard {
    pub(crate) cors: Option<Cors>,
    pub(crate) tokens: Tokens,
}

/// Answers preflights, refuses requests without a valid token or of foreign web pages, and adds the CORS headers to every answer.
pub(crate) async fn guard(
    State(guard): State<Arc<Guard>>,
    request: Request,
    next: Next,
) -> Response<Body> {
    let (mut parts, body) = request.into_parts();
    let is_preflight = parts.method == Method::OPTIONS;
    let cors = guard.cors.as_ref();
    let cors = cors.map(|cors| cors.headers(&parts.headers, is_preflight));
    let mut response = if is_preflight {
        answer::empty(StatusCode::OK)
    } else {
        match guard.admit(&parts) {
            Ok(caller) => {
                if let Some(caller) = caller.cloned() {
                    parts.extensions.insert(caller);
                }
                next.run(Request::from_parts(parts, body)).await
            }
            Err(Stopped::NoToken) => unauthorized(&parts),
            Err(Stopped::Foreign) => foreign(),
        }
    };
    if let Some(cors) = cors {
        response.headers_mut().extend(cors);
    }
    response
}

impl Guard {
    /// The caller; `None` if no token is needed, which is always so for health paths.
    fn admit(&self, request: &Parts) -> Result<Option<&Caller>, Stopped> {
        let path = request.uri.path().trim_end_matches('/');
        if self.tokens.is_empty() && origin::is_foreign(request, self.cors.as_ref()) {
            return Err(Stopped::Foreign);
        }
        if self.tokens.is_empty() || is_open(path) {
            return Ok(None);
        }
        let elsewhere = match path {
            "/webhook" | "/webhook/stream" | "/webhook/interrupt" | "/actions" => {
                self.tokens.caller_by_query(request)
            }
            openapi::PATH => self.tokens.caller_by_password(request),
            _ => None,
        };
        elsewhere
            .or_else(|| self.tokens.caller(request))
            .map(Some)
            .ok_or(Stopped::NoToken)
    }
}

/// Why a request is refused.
enum Stopped {
    NoToken,
    Foreign,
}

/// Whether a path needs no token: health, and the files of the page, which are the same everywhere.
fn is_open(path: &str) -> bool {
    matches!(path, "/health" | "/v1/health" | "/docs")
        || path.starts_with("/docs/")
        || path.starts_with("/grpc.health.v1.Health/")
}

/// A browser that loads the document asks its user for the token as a password.
fn unauthorized(request: &Parts) -> Response<Body> {
    let body = json!({"error": "a valid token is needed: `Authorization: Bearer …`"});
    let mut response = answer::json(StatusCode::UNAUTHORIZED, &body);
    let scheme = match request.uri.path() {
        openapi::PATH => r#"Basic realm="the password is a token""#,
        _ => "Bearer",
    };
    let scheme = HeaderValue::from_static(scheme);
    response.headers_mut().insert(WWW_AUTHENTICATE, scheme);
    response
}

fn foreign() -> Response<Body> {
    let body = json!({"error": "a web page of another origin may not call; `Cors` allows origins"});
    answer::json(StatusCode::FORBIDDEN, &body)
}
