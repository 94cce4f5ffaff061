//! A local server that records requests, and answers in the given pieces.

use std::sync::{Arc, Mutex};

use action_sdk::Llm;
use action_sdk::llm::{LlmChunk, LlmError, LlmRequest, LlmResponse};
use action_sdk_runtime::openai::{OpenAi, OpenAiBuilder};
use serde_json::{Value, json};
use tokio::net::TcpListener;

pub(crate) use crate::wire::{Asked, Reply, block_on};
use crate::wire::{answer, read};

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
