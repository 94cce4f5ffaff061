//! A part of a request that is decoded on first use.
//!
//! Trackers and domains can be large, and most actions use neither the history nor the domain.

use std::fmt;
use std::sync::{Arc, OnceLock};

/// A value that is decoded already or can be made by `decode`. Clones share a value that is decoded.
pub(super) struct Deferred<T> {
    decoded: OnceLock<Arc<T>>,
    decode: Option<Arc<dyn Fn() -> T + Send + Sync>>,
}

impl<T: Default> Deferred<T> {
    pub(super) fn ready(value: T) -> Self {
        Self {
            decoded: OnceLock::from(Arc::new(value)),
            decode: None,
        }
    }

    pub(super) fn later(decode: impl Fn() -> T + Send + Sync + 'static) -> Self {
        Self {
            decoded: OnceLock::new(),
            decode: Some(Arc::new(decode)),
        }
    }

    /// The value, decoded now if it was not before.
    pub(super) fn value(&self) -> &T {
        self.decoded.get_or_init(|| {
            Arc::new(
                self.decode
                    .as_ref()
                    .map_or_else(T::default, |decode| decode()),
            )
        })
    }

    /// The value, mutable; clones keep theirs.
    pub(super) fn value_mut(&mut self) -> &mut T
    where
        T: Clone,
    {
        self.value();
        Arc::make_mut(self.decoded.get_mut().expect("decoded in the line above"))
    }
}

impl<T> Clone for Deferred<T> {
    fn clone(&self) -> Self {
        Self {
            decoded: self.decoded.clone(),
            decode: self.decode.clone(),
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for Deferred<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.decoded.get() {
            Some(value) => value.fmt(f),
            None => f.write_str("(not decoded yet)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn decodes_once_and_not_before_it_is_asked() {
        let calls = Arc::new(AtomicUsize::new(0));
        let seen = calls.clone();
        let deferred = Deferred::later(move || seen.fetch_add(1, Ordering::SeqCst) + 1);
        assert_eq!(calls.load(Ordering::SeqCst), 0);
        assert_eq!((*deferred.value(), *deferred.value()), (1, 1));
        assert_eq!(calls.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn a_change_does_not_reach_the_clone() {
        let mut first = Deferred::ready(vec![1]);
        let second = first.clone();
        first.value_mut().push(2);
        assert_eq!(
            (first.value().as_slice(), second.value().as_slice()),
            (&[1, 2][..], &[1][..])
        );
    }
}
