//! The language model, as actions and the runtime see it.
//!
//! [`Llm`] is what a client implements. What goes in is an [`LlmRequest`], what comes out is an
//! [`LlmResponse`], whole or in [`LlmChunk`]s, or an [`LlmError`].

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

/// A language model that can be asked, whoever offers it.
///
/// Any client can stand behind it; two methods are enough:
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
/// Dropping the future or the stream ends the call: an implementation should then let go of its connection.
pub trait Llm: Send + Sync + 'static {
    /// Asks the model and waits for its whole answer.
    ///
    /// The future resolves to an error if there was no answer; retrying is the caller's decision,
    /// for which [`LlmError::is_retryable`] is there.
    fn generate(&self, request: LlmRequest) -> BoxFuture<'_, Result<LlmResponse, LlmError>>;

    /// Asks the model and hands on its answer as it comes. After an error the stream ends.
    ///
    /// Left as it is, this waits for [`generate`](Self::generate) and yields its answer as one chunk.
    fn stream(&self, request: LlmRequest) -> BoxStream<'_, Result<LlmChunk, LlmError>> {
        Box::pin(stream::WholeAnswer::new(self.generate(request)))
    }

    /// The name of the model, such as `gpt-4o`.
    fn model_name(&self) -> &str;

    /// Who offers the model, such as `openai`.
    fn provider_name(&self) -> Option<&str> {
        None
    }

    /// Where the model is reached, without secrets.
    fn provider_url(&self) -> Option<&str> {
        None
    }
}

impl dyn Llm + '_ {
    /// Asks the model and gives back the text of its answer, also of one that was cut off
    /// ([`LlmResponse::is_cut`] tells), without the thoughts that stand in it ([`LlmResponse::settled`]).
    ///
    /// Takes a text, messages, or a whole [`LlmRequest`]:
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
    /// If the model gave no answer, or thought and said nothing.
    pub async fn text(&self, request: impl Into<LlmRequest>) -> Result<String, LlmError> {
        let response = self.generate(request.into()).await?.settled();
        let response = response.map_err(|error| error.of_model(self.model_name()))?;
        Ok(response.text)
    }

    /// Asks the model and hands on its answer as it comes, without thoughts ([`LlmStream::settled`]), in a stream
    /// that needs no other crate to read:
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

/// A shared model is a model.
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
