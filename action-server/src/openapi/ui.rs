//! The page at `/docs`: Swagger UI, embedded, so that it works without a network.

use super::PATH;
use crate::answer;
use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION};
use axum::http::{HeaderValue, Response, StatusCode};
use axum::routing::get;
use std::sync::Arc;
use utoipa_swagger_ui::Config;

pub(super) fn routes() -> Router {
    Router::new()
        .route("/docs", get(redirect))
        .route("/docs/", get(|| file(String::new())))
        .route("/docs/{*file}", get(|Path(name): Path<String>| file(name)))
}

/// The page names its files relative to itself, so its path must end with a slash.
async fn redirect() -> Response<Body> {
    let mut response = answer::empty(StatusCode::PERMANENT_REDIRECT);
    let target = HeaderValue::from_static("docs/");
    response.headers_mut().insert(LOCATION, target);
    response
}

async fn file(name: String) -> Response<Body> {
    // Relative, so that it is found behind a proxy that adds a prefix.
    let config = Arc::new(Config::from(format!("..{PATH}")));
    let Ok(Some(file)) = utoipa_swagger_ui::serve(&name, config) else {
        return answer::no_such_path().await;
    };
    let mut response = Response::new(Body::from(file.bytes.into_owned()));
    let headers = response.headers_mut();
    if let Ok(kind) = HeaderValue::from_str(&file.content_type) {
        headers.insert(CONTENT_TYPE, kind);
    }
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("max-age=3600"));
    response
}
