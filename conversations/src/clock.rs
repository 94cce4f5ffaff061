//! Time, handed in.

use std::time::Duration;

use futures_core::future::BoxFuture;
use umim::Timestamp;

/// Where the time comes from.
pub trait Clock: Send + Sync + 'static {
    /// The time of day. It may jump in both directions.
    fn now(&self) -> Timestamp;

    /// Waits for this long, measured by a clock that does not jump.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;
}

/// The clocks of the system, through tokio.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// The time from one point to another, zero if it is not later.
pub(crate) fn between(from: Timestamp, to: Timestamp) -> Duration {
    let micros = to.as_micros().saturating_sub(from.as_micros());
    Duration::from_micros(u64::try_from(micros).unwrap_or_default())
}
