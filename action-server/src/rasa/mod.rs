//! The doors for Rasa: over HTTP, and with the feature `grpc` over gRPC. Both share one core.

mod call;
mod domains;
#[cfg(feature = "grpc")]
mod grpc;
mod http;
mod request;
mod run;
mod sse;
mod stream;
mod streams;

use crate::admission::Admission;
use crate::limits::Limits;
use crate::offer::Offer;
use action_sdk::CancellationToken;
use axum::Router;
use run::Core;
use std::sync::Arc;

/// The routes of the doors. Streams that have no end of their own end with `draining`.
pub(crate) fn routes(
    offer: Offer,
    limits: &Limits,
    admission: &Admission,
    draining: &CancellationToken,
) -> Router {
    let core = Arc::new(Core::new(offer, limits, admission));
    let routes = http::routes(Arc::clone(&core));
    #[cfg(feature = "grpc")]
    let routes = routes.merge(grpc::routes(&core, draining));
    #[cfg(not(feature = "grpc"))]
    let _ = draining;
    routes
}
