//! The key for signing saved conversations: HMAC with SHA-256 (RFC 2104) over the first line and the content.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::error::{RuntimeError, RuntimeErrorKind};

/// The prefix of a tag.
const TAG: &str = "hmac-sha256:";

/// Shorter keys could be guessed, especially an empty one because of an unset variable.
const SHORTEST: usize = 16;

/// A key; it is never printed.
pub(crate) struct SnapshotKey(Vec<u8>);

impl SnapshotKey {
    pub(crate) fn new(key: Vec<u8>) -> Result<Self, RuntimeError> {
        if key.len() >= SHORTEST {
            return Ok(Self(key));
        }
        let message = format!(
            "the key for saved conversations has {} bytes; give `.snapshot_key(..)` at least {SHORTEST}, drawn at random and kept secret",
            key.len()
        );
        Err(RuntimeError::new(RuntimeErrorKind::SnapshotKey, message))
    }

    /// The tag for the first line and the content.
    pub(crate) fn tag(&self, line: &[u8], content: &[u8]) -> String {
        let bytes = self.mac(line, content).finalize().into_bytes();
        let digits = bytes.iter().map(|byte| format!("{byte:02x}"));
        digits.fold(TAG.to_owned(), |tag, digits| tag + &digits)
    }

    /// Compares in constant time.
    pub(crate) fn check(
        &self,
        line: &[u8],
        content: &[u8],
        tag: Option<&str>,
    ) -> Result<(), RuntimeError> {
        let refuse = |why: &str| {
            let message = format!("the saved conversation is not trusted: {why}");
            RuntimeError::new(RuntimeErrorKind::Untrusted, message)
        };
        let tag = tag.ok_or_else(|| {
            refuse("it has no tag, and this runtime has a key; was it saved without one?")
        })?;
        let bytes = tag.strip_prefix(TAG).and_then(bytes);
        let bytes = bytes.ok_or_else(|| refuse("its tag is none that is known here"))?;
        let is_right = self.mac(line, content).verify_slice(&bytes);
        is_right.map_err(|_| refuse("its tag was made with another key, or for another content"))
    }

    fn mac(&self, line: &[u8], content: &[u8]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("any length will do");
        mac.update(line);
        mac.update(b"\n");
        mac.update(content);
        mac
    }
}

fn bytes(digits: &str) -> Option<Vec<u8>> {
    let pairs = digits.as_bytes().chunks(2);
    pairs
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::SnapshotKey;

    #[test]
    fn a_tag_depends_on_key_line_and_content() {
        let key = |byte: u8| SnapshotKey::new(vec![byte; 16]).expect("it is long enough");
        let tag = key(1).tag(b"line", b"content");
        assert_eq!(tag.len(), super::TAG.len() + 64);
        assert!(key(1).check(b"line", b"content", Some(&tag)).is_ok());
        for (other, line, content) in [
            (key(2), "line", "content"),
            (key(1), "lines", "content"),
            (key(1), "line", "contents"),
            (key(1), "line\nc", "ontent"),
        ] {
            let found = other.check(line.as_bytes(), content.as_bytes(), Some(&tag));
            assert!(found.is_err(), "{line} {content}");
        }
    }
}
