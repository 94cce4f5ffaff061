//! Models of a configuration, through the OpenAI chat completions API.
//!
//! This module needs the cargo feature `openai`, which is off by default: it adds an HTTP client and TLS, some 70
//! crates that a bot with its own model client need not compile. One of them (`ring`) contains C code, which is
//! compiled with the `cc` that also links the program.
//!
//! ```yaml
//! models:
//!   - type: main
//!     engine: openai
//!     model: gpt-4o
//!     parameters:
//!       temperature: 0.2
//! ```
//!
//! ```no_run
//! use action_sdk::ActionDispatcher;
//! use action_sdk_runtime::{Runtime, load_config, openai};
//!
//! let config = load_config("bot")?;
//! let models = openai::models(config.rails())?;
//! let dispatcher = models.offer(ActionDispatcher::builder()).config(config.rails().clone()).build()?;
//! let runtime = Runtime::builder(config).dispatcher(dispatcher).build()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Engines
//!
//! As in nemoguardrails 0.24.1, without LangChain:
//!
//! | `engine` | URL | environment variable with the key |
//! | --- | --- | --- |
//! | `openai` | `https://api.openai.com/v1` | `OPENAI_API_KEY` |
//! | `nim`, `nvidia_ai_endpoints` | `https://integrate.api.nvidia.com/v1` | `NVIDIA_API_KEY` |
//! | `ollama` | `http://localhost:11434/v1` | none |
//! | `azure`, `azure_openai` | from `azure_endpoint`, `azure_deployment` and `api_version` | `AZURE_OPENAI_API_KEY` |
//! | any other | `base_url` | none |
//!
//! `api_key_env_var` names another variable, which must then be set. A missing key is an error if the URL is the
//! engine's own; with a `base_url` the service may not need one. For services with another API, implement [`Llm`].
//!
//! # Parameters
//!
//! | `parameters` | |
//! | --- | --- |
//! | `base_url` | the URL of the service, without `/chat/completions` |
//! | `api_key` | the key itself; better kept in the environment |
//! | `timeout` | time limit of one attempt with its whole answer, in seconds; 600 |
//! | `connect_timeout` | time limit for connecting, in seconds; 5 |
//! | `max_retries` | how often a call is retried; 2 |
//! | `default_headers`, `default_query` | headers and query parameters of every request |
//! | `include_usage_in_stream` | whether to ask for token usage of streamed answers; `true` |
//! | all others | are sent to the service unchanged: `temperature`, `max_tokens`, `top_p`, … |
//!
//! Some names are refused when the model is built, since no service could use them: names that other clients use
//! (`openai_api_base`, `request_timeout`, `model_kwargs`, …), keys, which do not belong in a request body, and those
//! that each call sets itself (`stream`, `messages`, `model`, `n`).
//!
//! Options of a call take precedence over these parameters. `mode: text` makes no difference: the prompt is the
//! user's only message. For OpenAI's reasoning models, with any vendor prefix (`openai/gpt-5-mini`), `temperature`
//! and `stop` are omitted, and `max_tokens` is sent as `max_completion_tokens`. If a service answers that it does not
//! support a parameter, the client omits it (or renames `max_tokens`), retries, remembers it, and traces a warning.
//!
//! # Answers
//!
//! Reasoning in an answer, between `<think>` and `</think>` and the like, is moved from its text to its `reasoning`,
//! also in streams ([`LlmResponse::settled`]). An answer with neither text nor tool calls is an error:
//!
//! | finish reason | error |
//! | --- | --- |
//! | `length`, and nothing else | `OutOfTokens`: raise `max_tokens` |
//! | `content_filter`, or a `refusal` | `Refused` |
//! | anything else | `Empty`, also if there was reasoning |
//!
//! An incomplete answer is not an error: see [`LlmResponse::is_cut`]. A stream must give a finish reason; one that
//! only ends with `[DONE]` is incomplete (`Failed`).
//!
//! # Failures
//!
//! A call that could not connect, timed out, or was answered with 408, 409, 429, 500, 502, 503 or 504 is retried, as
//! in nemoguardrails 0.24.1. The wait is what the service asks for, if that is up to 60 s, otherwise up to half a
//! second, doubled each time up to 8 s. The header `x-should-retry` of the service takes precedence. A stream is
//! retried until it begins. The final failure is an [`LlmError`] with the service's own message, in which keys are
//! hidden and control characters escaped. An `error` is recognised anywhere, even with status 200 or in the middle of
//! a stream. An answer of more than 8 MiB is not read to its end.
//!
//! Redirects are not followed; the error names the target. Proxies are taken from the environment (`HTTPS_PROXY`,
//! `NO_PROXY`), except for services on this machine (`localhost`, and loopback addresses). Calls need a tokio runtime
//! with time and IO; without one they panic.

mod address;
mod answer;
mod builder;
mod calls;
mod client;
mod engine;
mod error;
mod events;
mod failure;
mod fits;
mod foreign;
mod models;
mod parameters;
mod request;
mod retry;
mod stream;

use std::fmt;
use std::sync::Arc;

use action_sdk::Llm;
use action_sdk::config::Model;
use action_sdk::llm::{BoxFuture, BoxStream, LlmChunk, LlmError, LlmRequest, LlmResponse};
use futures_util::{TryStreamExt, stream as streams};

use client::Client;

pub use builder::OpenAiBuilder;
pub use error::{OpenAiError, OpenAiErrorKind};
pub use models::{Models, models, models_with};

/// The maximum length of an answer, in bytes.
const LONGEST_ANSWER: usize = 8 << 20;

/// A model of a service with the OpenAI chat completions API.
///
/// Clones share their connections.
///
/// ```no_run
/// use action_sdk::Llm;
/// use action_sdk_runtime::openai::OpenAi;
///
/// # async fn ask() -> Result<(), Box<dyn std::error::Error>> {
/// let model = OpenAi::builder("gpt-4o").api_key(std::env::var("OPENAI_API_KEY")?).build()?;
/// let llm: &dyn Llm = &model;
/// let answer = llm.text("Is ice cold?").await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct OpenAi(Arc<Client>);

impl OpenAi {
    /// A builder for a client of the model with this name, by default at OpenAI.
    pub fn builder(model: impl Into<String>) -> OpenAiBuilder {
        OpenAiBuilder::new(model.into())
    }

    /// A client for a model of a configuration. `env` returns the value of an environment variable.
    ///
    /// ```
    /// use action_sdk::Llm;
    /// use action_sdk_runtime::openai::OpenAi;
    ///
    /// let model = serde_json::json!({"type": "main", "engine": "nim", "model": "meta/llama-3.3-70b-instruct"});
    /// let env = |name: &str| (name == "NVIDIA_API_KEY").then(|| "nvapi-…".to_owned());
    /// let model = OpenAi::from_model(&serde_json::from_value(model)?, env)?;
    /// assert_eq!(model.provider_url(), Some("https://integrate.api.nvidia.com/v1"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If its engine is unknown, its key is missing, or a parameter is invalid.
    pub fn from_model(
        model: &Model,
        env: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, OpenAiError> {
        engine::builder(model, &env)?.build()
    }
}

impl Llm for OpenAi {
    fn generate(&self, request: LlmRequest) -> BoxFuture<'_, Result<LlmResponse, LlmError>> {
        Box::pin(self.0.generate(request))
    }

    fn stream(&self, request: LlmRequest) -> BoxStream<'_, Result<LlmChunk, LlmError>> {
        Box::pin(streams::once(self.0.stream(request)).try_flatten())
    }

    fn model_name(&self) -> &str {
        &self.0.model
    }

    fn provider_name(&self) -> Option<&str> {
        Some(&self.0.provider)
    }

    fn provider_url(&self) -> Option<&str> {
        Some(&self.0.shown)
    }
}

impl fmt::Debug for OpenAi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenAi")
            .field("model", &self.0.model)
            .field("provider", &self.0.provider)
            .field("url", &self.0.shown)
            .finish_non_exhaustive()
    }
}

/// A variable of the process environment; one that is not Unicode counts as missing.
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
