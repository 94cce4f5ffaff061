//! Whether the program lives, and whether it takes requests: for whoever starts and stops it.

use std::net::TcpListener;

use action_sdk::CancellationToken;
use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;

use crate::outcome::Failure;

/// `GET /livez` is 200 as long as the program runs; `GET /readyz` is 503 as soon as it ends.
pub(super) async fn serve(listener: TcpListener, stop: CancellationToken) -> Result<(), Failure> {
    let ready = move || {
        let is_ending = stop.is_cancelled();
        async move {
            match is_ending {
                true => (StatusCode::SERVICE_UNAVAILABLE, "ending"),
                false => (StatusCode::OK, "ready"),
            }
        }
    };
    let router = Router::new()
        .route("/livez", get(|| async { "alive" }))
        .route("/readyz", get(ready));
    let listener = tokio::net::TcpListener::from_std(listener);
    let listener = listener.map_err(|error| Failure::of(&error))?;
    // It answers until the program has ended.
    let served = axum::serve(listener, router).await;
    served.map_err(|error| Failure::of(&error))
}
