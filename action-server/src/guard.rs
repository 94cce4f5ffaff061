//! The middleware in front of all routes: preflights, CORS, tokens.

use crate::answer;
use crate::cors::Cors;
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

/// Answers preflights, refuses requests without a valid token, and adds the CORS headers to every answer.
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
            Err(()) => unauthorized(),
        }
    };
    if let Some(cors) = cors {
        response.headers_mut().extend(cors);
    }
    response
}

impl Guard {
    /// The caller; `None` if no token is needed, which is always so for health paths.
    fn admit(&self, request: &Parts) -> Result<Option<&Caller>, ()> {
        let path = request.uri.path().trim_end_matches('/');
        if self.tokens.is_empty() || is_about_health(path) {
            return Ok(None);
        }
        let by_query = matches!(path, "/webhook" | "/actions")
            .then(|| self.tokens.caller_by_query(request))
            .flatten();
        by_query
            .or_else(|| self.tokens.caller(request))
            .map(Some)
            .ok_or(())
    }
}

fn is_about_health(path: &str) -> bool {
    matches!(path, "/health" | "/v1/health") || path.starts_with("/grpc.health.v1.Health/")
}

fn unauthorized() -> Response<Body> {
    let body = json!({"error": "a valid token is needed: `Authorization: Bearer …`"});
    let mut response = answer::json(StatusCode::UNAUTHORIZED, &body);
    let scheme = HeaderValue::from_static("Bearer");
    response.headers_mut().insert(WWW_AUTHENTICATE, scheme);
    response
}

/// The answer for unknown paths.
pub(crate) async fn no_such_path() -> Response<Body> {
    answer::json(
        StatusCode::NOT_FOUND,
        &json!({"error": "there is nothing at this path"}),
    )
}

/// The answer for unsupported methods.
pub(crate) async fn no_such_method() -> Response<Body> {
    let body = json!({"error": "this path does not take this method"});
    answer::json(StatusCode::METHOD_NOT_ALLOWED, &body)
}
