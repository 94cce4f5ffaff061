//! The health of the server, as gRPC's own health API tells it. Watching it ends when the server stops.

use super::proto::action_service_server::SERVICE_NAME;
use super::proto_health::health_check_response::ServingStatus;
use super::proto_health::health_server;
use super::proto_health::{HealthCheckRequest, HealthCheckResponse};
use action_sdk::CancellationToken;
use std::sync::Arc;
use tokio::sync::{Semaphore, mpsc};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status};

/// The names under which rasa-sdk knows the server; the last is the service's own.
const SERVICES: [&str; 3] = ["", "ActionServer", SERVICE_NAME];

pub(super) struct Health {
    draining: CancellationToken,
    /// One permit for each client that watches: nobody needs a token for that.
    watchers: Arc<Semaphore>,
}

impl Health {
    pub(super) fn new(draining: CancellationToken, watchers: usize) -> Self {
        let watchers = Arc::new(Semaphore::new(watchers.min(Semaphore::MAX_PERMITS)));
        Self { draining, watchers }
    }

    fn status(&self) -> ServingStatus {
        match self.draining.is_cancelled() {
            true => ServingStatus::NotServing,
            false => ServingStatus::Serving,
        }
    }
}

fn response(status: ServingStatus) -> HealthCheckResponse {
    HealthCheckResponse {
        status: status.into(),
    }
}

#[tonic::async_trait]
impl health_server::Health for Health {
    type WatchStream = ReceiverStream<Result<HealthCheckResponse, Status>>;

    async fn check(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<HealthCheckResponse>, Status> {
        match SERVICES.contains(&request.get_ref().service.as_str()) {
            true => Ok(Response::new(response(self.status()))),
            false => Err(Status::not_found("there is no service of this name")),
        }
    }

    async fn watch(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        let is_known = SERVICES.contains(&request.get_ref().service.as_str());
        let first = if is_known {
            self.status()
        } else {
            ServingStatus::ServiceUnknown
        };
        let place = Arc::clone(&self.watchers).try_acquire_owned();
        let place = place.map_err(|_| Status::resource_exhausted("too many watch already"))?;
        let (sender, receiver) = mpsc::channel(2);
        let draining = self.draining.clone();
        tokio::spawn(async move {
            let _place = place;
            let _ = sender.send(Ok(response(first))).await;
            tokio::select! {
                () = sender.closed() => {}
                () = draining.cancelled() => {
                    let _ = sender.send(Ok(response(ServingStatus::NotServing))).await;
                }
            }
        });
        Ok(Response::new(ReceiverStream::new(receiver)))
    }
}
