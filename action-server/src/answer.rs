//! Responses: a status and a JSON body.

use action_sdk::serde_json::{self, json};
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, Response, StatusCode};
use serde::Serialize;

/// The value of `Retry-After`, in seconds.
const RETRY_SECONDS: &str = "1";

/// An answer with this JSON body.
pub(crate) fn json(status: StatusCode, body: &impl Serialize) -> Response<Body> {
    let body =
        serde_json::to_vec(body).expect("names are strings, and writing to memory cannot fail");
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    if status == StatusCode::SERVICE_UNAVAILABLE {
        let seconds = HeaderValue::from_static(RETRY_SECONDS);
        response.headers_mut().insert(RETRY_AFTER, seconds);
    }
    response
}

/// A response without a body.
pub(crate) fn empty(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// The answer for unknown paths.
pub(crate) async fn no_such_path() -> Response<Body> {
    json(
        StatusCode::NOT_FOUND,
        &json!({"error": "there is nothing at this path"}),
    )
}

/// The answer for unsupported methods.
pub(crate) async fn no_such_method() -> Response<Body> {
    let body = json!({"error": "this path does not take this method"});
    json(StatusCode::METHOD_NOT_ALLOWED, &body)
}
