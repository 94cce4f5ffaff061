//! Sends requests, with retries and limits, and handles error answers.

use std::sync::Arc;
use std::time::Duration;

use action_sdk::Map;
use action_sdk::llm::{BoxFuture, BoxStream, LlmChunk, LlmError, LlmRequest, LlmResponse};
use futures_util::{TryStreamExt, stream as streams};
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use reqwest::{Response, Url};

use crate::http::{self, Unread, escaped, shortened};

use super::fits::Fits;
use super::retry::Failed;
use super::{LONGEST_ANSWER, answer, failure, request, stream};

/// The maximum length of an error message, in characters.
const LONGEST_MESSAGE: usize = 500;

/// A source of random numbers from 0.0 to 1.0.
pub(super) type Chance = Arc<dyn Fn() -> f64 + Send + Sync>;

/// One attempt to call the service.
type Attempt<T> = for<'a> fn(&'a Client, &'a Map) -> BoxFuture<'a, Result<T, Failed>>;

/// One model of one service.
pub(super) struct Client {
    pub(super) http: reqwest::Client,
    pub(super) url: Url,
    /// The URL without secrets.
    pub(super) shown: String,
    pub(super) model: String,
    pub(super) provider: String,
    pub(super) options: Map,
    pub(super) secrets: Vec<String>,
    pub(super) max_retries: u32,
    pub(super) chance: Chance,
    pub(super) usage_in_streams: bool,
    /// Parameters that the service does not support.
    pub(super) fits: Fits,
}

impl Client {
    pub(super) async fn generate(&self, request: LlmRequest) -> Result<LlmResponse, LlmError> {
        let body = request::body(&self.model, &self.options, request)?;
        let answer = self.retrying(body, Self::whole).await;
        answer.map_err(|error| self.told(error))
    }

    /// No retries after the first chunk.
    pub(super) async fn stream(
        &self,
        request: LlmRequest,
    ) -> Result<BoxStream<'_, Result<LlmChunk, LlmError>>, LlmError> {
        let body = request::body(&self.model, &self.options, request)?;
        let body = request::streamed(body, self.usage_in_streams);
        let begun = self.retrying(body, Self::begun).await;
        let chunks = begun.map_err(|error| self.told(error))?;
        Ok(Box::pin(chunks.map_err(|error| self.told(error))))
    }

    async fn retrying<T>(&self, body: Map, attempt: Attempt<T>) -> Result<T, LlmError> {
        let mut body = self.fits.fitted(body);
        let mut retries = 0;
        loop {
            let failed = match attempt(self, &body).await {
                Ok(answer) => return Ok(answer),
                Err(failed) => failed,
            };
            if self.learns(&body, &failed) {
                body = self.fits.fitted(body);
                continue;
            }
            let Some(wait) = failed.wait(retries, self.max_retries, &*self.chance) else {
                return Err(failed.error);
            };
            retries += 1;
            self.trace(&failed.error, retries, wait);
            tokio::time::sleep(wait).await;
        }
    }

    fn learns(&self, body: &Map, failed: &Failed) -> bool {
        let refusal = failed.refusal.as_ref();
        refusal.is_some_and(|refusal| self.fits.learn(&self.model, body, refusal))
    }

    fn trace(&self, error: &LlmError, retry: u32, wait: Duration) {
        let (model, kind) = (&self.model, error.kind());
        tracing::info!(model, ?kind, retry, ?wait, "asking the model again");
    }

    fn whole<'a>(&'a self, body: &'a Map) -> BoxFuture<'a, Result<LlmResponse, Failed>> {
        Box::pin(async move {
            let response = self.send(body).await?;
            Ok(read_whole(response).await?)
        })
    }

    fn begun<'a>(
        &'a self,
        body: &'a Map,
    ) -> BoxFuture<'a, Result<BoxStream<'static, Result<LlmChunk, LlmError>>, Failed>> {
        Box::pin(async move {
            let response = self.send(body).await?;
            if !is_whole(response.headers()) {
                return Ok(stream::chunks(response));
            }
            let whole = read_whole(response).await?;
            let whole: BoxStream<'static, _> =
                Box::pin(streams::once(async { Ok(LlmChunk::from(whole)) }));
            Ok(whole)
        })
    }

    /// A response with a successful status.
    async fn send(&self, body: &Map) -> Result<Response, Failed> {
        let body = serde_json::to_vec(body)
            .map_err(|error| LlmError::invalid_request("it is no JSON").with_source(error))?;
        let sent = self.http.post(self.url.clone()).body(body).send().await;
        let response = sent.map_err(failure::of_transport)?;
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let headers = response.headers().clone();
        let body = read(response).await.unwrap_or_default();
        Err(Failed::by_status(status, &self.url, &headers, &body))
    }

    /// The error, made safe to show: short, on one line, and without secrets.
    fn told(&self, error: LlmError) -> LlmError {
        let message = error.message().to_owned();
        let hide = |text: String, secret: &String| text.replace(secret, "***");
        let message = self.secrets.iter().fold(message, hide);
        let message = escaped(&shortened(message, LONGEST_MESSAGE));
        error.with_message(message).of_model(&self.model)
    }
}

/// Services without streaming send a whole answer, and some gateways send an HTML page. Other content types, even
/// `text/plain`, have been seen on streams.
fn is_whole(headers: &HeaderMap) -> bool {
    let media = headers.get(CONTENT_TYPE);
    let media = media.and_then(|value| value.to_str().ok());
    let media = media.unwrap_or_default().trim_start();
    media.starts_with("application/json") || media.starts_with("text/html")
}

async fn read_whole(response: Response) -> Result<LlmResponse, LlmError> {
    let request_id = response.headers().get("x-request-id");
    let request_id = request_id
        .and_then(|id| id.to_str().ok())
        .map(str::to_owned);
    let mut answer = answer::whole(&read(response).await?)?;
    answer.request_id = answer.request_id.or(request_id);
    Ok(answer)
}

async fn read(response: Response) -> Result<Vec<u8>, LlmError> {
    let body = http::read(response, LONGEST_ANSWER).await;
    body.map_err(|unread| match unread {
        Unread::TooLong => stream::too_long(),
        Unread::Broken(error) => failure::of_transport(error),
    })
}
