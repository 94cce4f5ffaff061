//! The service itself: one method per call.

use super::super::run::{Core, Request as _};
use super::super::stream::{self, WAITING};
use super::convert;
use super::failure::Told;
use super::proto::action_service_server::ActionService;
use super::proto::{
    ActionsRequest, ActionsResponse, StreamChunkAck, WebhookRequest, WebhookResponse,
};
use super::request::GrpcRequest;
use super::stream::Messages;
use crate::admission::{Place, Room};
use crate::body::BUSY;
use crate::tokens::Caller;
use action_sdk::rasa::CollectingDispatcher;
use action_sdk::serde_json::{Map, Value};
use prost::Message;
use std::sync::Arc;
use tokio::sync::mpsc;
use tonic::{Request, Response, Status};

pub(super) struct Service {
    core: Arc<Core>,
}

impl Service {
    pub(super) fn new(core: Arc<Core>) -> Self {
        Self { core }
    }

    /// A permit for the call and the memory for its request.
    fn admit(&self, request: &WebhookRequest) -> Result<(Place, Room), Status> {
        let mut room = self.core.admission.room();
        let place = self.core.admission.place();
        match place.filter(|_| room.grow(request.encoded_len())) {
            Some(place) => Ok((place, room)),
            None => Err(Status::unavailable(BUSY)),
        }
    }
}

#[tonic::async_trait]
impl ActionService for Service {
    type WebhookStreamStream = Messages;

    async fn webhook(
        &self,
        request: Request<WebhookRequest>,
    ) -> Result<Response<WebhookResponse>, Status> {
        let caller = request.extensions().get::<Caller>().cloned();
        let request = request.into_inner();
        let _admitted = self.admit(&request)?;
        let Some(request) = GrpcRequest::new(request) else {
            return Ok(Response::new(WebhookResponse::default()));
        };
        let said = CollectingDispatcher::new();
        match self.core.run(&request, caller.as_ref(), &said).await {
            Ok((events, said)) => Ok(Response::new(convert::result(events, said))),
            Err(failure) => Err(Told::new(failure, request.action()).unary_status()),
        }
    }

    async fn webhook_stream(
        &self,
        request: Request<WebhookRequest>,
    ) -> Result<Response<Self::WebhookStreamStream>, Status> {
        let caller = request.extensions().get::<Caller>().cloned();
        let request = request.into_inner();
        let admitted = self.admit(&request)?;
        let (sender, receiver) = mpsc::channel(WAITING);
        let messages = Messages::new(&request.next_action, receiver);
        if let Some(request) = GrpcRequest::new(request) {
            let core = Arc::clone(&self.core);
            tokio::spawn(async move {
                let _admitted = admitted;
                stream::run(&core, &request, caller.as_ref(), &sender).await;
            });
        }
        Ok(Response::new(messages))
    }

    async fn ack_stream_chunks(
        &self,
        request: Request<StreamChunkAck>,
    ) -> Result<Response<()>, Status> {
        self.core.streams.interrupt(&request.get_ref().response_id);
        Ok(Response::new(()))
    }

    async fn actions(
        &self,
        _request: Request<ActionsRequest>,
    ) -> Result<Response<ActionsResponse>, Status> {
        let action = |name: &str| Map::from_iter([("name".to_owned(), Value::from(name))]);
        let actions = self.core.names().map(|name| convert::fields(action(name)));
        Ok(Response::new(ActionsResponse {
            actions: actions.collect(),
        }))
    }
}
