//! A server for one test, and a client that sends any bytes.

use action_sdk::prelude::*;
use action_sdk::serde_json::{self, Value};
use action_sdk_action_server::{ServeError, ServerOptions, serve};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A server that runs until it is dropped or stopped.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    stop: CancellationToken,
    task: JoinHandle<Result<(), ServeError>>,
}

/// Serves the actions of these tests on a free port.
pub(crate) async fn start(options: ServerOptions) -> Running {
    let dispatcher = ActionDispatcher::builder()
        .build()
        .expect("the actions fit");
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("there is a port");
    let address = listener.local_addr().expect("it has an address");
    let stop = CancellationToken::new();
    let stopped = stop.clone().cancelled_owned();
    let task = tokio::spawn(serve(listener, dispatcher, options, stopped));
    Running {
        address,
        stop,
        task,
    }
}

impl Running {
    pub(crate) fn stop(&self) {
        self.stop.cancel();
    }

    /// Waits until the server has ended.
    pub(crate) async fn ended(self) {
        let served = self.task.await.expect("it does not panic");
        served.expect("it served");
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.expect("it listens")
    }

    /// Sends these bytes and returns the response.
    pub(crate) async fn raw(&self, request: impl AsRef<[u8]>) -> Answer {
        let mut stream = self.connect().await;
        // A server that refuses early may already have closed its side.
        let _ = stream.write_all(request.as_ref()).await;
        Answer::read(&mut stream).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.raw(head("GET", path, "")).await
    }

    pub(crate) async fn post(&self, path: &str, body: impl AsRef<[u8]>) -> Answer {
        self.post_with(path, "", body).await
    }

    /// Posts a body with additional headers, each with its line end.
    pub(crate) async fn post_with(
        &self,
        path: &str,
        headers: &str,
        body: impl AsRef<[u8]>,
    ) -> Answer {
        self.raw(request(path, headers, body)).await
    }
}

/// A whole request.
pub(crate) fn request(path: &str, headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let length = format!("Content-Length: {}\r\n{headers}", body.len());
    let mut request = head("POST", path, &length).into_bytes();
    request.extend_from_slice(body);
    request
}

/// The head of a request on a connection that is closed after it.
pub(crate) fn head(method: &str, path: &str, headers: &str) -> String {
    format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n{headers}\r\n"
    )
}

/// The response of a server.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    /// Reads to the end of a connection.
    pub(crate) async fn read(stream: &mut (impl AsyncReadExt + Unpin)) -> Self {
        let mut read = Vec::new();
        let mut piece = [0; 4096];
        while let Ok(length @ 1..) = stream.read(&mut piece).await {
            read.extend_from_slice(&piece[..length]);
        }
        let read = String::from_utf8_lossy(&read).into_owned();
        let (head, body) = read.split_once("\r\n\r\n").unwrap_or((&read, ""));
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok());
        Self {
            status: status.unwrap_or_default(),
            head: head.to_ascii_lowercase(),
            body: body.to_owned(),
        }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }
}
