//! Converts error responses of a service to an [`LlmError`].

use std::time::Duration;

use action_sdk::llm::{LlmError, LlmErrorKind};
use jiff::fmt::rfc2822;
use reqwest::header::{DATE, HeaderMap, LOCATION, RETRY_AFTER};
use reqwest::{StatusCode, Url};
use serde_json::Value as Json;

use crate::http::{causes, shown};

/// Phrases in which services say that a prompt is too long, in lower case (nemoguardrails 0.24.1).
const TOO_LONG: [&str; 8] = [
    "context length",
    "context size",
    "context_length",
    "context window",
    "maximum token",
    "max_tokens",
    "too many tokens",
    "token limit",
];

/// Phrases in which services say that an option is unknown, possibly `max_tokens`.
const UNKNOWN_OPTION: [&str; 13] = [
    "unsupported parameter",
    "unsupported value",
    "not supported",
    "does not support",
    "not taken",
    "unexpected keyword",
    "unknown field",
    "unknown name",
    "unknown parameter",
    "unrecognized parameter",
    "unrecognized request argument",
    "parameter not allowed",
    "extra inputs are not permitted",
];

/// Error codes with that meaning.
const UNKNOWN_OPTION_CODES: [&str; 4] = [
    "unsupported_parameter",
    "unsupported_value",
    "unknown_parameter",
    "extra_forbidden",
];

/// Phrases in which services say that they refuse to answer.
const REFUSALS: [&str; 3] = [
    "content_filter",
    "content_policy_violation",
    "responsibleaipolicyviolation",
];

/// The error as described by a service.
#[derive(Default)]
struct Told {
    message: String,
    r#type: String,
    code: String,
    /// The parameter of the request that caused it.
    param: String,
}

/// A parameter that the service does not support.
pub(super) struct Refusal {
    message: String,
    param: String,
}

/// The error for an HTTP status, and the parameter concerned, if there is one.
pub(super) fn of_status(
    status: StatusCode,
    url: &Url,
    headers: &HeaderMap,
    body: &[u8],
) -> (LlmError, Option<Refusal>) {
    if status.is_redirection() {
        return (of_redirect(url, headers).with_status(status.as_u16()), None);
    }
    let mut told = Told::of_body(body);
    let refusal = told
        .refusal()
        .filter(|_| matches!(status.as_u16(), 400 | 422));
    if status == StatusCode::NOT_FOUND {
        told.message = not_found(url, &told.message);
    }
    let error = error(status.as_u16(), &told, retry_after(headers));
    (error.with_status(status.as_u16()), refusal)
}

fn of_redirect(url: &Url, headers: &HeaderMap) -> LlmError {
    let to = headers.get(LOCATION).and_then(|to| to.to_str().ok());
    let to = to.map(|to| match url.join(to) {
        Ok(to) => format!("to `{}`", shown(&to)),
        Err(_) => "to what is no address".to_owned(),
    });
    let to = to.as_deref().unwrap_or("and does not say where to");
    let message = format!(
        "it redirects `POST {}` {to}, and redirects are not followed; write the address in `base_url` that answers itself",
        shown(url)
    );
    LlmError::new(LlmErrorKind::NotFound, message)
}

/// What was requested, and the most common reasons.
fn not_found(url: &Url, message: &str) -> String {
    let asked = format!("nothing answers to `POST {}`", shown(url));
    let path = url.path();
    let is_version = |part: &&str| {
        let number = part.strip_prefix('v').unwrap_or_default();
        number.starts_with(|c: char| c.is_ascii_digit())
    };
    let versions = path.split('/').filter(is_version).count();
    let hint = if path.matches("/chat/completions").count() > 1 {
        "; leave `/chat/completions` out of `base_url`"
    } else if versions > 1 {
        "; `/v1` is doubled, leave one out of `base_url`"
    } else if path.contains("//") {
        "; `//` stands in it, leave one `/` out of `base_url`"
    } else if versions == 0 && !path.contains("/deployments/") {
        "; `/v1` may be missing at the end of `base_url`"
    } else {
        ""
    };
    match message {
        "" => format!("{asked}{hint}"),
        message => format!("{message} ({asked}{hint})"),
    }
}

/// The error in the body of an answer, or in a piece of one (nemoguardrails 0.24.1).
pub(super) fn in_answer(answer: &Json) -> Option<LlmError> {
    let is_error = error_in(answer).is_some() || is_error_itself(answer);
    let ended = answer.pointer("/choices/0/finish_reason");
    match (is_error, ended.and_then(Json::as_str)) {
        (true, _) => Some(of_told(&Told::of_json(answer).unwrap_or_default())),
        (false, Some("error")) => Some(LlmError::failed("it ended its answer with an error")),
        (false, _) => None,
    }
}

/// The error in an event of this type.
pub(super) fn of_event(data: &[u8]) -> LlmError {
    of_told(&Told::of_body(data))
}

fn of_told(told: &Told) -> LlmError {
    let code = told.code.parse().ok();
    let code = code.filter(|code| (400..600).contains(code));
    error(
        status_of_type(&told.r#type).or(code).unwrap_or(0),
        told,
        None,
    )
}

/// The error object in an answer, or in a piece of one.
fn error_in(answer: &Json) -> Option<&Json> {
    let places = ["/error", "/choices/0/error", "/errors/0"];
    let mut places = places.iter().filter_map(|place| answer.pointer(place));
    places.find(|error| match error {
        Json::Null | Json::Bool(false) => false,
        Json::String(text) => !text.is_empty(),
        Json::Object(fields) => !fields.is_empty(),
        Json::Array(items) => !items.is_empty(),
        Json::Bool(true) | Json::Number(_) => true,
    })
}

/// Whether it has the fields of an error, and none of an answer.
fn is_error_itself(answer: &Json) -> bool {
    let is = |field: &str| answer.get(field).and_then(Json::as_str) == Some("error");
    let has = |field: &str| answer.get(field).is_some_and(|value| !value.is_null());
    let says = ["message", "detail"]
        .iter()
        .any(|field| answer.get(field).is_some_and(Json::is_string));
    !has("choices")
        && (is("object") || is("type") || says && ["code", "status", "detail"].into_iter().any(has))
}

/// The error of a call without a response. URLs may contain secrets, so they are left out.
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
        LlmError::failed(message)
    }
}

/// The answer does not follow the API.
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
        404 => LlmErrorKind::NotFound,
        500.. => LlmErrorKind::Failed,
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
        let json = serde_json::from_slice(without_mark(body)).ok();
        let told = json.as_ref().and_then(Self::of_json);
        told.unwrap_or_else(|| Self {
            message: on_one_line(body),
            ..Self::default()
        })
    }

    /// `{"error": {"message": …}}`, `{"error": …}`, `{"message": …}` or `{"detail": …}`.
    fn of_json(json: &Json) -> Option<Self> {
        let error = error_in(json).unwrap_or(&Json::Null);
        let of = |key: &str| {
            let places = [error.get(key), json.get(key)].into_iter().flatten();
            places
                .map(text)
                .find(|text| !text.is_empty())
                .unwrap_or_default()
        };
        let places = [
            error.get("message"),
            error.as_str().is_some().then_some(error),
            json.get("message"),
            json.get("detail"),
            (error.is_object() || error.is_array()).then_some(error),
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
            param: of("param"),
        })
    }

    /// The unsupported parameter, if that is what the error says.
    fn refusal(&self) -> Option<Refusal> {
        let message = self.message.to_lowercase();
        let code = self.code.to_lowercase();
        let is_unknown = UNKNOWN_OPTION_CODES.contains(&code.as_str())
            || UNKNOWN_OPTION_CODES
                .iter()
                .any(|code| message.contains(code))
            || UNKNOWN_OPTION.iter().any(|words| message.contains(words));
        is_unknown.then(|| Refusal {
            message,
            param: self.param.clone(),
        })
    }

    /// The kind of a client error.
    fn kind(&self) -> LlmErrorKind {
        let message = self.message.to_lowercase();
        let code = self.code.to_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
        if REFUSALS.contains(&code.as_str()) {
            LlmErrorKind::Refused
        } else if code == "context_length_exceeded"
            || says(&TOO_LONG)
                && !says(&UNKNOWN_OPTION)
                && !UNKNOWN_OPTION_CODES.contains(&code.as_str())
        {
            LlmErrorKind::ContextTooLong
        } else {
            LlmErrorKind::InvalidRequest
        }
    }
}

impl Refusal {
    /// Whether it is about the parameter of this name: the service says so, or mentions the name between quotes or
    /// punctuation.
    pub(super) fn is_of(&self, name: &str) -> bool {
        if !self.param.is_empty() {
            return self.param.split(['.', '[']).next() == Some(name);
        }
        let mut words = self
            .message
            .split(|c: char| !c.is_alphanumeric() && c != '_');
        words.any(|word| word == name)
    }
}

fn text(value: &Json) -> String {
    match value {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        Json::Bool(_) | Json::Number(_) | Json::Array(_) | Json::Object(_) => value.to_string(),
    }
}

/// Removes the byte order mark that some services put before JSON.
pub(super) fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}

fn on_one_line(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ")
}

/// The wait that a service asks for, in seconds or as a date, which is relative to the date of the response.
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
