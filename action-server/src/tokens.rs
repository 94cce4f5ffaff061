//! Bearer tokens, compared in constant time.

use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use base64::prelude::{BASE64_STANDARD, Engine};
use percent_encoding::percent_decode_str;
use std::fmt;
use subtle::ConstantTimeEq;

/// The authenticated caller: the name that belongs to its token. Actions and hooks get it as an
/// [`Extension`](action_sdk::Extension).
///
/// ```
/// use action_sdk::{CallScope, Extension};
/// use action_sdk::prelude::*;
/// use action_sdk_action_server::Caller;
///
/// /// Who asks?
/// #[action(name = "WhoAsksAction")]
/// async fn who_asks(caller: Extension<Caller>) -> String {
///     caller.name().to_owned()
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller(String);

impl Caller {
    /// A caller with this name, for tests of actions.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// The name that was given with the token.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0
    }
}

/// The tokens that a server accepts, each with the name of its owner.
#[derive(Clone, Default)]
pub(crate) struct Tokens(Vec<(Caller, String)>);

impl Tokens {
    pub(crate) fn add(&mut self, name: String, secret: String) {
        self.0.push((Caller(name), secret));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether one of the tokens is empty.
    pub(crate) fn has_empty_secret(&self) -> bool {
        self.0.iter().any(|(_, secret)| secret.is_empty())
    }

    /// The owner of the token in the `Authorization` header.
    pub(crate) fn caller(&self, request: &Parts) -> Option<&Caller> {
        self.owner(bearer(request)?.as_bytes())
    }

    /// The owner of the token in the query, where Rasa puts it.
    pub(crate) fn caller_by_query(&self, request: &Parts) -> Option<&Caller> {
        self.owner(&query_token(request)?)
    }

    /// The owner of the token that a browser sends as a password.
    pub(crate) fn caller_by_password(&self, request: &Parts) -> Option<&Caller> {
        self.owner(&password(request)?)
    }

    /// Compares with every token, so that the time taken does not depend on which one matches.
    fn owner(&self, given: &[u8]) -> Option<&Caller> {
        let mut owner = None;
        for (caller, secret) in &self.0 {
            if bool::from(secret.as_bytes().ct_eq(given)) && !secret.is_empty() {
                owner = Some(caller);
            }
        }
        owner
    }
}

/// Shows the names only.
impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(self.0.iter().map(|(caller, _)| caller.name()))
            .finish()
    }
}

fn bearer(request: &Parts) -> Option<&str> {
    credentials(request, "bearer")
}

/// What follows the scheme in the `Authorization` header.
fn credentials<'a>(request: &'a Parts, wanted: &str) -> Option<&'a str> {
    let value = request.headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, rest) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case(wanted).then_some(rest.trim())
}

/// The password, whoever's name stands before it.
fn password(request: &Parts) -> Option<Vec<u8>> {
    let pair = BASE64_STANDARD
        .decode(credentials(request, "basic")?)
        .ok()?;
    let colon = pair.iter().position(|byte| *byte == b':')?;
    Some(pair[colon + 1..].to_vec())
}

fn query_token(request: &Parts) -> Option<Vec<u8>> {
    let pairs = request.uri.query()?.split('&');
    let token = pairs
        .filter_map(|pair| pair.split_once('='))
        .find(|(name, _)| *name == "token");
    Some(percent_decode_str(&token?.1.replace('+', " ")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    fn tokens() -> Tokens {
        let mut tokens = Tokens::default();
        tokens.add("rasa".to_owned(), "s3cret".to_owned());
        tokens.add("nemo".to_owned(), "other one".to_owned());
        tokens
    }

    #[track_caller]
    fn check(header: Option<&str>, query: &str, expected: Option<&str>) {
        let mut request = Request::get(format!("/webhook{query}"));
        if let Some(header) = header {
            request = request.header(AUTHORIZATION, header);
        }
        let parts = request.body(()).expect("it is a request").into_parts().0;
        let tokens = tokens();
        let found = tokens
            .caller(&parts)
            .or_else(|| tokens.caller_by_query(&parts));
        assert_eq!(found.map(Caller::name), expected, "{header:?} {query}");
    }

    #[test]
    fn a_bearer_token_has_an_owner() {
        check(Some("Bearer s3cret"), "", Some("rasa"));
        check(Some("bearer other one"), "", Some("nemo"));
    }

    #[test]
    fn a_token_in_the_query_has_an_owner() {
        check(None, "?a=b&token=s3cret", Some("rasa"));
        check(None, "?token=other%20one", Some("nemo"));
        check(None, "?token=other+one", Some("nemo"));
    }

    #[test]
    fn what_is_nearly_right_is_wrong() {
        for header in [
            "Bearer s3cre",
            "Bearer s3cretx",
            "Bearer S3cret",
            "Bearer ",
            "Bearer",
            "Basic s3cret",
            "s3cret",
            "",
        ] {
            check(Some(header), "", None);
        }
        for query in ["", "?token=", "?token", "?Token=s3cret", "?token=s3cret%00"] {
            check(None, query, None);
        }
    }

    #[test]
    fn a_password_has_an_owner() {
        for (pair, expected) in [
            ("anybody:s3cret", Some("rasa")),
            (":other one", Some("nemo")),
            ("s3cret:", None),
            ("s3cret", None),
            ("a:b:s3cret", None),
        ] {
            let header = format!("Basic {}", BASE64_STANDARD.encode(pair));
            let request = Request::get("/openapi.json").header(AUTHORIZATION, header);
            let parts = request.body(()).expect("it is a request").into_parts().0;
            let tokens = tokens();
            let found = tokens.caller_by_password(&parts);
            assert_eq!(found.map(Caller::name), expected, "{pair}");
        }
    }

    #[test]
    fn an_empty_secret_lets_nobody_in() {
        let mut tokens = Tokens::default();
        tokens.add("nobody".to_owned(), String::new());
        assert!(tokens.has_empty_secret() && tokens.owner(b"").is_none());
    }

    #[test]
    fn debug_shows_no_secret() {
        assert_eq!(format!("{:?}", tokens()), r#"{"rasa", "nemo"}"#);
    }
}
