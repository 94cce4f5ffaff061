//! A client of gRPC that can be as slow and as rude as a test wants.

use crate::client::Running;
use bytes::{Buf, Bytes, BytesMut};
use h2::client::{Builder, SendRequest};
use h2::{RecvStream, SendStream};
use prost::Message;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinHandle;

/// The messages, and a server that nobody starts.
#[allow(
    missing_docs,
    unreachable_pub,
    dead_code,
    clippy::all,
    clippy::restriction
)]
pub(crate) mod proto {
    include!("../../src/rasa/grpc/generated/action_server_webhook.in");

    /// A message without fields.
    pub(crate) type Empty = ActionsRequest;
}

pub(crate) const WEBHOOK: &str = "/action_server_webhook.ActionService/Webhook";
pub(crate) const STREAM: &str = "/action_server_webhook.ActionService/WebhookStream";
pub(crate) const ACK: &str = "/action_server_webhook.ActionService/AckStreamChunks";
pub(crate) const ACTIONS: &str = "/action_server_webhook.ActionService/Actions";
pub(crate) const HEALTH_CHECK: &str = "/grpc.health.v1.Health/Check";
pub(crate) const HEALTH_WATCH: &str = "/grpc.health.v1.Health/Watch";
pub(crate) const REFLECTION: &str = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";

/// A connection that is driven until it is dropped.
pub(crate) struct Grpc {
    pub(crate) requests: SendRequest<Bytes>,
    driver: JoinHandle<()>,
}

impl Drop for Grpc {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

impl Grpc {
    pub(crate) async fn connect(server: &Running) -> Self {
        let stream = server.connect().await;
        Self::try_over(stream).await.expect("it speaks HTTP/2")
    }

    pub(crate) async fn try_over(
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    ) -> Option<Self> {
        let (requests, connection) = Builder::new().handshake(stream).await.ok()?;
        let driver = tokio::spawn(async move {
            let _ = connection.await;
        });
        Some(Self { requests, driver })
    }

    /// Waits until the server has closed the connection.
    pub(crate) async fn closed(&mut self) {
        let _ = (&mut self.driver).await;
    }

    /// Begins a call, and leaves its body open.
    pub(crate) async fn begin(
        &mut self,
        path: &str,
        headers: &[(&str, &str)],
    ) -> Option<(h2::client::ResponseFuture, SendStream<Bytes>)> {
        let mut request = axum::http::Request::post(format!("http://localhost{path}"));
        for (name, value) in headers
            .iter()
            .chain(&[("content-type", "application/grpc"), ("te", "trailers")])
        {
            request = request.header(*name, *value);
        }
        let request = request.body(()).expect("it is a request");
        let mut requests = self.requests.clone().ready().await.ok()?;
        requests.send_request(request, false).ok()
    }

    pub(crate) async fn try_open(&mut self, path: &str, message: &impl Message) -> Option<Reply> {
        self.open_with(path, &[], framed(message, 0)).await
    }

    /// Begins a call with these bytes as its body.
    pub(crate) async fn open_with(
        &mut self,
        path: &str,
        headers: &[(&str, &str)],
        body: Bytes,
    ) -> Option<Reply> {
        let (response, mut send) = self.begin(path, headers).await?;
        send.send_data(body, true).ok()?;
        Reply::of(response).await
    }

    pub(crate) async fn open(&mut self, path: &str, message: &impl Message) -> Reply {
        let reply = self.try_open(path, message).await;
        reply.expect("it is answered")
    }

    /// Calls, and returns the only message.
    pub(crate) async fn call<M: Message + Default>(
        &mut self,
        path: &str,
        message: &impl Message,
    ) -> M {
        let mut reply = self.open(path, message).await;
        let message = reply.next().await.expect("there is a message");
        assert_eq!(reply.status().await, 0);
        message
    }
}

/// A message as it stands in a body.
pub(crate) fn framed(message: &impl Message, is_compressed: u8) -> Bytes {
    frame(&message.encode_to_vec(), is_compressed)
}

/// These bytes as they stand in a body.
pub(crate) fn frame(bytes: &[u8], is_compressed: u8) -> Bytes {
    let length = u32::try_from(bytes.len()).expect("it is short");
    let mut frame = vec![is_compressed];
    frame.extend_from_slice(&length.to_be_bytes());
    frame.extend_from_slice(bytes);
    frame.into()
}

/// The answer to a call.
pub(crate) struct Reply {
    pub(crate) http_status: u16,
    headers: axum::http::HeaderMap,
    body: RecvStream,
    read: BytesMut,
}

impl Reply {
    pub(crate) async fn of(response: h2::client::ResponseFuture) -> Option<Self> {
        let (head, body) = response.await.ok()?.into_parts();
        Some(Self {
            http_status: head.status.as_u16(),
            headers: head.headers,
            body,
            read: BytesMut::new(),
        })
    }

    /// The next message; `None` at the end.
    pub(crate) async fn next<M: Message + Default>(&mut self) -> Option<M> {
        loop {
            if let Some(header) = self.read.get(1..5) {
                let length = u32::from_be_bytes(header.try_into().expect("four bytes")) as usize;
                if self.read.len() >= 5 + length {
                    self.read.advance(5);
                    let message = self.read.split_to(length).freeze();
                    return Some(M::decode(message).expect("it is one"));
                }
            }
            let data = self.body.data().await?.ok()?;
            let _ = self.body.flow_control().release_capacity(data.len());
            self.read.extend_from_slice(&data);
        }
    }

    /// The status at the end. 100 if there is none.
    pub(crate) async fn status(&mut self) -> u32 {
        self.status_and_message().await.0
    }

    pub(crate) async fn status_and_message(&mut self) -> (u32, String) {
        while let Some(Ok(data)) = self.body.data().await {
            let _ = self.body.flow_control().release_capacity(data.len());
        }
        let trailers = self.body.trailers().await.ok().flatten();
        let trailers = trailers.as_ref().unwrap_or(&self.headers);
        let text = |name| trailers.get(name).and_then(|value| value.to_str().ok());
        let status = text("grpc-status").and_then(|status| status.parse().ok());
        let message = text("grpc-message").unwrap_or_default().to_owned();
        (status.unwrap_or(100), message)
    }
}
