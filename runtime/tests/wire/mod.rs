//! HTTP as bytes on a connection, for servers in tests that behave in any way.

use std::future::Future;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The bytes of a response, and what happens after them.
pub(crate) struct Reply {
    pieces: Vec<Vec<u8>>,
    holds: bool,
}

impl Reply {
    pub(crate) fn new(head: &str, body: impl AsRef<[u8]>) -> Self {
        let body = body.as_ref();
        let length = body.len();
        let head =
            format!("HTTP/1.1 {head}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n");
        let pieces = vec![[head.as_bytes(), body].concat()];
        let holds = false;
        Self { pieces, holds }
    }

    pub(crate) fn json(body: &Value) -> Self {
        Self::new("200 OK\r\ncontent-type: application/json", body.to_string())
    }

    /// A response that ends with its connection, sent piece by piece.
    pub(crate) fn pieces<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let head =
            b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
        let pieces = std::iter::once(&head[..]).chain(pieces);
        let pieces = pieces.map(<[u8]>::to_vec).collect();
        let holds = false;
        Self { pieces, holds }
    }

    /// Bytes as they are.
    pub(crate) fn raw(bytes: &[u8]) -> Self {
        let pieces = vec![bytes.to_vec()];
        let holds = false;
        Self { pieces, holds }
    }

    /// Keeps the connection open until the client closes it.
    pub(crate) fn held(mut self) -> Self {
        self.holds = true;
        self
    }
}

/// One request.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) line: String,
    /// In lower case.
    pub(crate) head: String,
    pub(crate) body: Value,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines();
        lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

pub(crate) async fn read(connection: &mut TcpStream) -> Asked {
    let mut bytes = Vec::new();
    let end = loop {
        connection.read_buf(&mut bytes).await.expect("a request");
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).expect("a head");
    let (line, head) = head.split_once("\r\n").expect("headers");
    let mut asked = Asked {
        line: line.to_owned(),
        head: head.to_owned(),
        body: Value::Null,
    };
    let length = asked.header("content-length").unwrap_or("0");
    let length: usize = length.parse().expect("a number");
    while bytes.len() < end + 4 + length {
        connection.read_buf(&mut bytes).await.expect("a body");
    }
    if length > 0 {
        asked.body = serde_json::from_slice(&bytes[end + 4..]).expect("JSON");
    }
    asked
}

/// Sends a reply. The client may close the connection at any time.
pub(crate) async fn answer(connection: &mut TcpStream, reply: Reply) {
    connection.set_nodelay(true).expect("a socket");
    for piece in reply.pieces {
        if connection.write_all(&piece).await.is_err() {
            return;
        }
        // Keeps the pieces apart on the wire.
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    if reply.holds {
        let mut rest = Vec::new();
        let _ = connection.read_to_end(&mut rest).await;
    }
}

pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(future)
}
