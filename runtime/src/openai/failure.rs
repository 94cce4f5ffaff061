//! What a service answers instead of an answer, as an [`LlmError`].

use std::time::Duration;

use action_sdk::llm::{LlmError, LlmErrorKind};
use jiff::fmt::rfc2822;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use serde_json::Value as Json;

/// How services say that a prompt is too long, in lower case (nemoguardrails 0.24.1).
const TOO_LONG: [&str; 7] = [
    "context length",
    "context_length",
    "context window",
    "maximum token",
    "max_tokens",
    "too many tokens",
    "token limit",
];

/// How services say that they do not know an option; `max_tokens` may be the one.
const UNKNOWN_OPTION: [&str; 6] = [
    "unsupported parameter",
    "unknown parameter",
    "unrecognized parameter",
    "unrecognized request argument",
    "parameter not allowed",
    "extra inputs are not permitted",
];

/// How services say that they do not want to answer.
const REFUSALS: [&str; 3] = [
    "content_filter",
    "content_policy_violation",
    "responsibleaipolicyviolation",
];

/// What a service tells of an error.
#[derive(Default)]
struct Told {
    message: String,
    r#type: String,
    code: String,
}

/// The error that an HTTP status stands for.
pub(super) fn of_status(status: u16, headers: &HeaderMap, body: &[u8]) -> LlmError {
    let told = Told::of_body(body);
    error(status, &told, retry_after(headers)).with_status(status)
}

/// The error in a body that came as an answer, or as part of one (nemoguardrails 0.24.1).
pub(super) fn in_answer(answer: &Json) -> Option<LlmError> {
    let told = answer.get("error").filter(|error| !error.is_null())?;
    let code = told.get("code").and_then(Json::as_u64);
    let code = code.and_then(|code| u16::try_from(code).ok());
    let told = Told::of_json(answer).unwrap_or_default();
    let status = status_of_type(&told.r#type).or(code.filter(|code| (400..600).contains(code)));
    Some(match status {
        Some(status) => error(status, &told, None),
        None => error(0, &told, None),
    })
}

/// The error of a call that came to no answer. Addresses can hold secrets, so they are left out.
pub(super) fn of_transport(error: reqwest::Error) -> LlmError {
    let error = error.without_url();
    let message = causes(&error);
    if error.is_connect() {
        LlmError::unavailable(message)
    } else if error.is_timeout() {
        LlmError::timed_out(message)
    } else if error.is_builder() {
        LlmError::invalid_request(message)
    } else {
        LlmError::unavailable(message)
    }
}

/// The answer is not what the API promises.
pub(super) fn not_understood(what: &str, answer: &[u8]) -> LlmError {
    match on_one_line(answer) {
        text if text.is_empty() => LlmError::invalid_response("it is empty"),
        text => LlmError::invalid_response(format!("{what}: {text}")),
    }
}

fn error(status: u16, told: &Told, retry_after: Option<Duration>) -> LlmError {
    let kind = match status {
        401 | 403 => LlmErrorKind::Authentication,
        408 => LlmErrorKind::TimedOut,
        429 => LlmErrorKind::RateLimited { retry_after },
        400 | 413 | 422 => told.kind(),
        404 => LlmErrorKind::InvalidRequest,
        500.. => LlmErrorKind::Unavailable,
        _ => LlmErrorKind::Other,
    };
    LlmError::new(kind, &told.message)
}

fn status_of_type(r#type: &str) -> Option<u16> {
    Some(match r#type {
        "invalid_request_error" => 400,
        "authentication_error" => 401,
        "permission_error" => 403,
        "not_found_error" => 404,
        "rate_limit_error" => 429,
        "api_error" | "server_error" => 500,
        "overloaded_error" => 503,
        _ => return None,
    })
}

impl Told {
    fn of_body(body: &[u8]) -> Self {
        let json = serde_json::from_slice(body).ok();
        let told = json.as_ref().and_then(Self::of_json);
        told.unwrap_or_else(|| Self {
            message: on_one_line(body),
            ..Self::default()
        })
    }

    /// `{"error": {"message": …}}`, `{"error": …}`, `{"message": …}` or `{"detail": …}`.
    fn of_json(json: &Json) -> Option<Self> {
        let error = json.get("error").unwrap_or(&Json::Null);
        let of = |key: &str| error.get(key).map(text).unwrap_or_default();
        let places = [
            error.get("message"),
            error.as_str().is_some().then_some(error),
            json.get("message"),
            json.get("detail"),
            error.is_object().then_some(error),
        ];
        let message = places
            .into_iter()
            .flatten()
            .map(text)
            .find(|text| !text.is_empty())?;
        Some(Self {
            message,
            r#type: of("type"),
            code: of("code"),
        })
    }

    /// What kind of a bad request it was.
    fn kind(&self) -> LlmErrorKind {
        let message = self.message.to_lowercase();
        let code = self.code.to_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
        if REFUSALS.contains(&code.as_str()) {
            LlmErrorKind::Refused
        } else if code == "context_length_exceeded" || says(&TOO_LONG) && !says(&UNKNOWN_OPTION) {
            LlmErrorKind::ContextTooLong
        } else {
            LlmErrorKind::InvalidRequest
        }
    }
}

fn text(value: &Json) -> String {
    match value {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        Json::Bool(_) | Json::Number(_) | Json::Array(_) | Json::Object(_) => value.to_string(),
    }
}

fn on_one_line(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ")
}

/// An error and its causes; those of HTTP clients say little by themselves.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let next = error.to_string();
        if !text.contains(&next) {
            text = format!("{text}: {next}");
        }
        cause = error.source();
    }
    text
}

/// The wait that a service asks for, in seconds or until a date; the date counts from that of the answer.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let date = |text: &str| rfc2822::DateTimeParser::new().parse_timestamp(text).ok();
    let now = date(headers.get(DATE)?.to_str().ok()?)?;
    let wait = date(text)?.as_second().checked_sub(now.as_second())?;
    u64::try_from(wait).ok().map(Duration::from_secs)
}
