//! URLs of services: where requests are sent, and the encodings of a secret in one.

use reqwest::Url;

/// Where messages go.
pub(super) fn endpoint(mut base: Url, query: &[(String, String)]) -> Url {
    if let Ok(mut path) = base.path_segments_mut() {
        path.pop_if_empty().extend(["chat", "completions"]);
    }
    if !query.is_empty() {
        base.query_pairs_mut().extend_pairs(query);
    }
    base
}

/// A string in the encoding of query parameters.
pub(super) fn in_query(base: &Url, text: &str) -> String {
    let mut address = base.clone();
    address.query_pairs_mut().clear().append_key_only(text);
    address.query().unwrap_or_default().to_owned()
}

/// `%40` as `@`.
pub(super) fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let digits = after.get(..2).and_then(|two| str::from_utf8(two).ok());
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let (byte, after) = match byte.filter(|_| *first == b'%') {
            Some(byte) => (byte, &after[2..]),
            None => (*first, after),
        };
        bytes.push(byte);
        rest = after;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Base64, for a header with user name and password.
pub(super) fn encoded(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut encoded = String::new();
    for three in text.as_bytes().chunks(3) {
        let bits = (0..3).fold(0, |bits, at| {
            bits << 8 | usize::from(three.get(at).copied().unwrap_or(0))
        });
        let digits = (0..4).map(|at| char::from(DIGITS[bits >> (18 - 6 * at) & 63]));
        encoded.extend(digits.take(three.len() + 1));
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_written_as_headers_do() {
        assert_eq!(encoded("me:p@ss-word"), "bWU6cEBzcy13b3Jk");
        assert_eq!(encoded("a:b"), "YTpi");
        assert_eq!(encoded("a:bc"), "YTpiYw");
        assert_eq!(decoded("p%40ss%"), "p@ss%");
    }
}
