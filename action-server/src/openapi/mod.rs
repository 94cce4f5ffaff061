//! The OpenAPI document of a server, at `/openapi.json`: its routes, and each action with its schema.
//!
//! It is written from the registered actions when it is first asked for. With the feature `openapi-ui` a page at
//! `/docs` shows it.

mod components;
mod nemo;
mod rasa;
#[cfg(feature = "openapi-ui")]
mod ui;

use crate::offer::Offer;
use action_sdk::serde_json::{Map, Value, json};
use axum::Router;
use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Response};
use axum::routing::get;
use bytes::Bytes;
use std::sync::{Arc, OnceLock};

/// Where the document is.
pub(crate) const PATH: &str = "/openapi.json";

/// What a server offers, and whether it wants tokens.
pub(crate) struct Contents {
    pub(crate) nemo: Option<Offer>,
    pub(crate) rasa: Option<Offer>,
    pub(crate) wants_token: bool,
}

/// The routes of the document and of its page.
pub(crate) fn routes(contents: Contents) -> Router {
    let written: Arc<OnceLock<Bytes>> = Arc::default();
    let contents = Arc::new(contents);
    let document = move || {
        let text = written.get_or_init(|| document(&contents).to_string().into());
        std::future::ready(answer(text.clone()))
    };
    let routes = Router::new().route(PATH, get(document));
    #[cfg(feature = "openapi-ui")]
    let routes = routes.merge(ui::routes());
    routes
}

fn answer(text: Bytes) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}

fn document(contents: &Contents) -> Value {
    let mut paths = Map::new();
    let mut schemas = Map::new();
    if let Some(offer) = &contents.nemo {
        nemo::describe(offer, &mut paths, &mut schemas);
    }
    if let Some(offer) = &contents.rasa {
        rasa::describe(offer, &mut paths, &mut schemas);
    }
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Actions",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Actions written with action-sdk, as NeMo Guardrails and Rasa call them.",
        },
        "paths": paths,
        "components": {"schemas": schemas},
    });
    if contents.wants_token {
        document["components"]["securitySchemes"] =
            json!({"token": {"type": "http", "scheme": "bearer"}});
        document["security"] = json!([{"token": []}]);
    }
    document
}

/// A response with a JSON body.
fn response(description: &str, schema: &Value) -> Value {
    json!({"description": description, "content": {"application/json": {"schema": schema}}})
}

/// Adds the responses that every call may get.
fn with_refusals(mut responses: Value, schema: &Value) -> Value {
    for (status, description) in [
        ("408", "the body did not come in time"),
        ("413", "the body is too long"),
        ("415", "the content type or encoding is not understood"),
        ("503", "the server is busy; try again after `Retry-After`"),
    ] {
        responses[status] = response(description, schema);
    }
    responses
}
