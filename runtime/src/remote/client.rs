//! Sends requests to an actions server: limits, retries, and why one failed.

use std::sync::Arc;
use std::time::Duration;

use action_sdk::Map;
use reqwest::header::{HeaderMap, LOCATION, RETRY_AFTER};
use reqwest::{RequestBuilder, Response, StatusCode, Url};
use serde_json::Value as Json;
use tokio::sync::Semaphore;

use crate::http::{self, Unread, escaped, shortened};

/// How much of what a server says is shown, in characters.
const LONGEST_SHOWN: usize = 300;

/// The maximum length of a request, in bytes.
const LONGEST_REQUEST: usize = 16 << 20;

/// The longest wait that a server may ask for; if it asks for more, we choose the wait.
const LONGEST_ASKED: Duration = Duration::from_secs(30);

/// A source of random numbers from 0.0 to 1.0.
pub(super) type Chance = Arc<dyn Fn() -> f64 + Send + Sync>;

/// One actions server.
pub(super) struct Client {
    pub(super) http: reqwest::Client,
    pub(super) base: Url,
    /// The URL without secrets.
    pub(super) shown: String,
    pub(super) longest_answer: usize,
    pub(super) max_retries: u32,
    pub(super) chance: Chance,
    /// One permit for each concurrent request.
    pub(super) calls: Semaphore,
}

/// Why a request failed.
#[derive(Debug)]
pub(super) struct Failed {
    /// What the server did: "it cannot be reached: …".
    pub(super) reason: String,
    /// The status of the answer, if there was one.
    pub(super) status: Option<StatusCode>,
    pub(super) cause: Cause,
    /// The wait that the server asks for.
    asked: Option<Duration>,
}

/// The kind of failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    /// There is no answer, or only a part of one.
    Connection,
    /// There is an answer, with a status that says no.
    Status,
    /// The answer is not what the protocol wants.
    Answer,
    /// The request cannot be sent.
    Request,
}

impl Client {
    /// The JSON value at `/v1/…`.
    pub(super) async fn get(&self, path: &[&str]) -> Result<Json, Failed> {
        let _permit = self.calls.acquire().await;
        let url = self.url(path);
        let request = self.http.get(url.clone());
        self.ask(request, &format!("GET {}", http::shown(&url)))
            .await
    }

    /// Runs an action. A failed request is sent again only if the action may be repeated.
    pub(super) async fn run(&self, body: &Json, is_repeatable: bool) -> Result<Map, Failed> {
        let body = serde_json::to_vec(body).unwrap_or_default();
        if body.len() > LONGEST_REQUEST {
            let reason = format!("its arguments have more than {LONGEST_REQUEST} bytes");
            return Err(Failed::new(Cause::Request, reason));
        }
        let _permit = self.calls.acquire().await;
        let mut retries = 0;
        loop {
            let failed = match self.run_once(body.clone()).await {
                Ok(answer) => return Ok(answer),
                Err(failed) => failed,
            };
            if !is_repeatable || retries == self.max_retries || !failed.is_transient() {
                return Err(failed);
            }
            let wait = failed.asked.filter(|asked| *asked <= LONGEST_ASKED);
            let wait = wait.unwrap_or_else(|| http::chosen(retries, (self.chance)()));
            retries += 1;
            let (server, reason) = (&self.shown, &failed.reason);
            tracing::info!(server, reason, retries, "asking an actions server again");
            tokio::time::sleep(wait).await;
        }
    }

    async fn run_once(&self, body: Vec<u8>) -> Result<Map, Failed> {
        let url = self.url(&["actions", "run"]);
        let request = self.http.post(url.clone()).body(body);
        let request = request.header("content-type", "application/json");
        let answer = self
            .ask(request, &format!("POST {}", http::shown(&url)))
            .await?;
        match answer {
            Json::Object(answer) => Ok(answer),
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_) => {
                let reason = format!("it answers with {} instead of an object", shown(&answer));
                Err(Failed::new(Cause::Answer, reason))
            }
        }
    }

    fn url(&self, path: &[&str]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().push("v1").extend(path);
        }
        url
    }

    async fn ask(&self, request: RequestBuilder, what: &str) -> Result<Json, Failed> {
        let response = request.send().await.map_err(no_answer)?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = self.read(response).await;
        if !status.is_success() {
            return Err(self.refused(status, &headers, &body.unwrap_or_default(), what));
        }
        let body = body?;
        serde_json::from_slice(&body).map_err(|error| {
            let start = start_of(&body);
            let reason = format!("it answers with what is not JSON ({error}): {start}");
            Failed::new(Cause::Answer, reason)
        })
    }

    async fn read(&self, response: Response) -> Result<Vec<u8>, Failed> {
        let longest = self.longest_answer;
        let body = http::read(response, longest).await;
        body.map_err(|unread| match unread {
            Unread::TooLong => {
                let reason = format!("it answers with more than {longest} bytes");
                Failed::new(Cause::Answer, reason)
            }
            Unread::Broken(error) => {
                let why = http::causes(&error.without_url());
                let reason = format!("it broke off its answer: {}", said(&why));
                Failed::new(Cause::Connection, reason)
            }
        })
    }

    fn refused(&self, status: StatusCode, headers: &HeaderMap, body: &[u8], what: &str) -> Failed {
        let said = match detail(body) {
            said if said.is_empty() => String::new(),
            said => format!(": {said}"),
        };
        let help = match status.as_u16() {
            401 | 403 => {
                "; give it the token that it wants, with `ActionsServer::bearer_token`".to_owned()
            }
            404 | 405 => format!("; nothing answers to `{what}` there"),
            300..=399 => self.elsewhere(headers),
            _ => String::new(),
        };
        Failed {
            status: Some(status),
            asked: retry_after(headers),
            ..Failed::new(
                Cause::Status,
                format!("it answers with the status {status}{said}{help}"),
            )
        }
    }

    fn elsewhere(&self, headers: &HeaderMap) -> String {
        let to = headers.get(LOCATION).and_then(|to| to.to_str().ok());
        let to = to.and_then(|to| self.base.join(to).ok());
        let to = to.map_or_else(String::new, |to| format!(" to `{}`", http::shown(&to)));
        format!("{to}; redirects are not followed, write the address that answers itself")
    }

    /// The failure with the server that it is about.
    pub(super) fn told(&self, failed: &Failed) -> String {
        format!("the actions server at `{}`: {}", self.shown, failed.reason)
    }
}

impl Failed {
    pub(super) fn new(cause: Cause, reason: String) -> Self {
        Self {
            reason,
            status: None,
            cause,
            asked: None,
        }
    }

    /// Whether another attempt may succeed.
    fn is_transient(&self) -> bool {
        let by_status =
            |status: StatusCode| matches!(status.as_u16(), 408 | 425 | 429 | 500 | 502 | 503 | 504);
        match self.cause {
            Cause::Connection => true,
            Cause::Status => self.status.is_some_and(by_status),
            Cause::Answer | Cause::Request => false,
        }
    }

    /// Whether the server does not know the route.
    pub(super) fn is_unknown_route(&self) -> bool {
        let status = self.status.map(|status| status.as_u16());
        matches!(status, Some(404 | 405 | 501))
    }
}

/// URLs may contain secrets, so they are left out.
fn no_answer(error: reqwest::Error) -> Failed {
    let error = error.without_url();
    let why = said(&http::causes(&error));
    let reason = match (error.is_connect(), error.is_timeout()) {
        (true, _) => format!("it cannot be reached: {why}"),
        (false, true) => "it did not answer in time".to_owned(),
        (false, false) => format!("it did not answer: {why}"),
    };
    Failed::new(Cause::Connection, reason)
}

/// What a server says, made safe to show.
fn said(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    escaped(&shortened(words.join(" "), LONGEST_SHOWN))
}

fn start_of(body: &[u8]) -> String {
    match said(&String::from_utf8_lossy(body)) {
        start if start.is_empty() => "it is empty".to_owned(),
        start => format!("`{start}`"),
    }
}

/// A value as a server sent it.
pub(super) fn shown(value: &Json) -> String {
    format!("`{}`", said(&value.to_string()))
}

/// What a refusal says: FastAPI's `detail`, or the body.
fn detail(body: &[u8]) -> String {
    let json: Option<Json> = serde_json::from_slice(body).ok();
    let detail = json.as_ref().and_then(|json| json.get("detail"));
    let first = detail.and_then(|detail| detail.pointer("/0/msg"));
    match first.or(detail) {
        Some(Json::String(text)) => said(text),
        Some(other) => said(&other.to_string()),
        None => said(&String::from_utf8_lossy(body)),
    }
}

/// The wait that a server asks for, in seconds. Dates are not read: the wait is chosen then.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    seconds.parse().ok().map(Duration::from_secs)
}
