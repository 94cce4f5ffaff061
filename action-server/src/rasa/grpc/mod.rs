//! Rasa over gRPC: `ActionService` as rasa-sdk 3.21.1 serves it, health that can be watched, and reflection.

mod bounded;
mod convert;
mod failure;
mod health;
mod request;
mod service;
mod stream;

use super::run::Core;
use action_sdk::CancellationToken;
use axum::Router;
use axum::middleware::from_fn_with_state;
use proto::action_service_server::ActionServiceServer;
use proto_health::health_server::HealthServer;
use service::Service;
use std::sync::Arc;
use tonic::codec::CompressionEncoding::Gzip;
use tonic::server::NamedService;

/// Generated from `proto/action_webhook.proto`.
#[allow(missing_docs, unreachable_pub, clippy::all, clippy::restriction)]
mod proto {
    include!("generated/action_server_webhook.in");
}

/// Generated from `proto/health.proto`.
#[allow(missing_docs, unreachable_pub, clippy::all, clippy::restriction)]
mod proto_health {
    include!("generated/health.in");
}

const DESCRIPTORS: &[u8] = include_bytes!("generated/descriptors.bin");

/// The routes of this protocol.
pub(super) fn routes(core: &Arc<Core>, draining: &CancellationToken) -> Router {
    let actions = ActionServiceServer::new(Service::new(Arc::clone(core)))
        .max_decoding_message_size(core.limits.body_bytes)
        .max_encoding_message_size(usize::MAX)
        .accept_compressed(Gzip)
        .send_compressed(Gzip);
    let watchers = core.limits.connections;
    let health = HealthServer::new(health::Health::new(draining.clone(), watchers));
    let reflection = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(DESCRIPTORS)
        .build_v1()
        .expect("a test writes the descriptors");
    let at_once = Router::new()
        .route_service(&path(&actions), actions)
        .route_service(&path(&health), health)
        .route_layer(from_fn_with_state(Arc::clone(core), bounded::bound));
    Router::new()
        .route_service(&path(&reflection), reflection)
        .route_layer(from_fn_with_state(Arc::clone(core), bounded::bound_size))
        .merge(at_once)
}

fn path<S: NamedService>(_service: &S) -> String {
    format!("/{}/{{*method}}", S::NAME)
}
