//! The models that a configuration names, by way of the OpenAI chat completions API.
//!
//! Behind the cargo feature `openai`, which is off by default: it brings an HTTP client and TLS along, some 70 crates
//! that a bot with a model of its own need not compile. One of them (`ring`) has parts in C, which the `cc` that links
//! the program compiles.
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
//! let runtime = Runtime::builder().config(config).dispatcher(dispatcher).build()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Engines
//!
//! As in nemoguardrails 0.24.1, without LangChain:
//!
//! | `engine` | address | environment variable with the key |
//! | --- | --- | --- |
//! | `openai` | `https://api.openai.com/v1` | `OPENAI_API_KEY` |
//! | `nim`, `nvidia_ai_endpoints` | `https://integrate.api.nvidia.com/v1` | `NVIDIA_API_KEY` |
//! | `ollama` | `http://localhost:11434/v1` | none |
//! | `azure`, `azure_openai` | from `azure_endpoint`, `azure_deployment` and `api_version` | `AZURE_OPENAI_API_KEY` |
//! | any other | `base_url` | none |
//!
//! `api_key_env_var` names another variable, which then must be set. A missing key is an error where the address is the
//! engine's own; with a `base_url` the service may need none. For services that speak another language, implement
//! [`Llm`].
//!
//! # Parameters
//!
//! | `parameters` | |
//! | --- | --- |
//! | `base_url` | where the service is, without `/chat/completions` |
//! | `api_key` | the key itself; better in the environment |
//! | `timeout` | seconds for one attempt with its whole answer, 600 |
//! | `connect_timeout` | seconds to be connected, 5 |
//! | `max_retries` | how often a call is made again, 2 |
//! | `default_headers`, `default_query` | what every request has in its head or address |
//! | `include_usage_in_stream` | whether to ask for the tokens of streamed answers, `true` |
//! | all others | go to the service as they are: `temperature`, `max_tokens`, `top_p`, … |
//!
//! Some names are refused when the model is built, since no service could make sense of them: what other clients call
//! ours (`openai_api_base`, `request_timeout`, `model_kwargs`, …), keys, which belong in no request, and what each call
//! sets itself (`stream`, `messages`, `model`, `n`).
//!
//! What a call sets counts before them. `mode: text` makes no difference: the prompt is the user's only message. From
//! requests to OpenAI's reasoning models, by whatever vendor's prefix (`openai/gpt-5-mini`), `temperature` and `stop` are
//! left out, and `max_tokens` is `max_completion_tokens`. Where a service answers that it does not take a parameter, the
//! client leaves it out (or gives `max_tokens` its other name), asks again, remembers it, and traces it as a warning.
//!
//! # Answers
//!
//! Thoughts in an answer, between `<think>` and `</think>` and the like, are taken out of its text and become part of its
//! `reasoning`, also in streams ([`LlmResponse::settled`]). An answer without text and calls of tools is an error:
//!
//! | the service says | the error |
//! | --- | --- |
//! | `length`, and nothing else | `OutOfTokens`: raise `max_tokens` |
//! | `content_filter`, or a `refusal` | `Refused` |
//! | anything else | `Empty`, also if there was reasoning |
//!
//! An answer that was cut in the middle is none of these: [`LlmResponse::is_cut`] tells. A stream must say why it ends;
//! one that only says `[DONE]` is half an answer (`Failed`).
//!
//! # Failures
//!
//! A call that could not connect, took too long, or was answered with 408, 409, 429, 500, 502, 503 or 504 is made again,
//! as in nemoguardrails 0.24.1: after the wait that the service asks for, if that is up to 60 s, else after up to half a
//! second, doubled each time up to 8 s. `x-should-retry` of the service counts first. A stream is tried again until it
//! begins. What then fails is an [`LlmError`] with the service's own message; keys are hidden in it, and control
//! characters escaped. An `error` counts wherever it comes, also with status 200 or in the middle of a stream. An answer
//! of more than 8 MiB is not read to its end.
//!
//! Redirects are not followed; the error says where to. Proxies are taken from the environment (`HTTPS_PROXY`,
//! `NO_PROXY`), except for services on this machine (`localhost`, and loopback addresses). Calls need a tokio runtime with time and IO; without one they panic.

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
mod tls;

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

/// The longest answer that is read, in bytes.
const LONGEST_ANSWER: usize = 8 << 20;

/// A model of a service that speaks the OpenAI chat completions API.
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
    /// A client for the model of this name, at OpenAI if nothing else is set.
    pub fn builder(model: impl Into<String>) -> OpenAiBuilder {
        OpenAiBuilder::new(model.into())
    }

    /// A client for a model of a configuration. `env` tells what an environment variable holds.
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
    /// If its engine is not known, if its key is missing, if a parameter cannot be used.
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

/// A variable of the process; one that is no Unicode counts as absent.
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
