//! Streams of chunks: one to read from, and one made from a whole answer.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::settled::Settling;
use super::{BoxFuture, BoxStream, LlmChunk, LlmError, LlmResponse};

/// A streamed answer.
///
/// It implements [`Stream`], but can be read without the traits of other crates. Dropping it ends the call.
///
/// ```
/// use action_sdk::llm::{LlmError, LlmStream};
///
/// async fn whole(mut chunks: LlmStream<'_>) -> Result<String, LlmError> {
///     let mut text = String::new();
///     while let Some(chunk) = chunks.next().await {
///         text.push_str(&chunk?.text);
///     }
///     Ok(text)
/// }
/// ```
pub struct LlmStream<'a>(BoxStream<'a, Result<LlmChunk, LlmError>>);

impl<'a> LlmStream<'a> {
    /// Wraps a stream of chunks.
    pub fn new(chunks: BoxStream<'a, Result<LlmChunk, LlmError>>) -> Self {
        Self(chunks)
    }

    /// The chunks without the reasoning in their text, as in [`LlmResponse::settled`]; tags may be split between
    /// chunks. If nothing is left of an answer, the stream ends with an error. It also does so if reasoning had no
    /// opening tag and was therefore already passed on as text.
    #[must_use]
    pub fn settled(self) -> Self {
        Self(Box::pin(Settling::new(self.0, Arc::default())))
    }

    /// Waits for the next chunk; `None` when the answer has ended.
    ///
    /// Nothing is lost if the future is dropped before it is ready.
    ///
    /// # Errors
    ///
    /// If the call failed; the stream ends then.
    pub async fn next(&mut self) -> Option<Result<LlmChunk, LlmError>> {
        poll_fn(|cx| self.0.as_mut().poll_next(cx)).await
    }
}

impl Stream for LlmStream<'_> {
    type Item = Result<LlmChunk, LlmError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(cx)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl fmt::Debug for LlmStream<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LlmStream(..)")
    }
}

/// Waits for a whole answer and yields it as one chunk.
pub(super) struct WholeAnswer<'a>(Option<BoxFuture<'a, Result<LlmResponse, LlmError>>>);

impl<'a> WholeAnswer<'a> {
    pub(super) fn new(answer: BoxFuture<'a, Result<LlmResponse, LlmError>>) -> Self {
        Self(Some(answer))
    }
}

impl Stream for WholeAnswer<'_> {
    type Item = Result<LlmChunk, LlmError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(answer) = self.0.as_mut() else {
            return Poll::Ready(None);
        };
        let answer = ready!(answer.as_mut().poll(cx));
        self.0 = None;
        Poll::Ready(Some(answer.map(LlmChunk::from)))
    }
}
