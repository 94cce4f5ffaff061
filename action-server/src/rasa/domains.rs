//! A cache of domains by digest, so that Rasa need not send the domain with every request.

use crate::json;
use crate::limits::Limits;
use action_sdk::rasa::Domain;
use action_sdk::serde_json::{Map, Value};
use bytes::Bytes;
use std::sync::{Arc, Mutex, PoisonError};

/// Cached domains, the most recently used first. They are immutable and shared between requests.
#[derive(Debug)]
pub(super) struct Domains {
    most: usize,
    most_bytes: usize,
    /// A list, because there are few entries.
    kept: Mutex<Vec<Kept>>,
}

#[derive(Debug, Clone)]
struct Kept {
    digest: String,
    /// Empty if the domain did not come as text.
    text: Bytes,
    bytes: usize,
    domain: Arc<Domain>,
}

impl Kept {
    fn size(&self) -> usize {
        self.bytes + self.digest.len()
    }
}

impl Domains {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            most: limits.domains,
            most_bytes: limits.domain_bytes,
            kept: Mutex::default(),
        }
    }

    /// The cached domain of this digest.
    pub(super) fn find(&self, digest: &str) -> Option<Arc<Domain>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.iter().position(|kept| kept.digest == digest)?;
        kept[..=at].rotate_right(1);
        Some(Arc::clone(&kept[0].domain))
    }

    /// The domain of a request; cached if the request has a digest.
    pub(super) fn brought(&self, text: &Bytes, digest: Option<&str>) -> Arc<Domain> {
        let Some(digest) = digest else {
            return domain(text.clone());
        };
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kept.iter().position(|kept| kept.digest == digest);
        match known.map(|at| kept.remove(at)) {
            Some(same) if same.text == *text => kept.insert(0, same),
            Some(_) | None => kept.insert(0, new(text, digest)),
        }
        let brought = Arc::clone(&kept[0].domain);
        self.shrink(&mut kept);
        brought
    }

    /// Caches a domain that did not come as text, if the request has a digest.
    #[cfg(feature = "grpc")]
    pub(super) fn keep(&self, domain: Arc<Domain>, bytes: usize, digest: Option<&str>) {
        let Some(digest) = digest else { return };
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|kept| kept.digest != digest);
        let digest = digest.to_owned();
        let text = Bytes::new();
        kept.insert(
            0,
            Kept {
                digest,
                text,
                bytes,
                domain,
            },
        );
        self.shrink(&mut kept);
    }

    /// Drops the least recently used domains until the cache is within its limits.
    fn shrink(&self, kept: &mut Vec<Kept>) {
        kept.truncate(self.most);
        while kept.iter().map(Kept::size).sum::<usize>() > self.most_bytes {
            kept.pop();
        }
    }
}

/// A domain that is decoded when an action first reads it.
fn domain(text: Bytes) -> Arc<Domain> {
    let decode = move || -> Map<String, Value> { json::decoded(&text, "domain") };
    Arc::new(Domain::deferred(decode))
}

/// Copies the text, so that the cache does not keep the whole request alive.
fn new(text: &Bytes, digest: &str) -> Kept {
    let text = Bytes::copy_from_slice(text);
    Kept {
        digest: digest.to_owned(),
        domain: domain(text.clone()),
        bytes: text.len(),
        text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn domains(most: usize, bytes: usize) -> Domains {
        Domains::new(&Limits::new().domains(most).domain_bytes(bytes))
    }

    fn bring(domains: &Domains, action: &str, digest: &str) {
        let text = format!(r#"{{"actions": ["{action}"]}}"#);
        domains.brought(&Bytes::from(text), Some(digest));
    }

    #[track_caller]
    fn check(domains: &Domains, digest: &str, expected: Option<&str>) {
        let found = domains.find(digest);
        let action = found.as_deref().and_then(|domain| domain.actions().next());
        assert_eq!(action, expected, "for {digest}");
    }

    #[test]
    fn several_are_kept_side_by_side() {
        let domains = domains(2, 1000);
        bring(&domains, "one", "1");
        bring(&domains, "two", "2");
        check(&domains, "1", Some("one"));
        check(&domains, "2", Some("two"));
    }

    #[test]
    fn the_one_not_used_for_the_longest_time_goes() {
        let domains = domains(2, 1000);
        bring(&domains, "one", "1");
        bring(&domains, "two", "2");
        check(&domains, "1", Some("one"));
        bring(&domains, "three", "3");
        check(&domains, "2", None);
        check(&domains, "1", Some("one"));
    }

    #[test]
    fn another_domain_takes_the_place_of_its_digest() {
        let domains = domains(2, 1000);
        bring(&domains, "one", "1");
        bring(&domains, "other", "1");
        check(&domains, "1", Some("other"));
    }

    #[test]
    fn the_same_domain_is_decoded_once() {
        let domains = domains(2, 1000);
        bring(&domains, "one", "1");
        let first = domains.find("1");
        bring(&domains, "one", "1");
        assert!(
            first
                .zip(domains.find("1"))
                .is_some_and(|(a, b)| Arc::ptr_eq(&a, &b))
        );
    }

    #[test]
    fn one_that_is_too_long_is_used_and_not_kept() {
        let domains = domains(2, 10);
        let text = Bytes::from_static(br#"{"actions": ["long"]}"#);
        assert_eq!(
            domains.brought(&text, Some("1")).actions().next(),
            Some("long")
        );
        check(&domains, "1", None);
    }
}
