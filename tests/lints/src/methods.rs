//! Actions of a shared value.

use action_sdk::prelude::*;
use core::sync::atomic::{AtomicI64, Ordering};

/// A shared value.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Counter(AtomicI64);

#[actions]
impl Counter {
    /// A name that stands elsewhere.
    const NAME: &'static str = "LintMethodConstantAction";

    /// Counts up.
    #[action(name = "LintCountAction")]
    async fn count(&self, #[arg(default = 1_i64)] by: i64) -> i64 {
        self.0.fetch_add(by, Ordering::SeqCst)
    }

    /// Has a name that stands elsewhere.
    #[action(name = Self::NAME, timeout = "1s")]
    async fn named_elsewhere(&self, #[arg(default)] by: Option2) -> Result<i64, ActionError> {
        let now = self.0.load(Ordering::SeqCst);
        now.checked_add(by.0)
            .ok_or_else(|| ActionError::failed("too far"))
    }

    /// On the blocking pool.
    #[expect(clippy::unused_self, reason = "there is nothing to do")]
    #[action(name = "LintBlockingMethodAction", blocking)]
    fn blocking(&self, context: &Context) -> usize {
        context.len()
    }

    /// Without a receiver.
    #[action(name = "LintAssociatedAction")]
    async fn associated(value: i64) -> i64 {
        value
    }
}

/// A number, or nothing.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
struct Option2(i64);
