//! The language model, as actions and the runtime see it.
//!
//! A client implements [`Llm`]. Its input is an [`LlmRequest`], its output an [`LlmResponse`], whole or in
//! [`LlmChunk`]s, or an [`LlmError`].

mod error;
mod message;
mod request;
mod response;
mod settled;
mod stream;
mod thoughts;

use std::sync::Arc;

pub use futures_core::future::BoxFuture;
pub use futures_core::stream::BoxStream;

pub use error::{LlmError, LlmErrorKind};
pub use message::{LlmContent, LlmMessage, LlmRole};
pub use request::{LlmOptions, LlmRequest, Prompt};
pub use response::{LlmChunk, LlmFinishReason, LlmResponse, LlmUsage};
pub(crate) use settled::Settled;
pub use stream::LlmStream;

/// A language model of any provider.
///
/// Any client can implement it; two methods are enough:
///
/// ```
/// use action_sdk::llm::{BoxFuture, Llm, LlmError, LlmRequest, LlmResponse};
///
/// struct Parrot;
///
/// impl Llm for Parrot {
///     fn generate(&self, request: LlmRequest) -> BoxFuture<'_, Result<LlmResponse, LlmError>> {
///         Box::pin(async move {
///             let messages = request.prompt.into_messages();
///             let last = messages.last().ok_or_else(|| LlmError::invalid_request("there is nothing to repeat"))?;
///             Ok(LlmResponse::new(last.text()))
///         })
///     }
///
///     fn model_name(&self) -> &str {
///         "parrot"
///     }
/// }
///
/// async fn greet(llm: &dyn Llm) -> Result<String, LlmError> {
///     llm.text("hello").await
/// }
/// # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
/// # assert_eq!(runtime.block_on(greet(&Parrot)).unwrap(), "hello");
/// ```
///
/// Dropping the future or the stream ends the call: an implementation should close its connection then.
pub trait Llm: Send + Sync + 'static {
    /// Calls the model and waits for its whole answer.
    ///
    /// Retrying is the caller's decision; see [`LlmError::is_retryable`].
    fn generate(&self, request: LlmRequest) -> BoxFuture<'_, Result<LlmResponse, LlmError>>;

    /// Calls the model and streams its answer. The stream ends after an error.
    ///
    /// The default implementation waits for [`generate`](Self::generate) and yields its answer as one chunk.
    fn stream(&self, request: LlmRequest) -> BoxStream<'_, Result<LlmChunk, LlmError>> {
        Box::pin(stream::WholeAnswer::new(self.generate(request)))
    }

    /// The name of the model, such as `gpt-4o`.
    fn model_name(&self) -> &str;

    /// The provider of the model, such as `openai`.
    fn provider_name(&self) -> Option<&str> {
        None
    }

    /// The URL of the service, without secrets.
    fn provider_url(&self) -> Option<&str> {
        None
    }
}

impl dyn Llm + '_ {
    /// Calls the model and returns the text of its answer, without the reasoning in it ([`LlmResponse::settled`]). An
    /// incomplete answer is returned as well ([`LlmResponse::is_cut`] tells).
    ///
    /// Takes a string, messages, or a whole [`LlmRequest`]:
    ///
    /// ```
    /// use action_sdk::llm::{Llm, LlmError, LlmMessage, LlmRequest};
    ///
    /// async fn summary(llm: &dyn Llm, text: &str) -> Result<String, LlmError> {
    ///     let prompt = [LlmMessage::system("Give the gist in one sentence."), LlmMessage::user(text)];
    ///     llm.text(LlmRequest::chat(prompt).max_tokens(60)).await
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// If the call failed, or the answer is empty apart from reasoning.
    pub async fn text(&self, request: impl Into<LlmRequest>) -> Result<String, LlmError> {
        let response = self.generate(request.into()).await?.settled();
        let response = response.map_err(|error| error.of_model(self.model_name()))?;
        Ok(response.text)
    }

    /// Calls the model and streams its answer without reasoning ([`LlmStream::settled`]), in a stream that can be
    /// read without other crates:
    ///
    /// ```
    /// use action_sdk::llm::{Llm, LlmError};
    ///
    /// async fn count(llm: &dyn Llm) -> Result<usize, LlmError> {
    ///     let mut chunks = llm.chunks("Count to ten.");
    ///     let mut length = 0;
    ///     while let Some(chunk) = chunks.next().await {
    ///         length += chunk?.text.len();
    ///     }
    ///     Ok(length)
    /// }
    /// ```
    pub fn chunks(&self, request: impl Into<LlmRequest>) -> LlmStream<'_> {
        LlmStream::new(self.stream(request.into())).settled()
    }
}

/// A shared model is also a model.
impl<T: Llm + ?Sized> Llm for Arc<T> {
    fn generate(&self, request: LlmRequest) -> BoxFuture<'_, Result<LlmResponse, LlmError>> {
        (**self).generate(request)
    }

    fn stream(&self, request: LlmRequest) -> BoxStream<'_, Result<LlmChunk, LlmError>> {
        (**self).stream(request)
    }

    fn model_name(&self) -> &str {
        (**self).model_name()
    }

    fn provider_name(&self) -> Option<&str> {
        (**self).provider_name()
    }

    fn provider_url(&self) -> Option<&str> {
        (**self).provider_url()
    }
}

#[cfg(test)]
mod tests;
