//! URLs of servers: which part may be shown, and whether a server is on this machine.

use std::net::IpAddr;

use reqwest::Url;

/// The URL without user name, password and query.
pub(crate) fn shown(base: &Url) -> String {
    let mut shown = base.clone();
    shown.set_query(None);
    shown.set_fragment(None);
    // These fail only for URLs without a host, which have neither.
    let _ = shown.set_username("");
    let _ = shown.set_password(None);
    shown.as_str().trim_end_matches('/').to_owned()
}

/// Whether the server is on this machine. A name such as `box.local` may be any machine in the network.
pub(crate) fn is_here(base: &Url) -> bool {
    let host = base.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    let is_loopback = address
        .parse()
        .is_ok_and(|address: IpAddr| address.is_loopback());
    is_loopback || host == "localhost" || host.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_here(host: &str, expected: bool) {
        assert_eq!(
            is_here(&Url::parse(&format!("http://{host}:8000/v1")).expect("an address")),
            expected,
            "for {host}"
        );
    }

    #[test]
    fn only_loopback_is_here() {
        for host in [
            "localhost",
            "LOCALHOST",
            "a.localhost",
            "127.0.0.1",
            "127.8.9.1",
            "[::1]",
        ] {
            check_here(host, true);
        }
        for host in [
            "box.local",
            "evil.local",
            "10.0.0.1",
            "0.0.0.0",
            "[fe80::1]",
            "localhost.example.com",
        ] {
            check_here(host, false);
        }
    }
}
