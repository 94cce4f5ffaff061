//! The routes in a program with its own server.

use action_sdk::prelude::*;
use action_sdk_action_server::{Limits, ServerOptions, router};
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::routing::get;
use http_body_util::BodyExt;
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;
use std::fs;
use std::path::Path;

fn app(options: &ServerOptions) -> Router {
    let dispatcher = ActionDispatcher::builder().build();
    let ours = router(dispatcher.expect("the actions fit"), options);
    Router::new()
        .route("/own", get(|| async { "own" }))
        .nest("/doors", ours)
}

async fn asked(app: Router, request: Request<Body>) -> (u16, String) {
    let answer = TowerToHyperService::new(app).call(request).await;
    let (head, body) = answer.expect("it is answered").into_parts();
    let body = body.collect().await.expect("it can be read").to_bytes();
    (
        head.status.as_u16(),
        String::from_utf8_lossy(&body).into_owned(),
    )
}

fn webhook(body: String) -> Request<Body> {
    let request = Request::post("/doors/webhook").body(Body::from(body));
    request.expect("it is a request")
}

const ADD: &str = r#"{"next_action": "add", "tracker": {"sender_id": "u", "slots": {"a": 1}}}"#;

#[tokio::test]
async fn the_routes_stand_beside_others() {
    let options = ServerOptions::new();
    let own = Request::get("/own").body(Body::empty());
    let own = asked(app(&options), own.expect("it is a request")).await;
    assert_eq!(own, (200, "own".to_owned()));
    let (status, body) = asked(app(&options), webhook(ADD.to_owned())).await;
    assert_eq!(
        (status, body.as_str()),
        (200, r#"{"events":[],"responses":[]}"#)
    );
}

#[tokio::test]
async fn tokens_and_limits_of_requests_apply_to_them() {
    let options = ServerOptions::new().token("me", "s3cret");
    assert_eq!(asked(app(&options), webhook(ADD.to_owned())).await.0, 401);
    let options = ServerOptions::new().limits(Limits::new().body_bytes(100));
    assert_eq!(asked(app(&options), webhook("x".repeat(101))).await.0, 413);
}

/// All files of Rust in a folder.
fn sources(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("it is a folder") {
        let path = entry.expect("it is there").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(fs::read_to_string(path).expect("it is text"));
        }
    }
}

#[test]
fn nothing_reads_the_environment_or_a_command_line() {
    let mut found = Vec::new();
    sources(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut found,
    );
    assert!(!found.is_empty());
    for source in found {
        for word in ["env::var", "env::args", "std::env"] {
            assert!(
                !source.contains(word),
                "{word} in {}",
                source.lines().next().unwrap_or_default()
            );
        }
    }
}
