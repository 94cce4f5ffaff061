//! Counts durations in buckets, so that quantiles need constant memory however long the stream is.

use std::time::Duration;

/// Each power of two is split into this many buckets, which keeps a quantile within half a percent.
const PARTS: u64 = 128;
const PARTS_BITS: u32 = PARTS.trailing_zeros();

/// The number of durations per bucket, in microseconds.
#[derive(Debug, Clone, Default)]
pub(crate) struct Histogram {
    buckets: Vec<u64>, // Grows with the longest duration so far.
    total: u64,
}

impl Histogram {
    pub(crate) fn add(&mut self, duration: Duration) {
        let micros = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
        let bucket = bucket(micros);
        if bucket >= self.buckets.len() {
            self.buckets.resize(bucket + 1, 0);
        }
        self.buckets[bucket] += 1;
        self.total += 1;
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        let longest = self.buckets.len().max(other.buckets.len());
        self.buckets.resize(longest, 0);
        for (mine, theirs) in self.buckets.iter_mut().zip(&other.buckets) {
            *mine += theirs;
        }
        self.total += other.total;
    }

    /// A percentile of all durations; `None` if there are none.
    pub(crate) fn percentile(&self, hundredths: u64) -> Option<Duration> {
        let rank = (self.total * hundredths).div_ceil(100).max(1);
        let mut seen = 0;
        let bucket = self.buckets.iter().position(|count| {
            seen += count;
            seen >= rank
        })?;
        Some(Duration::from_micros(middle(bucket as u64)))
    }
}

fn bucket(micros: u64) -> usize {
    let place = if micros < PARTS {
        micros
    } else {
        let shift = micros.ilog2() - PARTS_BITS;
        u64::from(shift + 1) * PARTS + (micros >> shift) - PARTS
    };
    usize::try_from(place).expect("there are fewer than 8,000 buckets")
}

/// The middle of a bucket.
fn middle(bucket: u64) -> u64 {
    if bucket < PARTS {
        return bucket;
    }
    let shift = bucket / PARTS - 1;
    let lowest = (bucket % PARTS + PARTS) << shift;
    lowest + ((1 << shift) >> 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(micros: impl IntoIterator<Item = u64>) -> Histogram {
        let mut histogram = Histogram::default();
        micros
            .into_iter()
            .for_each(|micros| histogram.add(Duration::from_micros(micros)));
        histogram
    }

    #[track_caller]
    fn check(histogram: &Histogram, hundredths: u64, expected: u64) {
        let found = histogram
            .percentile(hundredths)
            .expect("it is not empty")
            .as_micros();
        let error = found.abs_diff(expected.into());
        assert!(
            error * 200 <= expected.into(),
            "{found} instead of {expected}"
        );
    }

    #[test]
    fn nothing_has_no_percentile() {
        assert_eq!(Histogram::default().percentile(50), None);
    }

    #[test]
    fn percentiles_are_near_the_truth() {
        let histogram = of((1..=10_000).map(|n| n * 37));
        check(&histogram, 50, 185_000);
        check(&histogram, 99, 366_300);
        check(&histogram, 100, 370_000);
    }

    #[test]
    fn the_rarest_counts_for_the_99th_of_few() {
        let histogram = of([10, 10, 10, 5_000_000]);
        check(&histogram, 50, 10);
        check(&histogram, 99, 5_000_000);
    }

    #[test]
    fn every_duration_is_near_the_middle_of_its_bucket() {
        let lengths =
            (0..64).flat_map(|bit| [1_u64 << bit, (1 << bit) + 1, (1 << bit) + (1 << bit >> 1)]);
        for micros in lengths.chain([0, u64::MAX]) {
            let shown = middle(bucket(micros) as u64);
            assert!(
                shown.abs_diff(micros) <= micros / PARTS,
                "{shown} for {micros}"
            );
        }
    }

    #[test]
    fn merged_ones_are_as_if_counted_together() {
        let mut left = of([1, 2, 3]);
        left.merge(&of([4, 1_000]));
        assert_eq!(left.percentile(50), Some(Duration::from_micros(3)));
        assert_eq!(left.total, 5);
    }
}
