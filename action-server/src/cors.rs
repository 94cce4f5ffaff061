//! CORS with the same headers as Rasa's action server (rasa-sdk 3.21.1).
//!
//! tower-http's layer differs: in the origin that is sent when the request has none, and in what preflights list.

use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use axum::http::{HeaderMap, HeaderValue};

const METHODS: &str = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT";

/// The web origins that may read answers.
///
/// Origins are compared case-insensitively. A `*` in an origin matches any characters except `/`; the origin `*` alone
/// matches all.
///
/// ```
/// use action_sdk_action_server::Cors;
///
/// let cors = Cors::origins(["https://shop.example", "https://*.shop.example"]);
/// let everybody = Cors::any_origin();
/// ```
#[derive(Debug, Clone)]
pub struct Cors {
    any: bool,
    origins: Vec<String>,
}

impl Cors {
    /// These origins.
    pub fn origins<O: Into<String>>(origins: impl IntoIterator<Item = O>) -> Self {
        let origins: Vec<String> = origins.into_iter().map(Into::into).collect();
        Self {
            any: origins.iter().any(|origin| origin == "*"),
            origins,
        }
    }

    /// All origins.
    #[must_use]
    pub fn any_origin() -> Self {
        Self::origins(["*"])
    }

    /// The CORS headers of the answer to this request.
    pub(crate) fn headers(&self, request: &HeaderMap, is_preflight: bool) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let Some(origin) = self.allowed(request) else {
            return headers;
        };
        if origin != "*" {
            headers.insert(VARY, HeaderValue::from_static("Origin"));
        }
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        if is_preflight && is_known_method(request) {
            headers.insert(
                ACCESS_CONTROL_ALLOW_METHODS,
                HeaderValue::from_static(METHODS),
            );
            if let Some(asked) = asked_headers(request) {
                headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, asked);
            }
        }
        headers
    }

    /// The value of `Access-Control-Allow-Origin`: the request's origin if it is allowed; without an origin, `*` or the
    /// alphabetically last literal.
    fn allowed(&self, request: &HeaderMap) -> Option<HeaderValue> {
        let mut given = request.get_all(ORIGIN).iter();
        match (given.next(), given.next()) {
            (None, _) if self.any => Some(HeaderValue::from_static("*")),
            (None, _) => self.last_literal(),
            (Some(origin), None) => self.admits(origin).then(|| origin.clone()),
            (Some(_), Some(_)) => None,
        }
    }

    /// Whether the page that sends this request may read the answer.
    pub(crate) fn allows(&self, request: &HeaderMap) -> bool {
        self.allowed(request).is_some()
    }

    fn admits(&self, origin: &HeaderValue) -> bool {
        let Ok(origin) = origin.to_str() else {
            return false;
        };
        let origin = origin.to_ascii_lowercase();
        let mut patterns = self.origins.iter();
        self.any || patterns.any(|pattern| fits(&pattern.to_ascii_lowercase(), &origin))
    }

    fn last_literal(&self) -> Option<HeaderValue> {
        let literals = self.origins.iter().filter(|origin| !origin.contains('*'));
        HeaderValue::from_str(literals.max()?).ok()
    }
}

/// Whether a pattern matches a text. A `*` matches any number of characters except `/`.
fn fits(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((head, rest)) => text.strip_prefix(head).is_some_and(|text| {
            let reach = text.find('/').unwrap_or(text.len());
            let mut cuts = (0..=reach).filter(|cut| text.is_char_boundary(*cut));
            cuts.any(|cut| fits(rest, &text[cut..]))
        }),
    }
}

fn is_known_method(request: &HeaderMap) -> bool {
    let asked = request.get(ACCESS_CONTROL_REQUEST_METHOD);
    let asked = asked.and_then(|asked| asked.to_str().ok());
    asked.is_some_and(|asked| METHODS.split(", ").any(|method| method == asked))
}

/// The headers that the page wants to send, sorted.
fn asked_headers(request: &HeaderMap) -> Option<HeaderValue> {
    let asked = request
        .get(ACCESS_CONTROL_REQUEST_HEADERS)?
        .to_str()
        .ok()?
        .split(',');
    let mut asked: Vec<&str> = asked
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .collect();
    asked.sort_unstable();
    HeaderValue::from_str(&asked.join(", ")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, origin: &str, expected: bool) {
        let origin = HeaderValue::from_str(origin).expect("it is a header");
        assert_eq!(Cors::origins([pattern]).admits(&origin), expected);
    }

    #[test]
    fn a_literal_is_compared_as_a_whole_and_without_case() {
        check("https://a.example", "https://A.example", true);
        check("https://a.example", "https://a.example.evil", false);
        check("https://a.example", "https://a.exampl", false);
        check("https://a.example", "http://a.example", false);
    }

    #[test]
    fn a_star_stands_for_a_name_and_not_for_a_path() {
        check("https://*.b.example", "https://x.y.b.example", true);
        check("https://*.b.example", "https://b.example", false);
        check("https://*.b.example", "https://evil/.b.example", false);
        check("https://*.b.example", "https://x.b.example.evil", false);
        check("http://localhost:*", "http://localhost:3000", true);
    }

    #[test]
    fn a_star_alone_stands_for_all() {
        check("*", "null", true);
    }

    #[test]
    fn two_origins_are_none() {
        let mut request = HeaderMap::new();
        request.append(ORIGIN, HeaderValue::from_static("https://a.example"));
        request.append(ORIGIN, HeaderValue::from_static("https://a.example"));
        assert!(Cors::any_origin().headers(&request, false).is_empty());
    }

    #[test]
    fn many_stars_take_no_time() {
        check(&"*a".repeat(12), &"a".repeat(40), true);
    }
}
