//! Requests of web pages. A page of another site can send requests to any address that its visitor's browser reaches,
//! even to this machine, and could so run actions.

use crate::cors::Cors;
use axum::http::Method;
use axum::http::header::{HOST, ORIGIN};
use axum::http::request::Parts;
use std::net::IpAddr;

/// Whether a request may have an effect, and comes from a web page that may not call.
///
/// A page may call if its origin is in `cors`, or if this server sent it. A page whose host is a name does not count
/// as sent by this server: its owner can make the name point here after it was loaded.
pub(crate) fn is_foreign(request: &Parts, cors: Option<&Cors>) -> bool {
    if matches!(request.method, Method::GET | Method::HEAD) {
        return false;
    }
    let Some(origin) = request.headers.get(ORIGIN) else {
        return false;
    };
    let is_allowed = cors.is_some_and(|cors| cors.allows(&request.headers));
    !is_allowed && !origin.to_str().is_ok_and(|origin| is_own(request, origin))
}

fn is_own(request: &Parts, origin: &str) -> bool {
    let Some((_, page)) = origin.split_once("://") else {
        return false;
    };
    let host = request.headers.get(HOST);
    let host = host.and_then(|host| host.to_str().ok());
    let host = host.or_else(|| Some(request.uri.authority()?.as_str()));
    host.is_some_and(|host| host.eq_ignore_ascii_case(page)) && is_certain(page)
}

/// Whether nobody can make this host, which may have a port, point somewhere else.
fn is_certain(host: &str) -> bool {
    let without_port = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        Some(_) | None => host,
    };
    let bare = without_port.trim_start_matches('[').trim_end_matches(']');
    bare.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    #[track_caller]
    fn check(origin: Option<&str>, host: &str, expected: bool) {
        let cors = Cors::origins(["https://good.example"]);
        let mut request = Request::post("/webhook").header(HOST, host);
        if let Some(origin) = origin {
            request = request.header(ORIGIN, origin);
        }
        let parts = request.body(()).expect("it is a request").into_parts().0;
        assert_eq!(
            is_foreign(&parts, Some(&cors)),
            expected,
            "{origin:?} to {host}"
        );
    }

    #[test]
    fn a_page_of_another_site_is_foreign() {
        check(Some("https://evil.example"), "localhost:5055", true);
        check(Some("http://localhost:3000"), "localhost:5055", true);
        check(Some("null"), "localhost:5055", true);
    }

    #[test]
    fn a_page_whose_name_points_here_is_foreign() {
        check(Some("http://evil.example:5055"), "evil.example:5055", true);
    }

    #[test]
    fn our_own_page_is_not() {
        check(Some("http://localhost:5055"), "localhost:5055", false);
        check(Some("http://127.0.0.1:5055"), "127.0.0.1:5055", false);
        check(Some("http://[::1]:5055"), "[::1]:5055", false);
        check(Some("http://[::1]"), "[::1]", false);
    }

    #[test]
    fn an_allowed_origin_is_not() {
        check(Some("https://good.example"), "localhost:5055", false);
    }

    #[test]
    fn whoever_is_no_page_is_not() {
        check(None, "evil.example", false);
    }
}
