//! Whether and when a failed call is retried (nemoguardrails 0.24.1).

use std::time::Duration;

use action_sdk::llm::{LlmError, LlmErrorKind};
use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::{StatusCode, Url};

use crate::http::chosen;

use super::failure::{self, Refusal};

/// The default number of retries.
pub(super) const MAX_RETRIES: u32 = 2;

/// The longest wait that a service may ask for; if it asks for more, we choose the wait.
const LONGEST_ASKED: Duration = Duration::from_secs(60);

/// A failed call.
pub(super) struct Failed {
    pub(super) error: LlmError,
    is_transient: bool,
    /// The wait that the service asks for.
    asked: Option<Duration>,
    /// The parameter that the service does not support.
    pub(super) refusal: Option<Refusal>,
}

impl Failed {
    pub(super) fn by_status(
        status: StatusCode,
        url: &Url,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Self {
        let (error, refusal) = failure::of_status(status, url, headers, body);
        Self {
            error,
            is_transient: is_transient(status.as_u16(), headers),
            asked: failure::retry_after(headers),
            refusal,
        }
    }

    /// The wait before the next attempt, after this many of them; `None` if there is none.
    pub(super) fn wait(
        &self,
        retries: u32,
        max_retries: u32,
        chance: &dyn Fn() -> f64,
    ) -> Option<Duration> {
        let asked = self
            .asked
            .filter(|asked| !asked.is_zero() && *asked <= LONGEST_ASKED);
        let again = self.is_transient && retries < max_retries;
        again.then(|| asked.unwrap_or_else(|| chosen(retries, chance())))
    }
}

/// A call without a response status.
impl From<LlmError> for Failed {
    fn from(error: LlmError) -> Self {
        let is_transient = matches!(
            error.kind(),
            LlmErrorKind::Unavailable | LlmErrorKind::Failed | LlmErrorKind::TimedOut
        );
        Self {
            error,
            is_transient,
            asked: None,
            refusal: None,
        }
    }
}

/// The decision of the service takes precedence, if it sends OpenAI's header.
fn is_transient(status: u16, headers: &HeaderMap) -> bool {
    match headers.get("x-should-retry").map(HeaderValue::as_bytes) {
        Some(b"true") => true,
        Some(b"false") => false,
        _ => matches!(status, 408 | 409 | 429 | 500 | 502 | 503 | 504),
    }
}
