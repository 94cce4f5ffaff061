//! A local server that records requests, and answers in the given pieces.

use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use action_sdk::Llm;
use action_sdk::llm::{LlmChunk, LlmError, LlmRequest, LlmResponse};
use action_sdk_runtime::openai::{OpenAi, OpenAiBuilder};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

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

pub(crate) struct Server {
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    /// Ends when all replies have been sent and all connections closed.
    pub(crate) task: tokio::task::JoinHandle<()>,
}

impl Server {
    /// Answers requests with these replies, in order.
    pub(crate) async fn answering(replies: impl IntoIterator<Item = Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let asked = Arc::<Mutex<Vec<Asked>>>::default();
        let (notes, replies) = (Arc::clone(&asked), Vec::from_iter(replies));
        let task = tokio::spawn(async move {
            for reply in replies {
                let (mut connection, _) = listener.accept().await.expect("a client");
                let request = read(&mut connection).await;
                notes.lock().expect("not poisoned").push(request);
                answer(&mut connection, reply).await;
            }
        });
        let url = format!("http://{address}/v1");
        Self { url, asked, task }
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("not poisoned").clone()
    }

    /// A model at this server, without retries.
    pub(crate) fn model(&self) -> OpenAiBuilder {
        OpenAi::builder("test-1").base_url(&self.url).max_retries(0)
    }
}

async fn read(connection: &mut TcpStream) -> Asked {
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
    let length: usize = asked
        .header("content-length")
        .expect("a length")
        .parse()
        .expect("a number");
    while bytes.len() < end + 4 + length {
        connection.read_buf(&mut bytes).await.expect("a body");
    }
    asked.body = serde_json::from_slice(&bytes[end + 4..]).expect("JSON");
    asked
}

/// The client may close the connection at any time.
async fn answer(connection: &mut TcpStream, reply: Reply) {
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

/// The result of a model for a reply.
pub(crate) fn generated(reply: Reply) -> Result<LlmResponse, LlmError> {
    block_on(async {
        let server = Server::answering([reply]).await;
        let model = server.model().build().expect("a model");
        model.generate("ice?".into()).await
    })
}

/// The request of a model.
pub(crate) fn asked(
    build: impl FnOnce(OpenAiBuilder) -> OpenAiBuilder,
    request: impl Into<LlmRequest>,
) -> Asked {
    block_on(async {
        let server = Server::answering([Reply::json(&answer_of("yes"))]).await;
        let model = build(server.model()).build().expect("a model");
        model.generate(request.into()).await.expect("an answer");
        server.asked().remove(0)
    })
}

/// All chunks of a stream; an error is the last one.
pub(crate) fn streamed(reply: Reply) -> Vec<Result<LlmChunk, LlmError>> {
    block_on(async {
        let server = Server::answering([reply]).await;
        let model = server.model().build().expect("a model");
        drain(&model).await
    })
}

pub(crate) async fn drain(model: &dyn Llm) -> Vec<Result<LlmChunk, LlmError>> {
    let mut chunks = model.chunks("ice?");
    let mut all = Vec::new();
    while let Some(chunk) = chunks.next().await {
        all.push(chunk);
    }
    all
}

/// A whole answer with this text.
pub(crate) fn answer_of(text: &str) -> Value {
    json!({
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "test-1-2026",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
    })
}
