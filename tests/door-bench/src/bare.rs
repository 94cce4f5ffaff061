//! Handlers that parse the same bodies and answer with a constant: what axum and tonic cost by themselves.

use crate::proto;
use axum::routing::{get, post};
use axum::{Json, Router};
use proto::action_service_server::{ActionService, ActionServiceServer};
use proto::{
    ActionsRequest, ActionsResponse, StreamChunkAck, WebhookRequest, WebhookResponse,
    WebhookStreamEvent,
};
use serde_json::{Value, json};
use std::error::Error;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::net::TcpListener;
use tonic::{Request, Response, Status};

pub(crate) async fn run(address: &str) -> Result<(), Box<dyn Error>> {
    let service = ActionServiceServer::new(Bare).max_decoding_message_size(100_000_000);
    let router = Router::new()
        .route("/health", get(|| async { Json(json!({"status": "ok"})) }))
        .route("/webhook", post(webhook))
        .route("/v1/actions/run", post(run_action))
        .route_service("/action_server_webhook.ActionService/{*method}", service);
    let listener = TcpListener::bind(address).await?;
    Ok(axum::serve(listener, router).await?)
}

async fn webhook(Json(body): Json<Value>) -> Json<Value> {
    let name = body["tracker"]["slots"]["name"]
        .as_str()
        .unwrap_or_default();
    Json(json!({"events": [], "responses": [{"text": format!("Hello, {name}!")}]}))
}

async fn run_action(Json(body): Json<Value>) -> Json<Value> {
    let name = body["action_parameters"]["name"]
        .as_str()
        .unwrap_or_default();
    Json(json!({"status": "success", "result": format!("Hello, {name}!")}))
}

struct Bare;

/// A stream of nothing.
struct Nothing;

impl tonic::codegen::tokio_stream::Stream for Nothing {
    type Item = Result<WebhookStreamEvent, Status>;

    fn poll_next(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(None)
    }
}

#[tonic::async_trait]
impl ActionService for Bare {
    type WebhookStreamStream = Nothing;

    async fn webhook(
        &self,
        _request: Request<WebhookRequest>,
    ) -> Result<Response<WebhookResponse>, Status> {
        Ok(Response::new(WebhookResponse::default()))
    }

    async fn webhook_stream(
        &self,
        _request: Request<WebhookRequest>,
    ) -> Result<Response<Nothing>, Status> {
        Ok(Response::new(Nothing))
    }

    async fn ack_stream_chunks(
        &self,
        _request: Request<StreamChunkAck>,
    ) -> Result<Response<()>, Status> {
        Ok(Response::new(()))
    }

    async fn actions(
        &self,
        _request: Request<ActionsRequest>,
    ) -> Result<Response<ActionsResponse>, Status> {
        Ok(Response::new(ActionsResponse::default()))
    }
}
