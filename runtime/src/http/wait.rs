//! How long to wait before a request is sent again.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

const FIRST_WAIT: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_secs(8);

/// A share of a time that doubles with each attempt.
pub(crate) fn chosen(retries: u32, share: f64) -> Duration {
    let longest = FIRST_WAIT
        .saturating_mul(2_u32.saturating_pow(retries))
        .min(LONGEST_WAIT);
    let share = if share.is_nan() { 0.0 } else { share };
    longest.mul_f64(share.clamp(0.0, 1.0))
}

/// A random number from 0.0 to 1.0, so that clients do not all retry at the same time.
pub(crate) fn share() -> f64 {
    let lot = RandomState::new().hash_one(());
    f64::from((lot >> 32) as u32) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(retries: u32, share: f64, milliseconds: u64) {
        assert_eq!(chosen(retries, share), Duration::from_millis(milliseconds));
    }

    #[test]
    fn the_wait_doubles() {
        check(0, 1.0, 500);
        check(2, 1.0, 2000);
    }

    #[test]
    fn the_wait_is_spread() {
        check(1, 0.25, 250);
        check(1, 0.0, 0);
    }

    #[test]
    fn a_share_that_is_none_counts_as_the_nearest() {
        check(0, -1.0, 0);
        check(0, 7.0, 500);
        check(0, f64::NAN, 0);
    }

    #[test]
    fn the_wait_has_an_end() {
        check(5, 1.0, 8000);
        check(u32::MAX, 1.0, 8000);
    }
}
