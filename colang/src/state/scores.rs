//! The scores of the matches that led to a position or to an event, oldest first.

use std::cmp::Ordering;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// How many successive matches are remembered; otherwise flows that restart forever would fill the memory.
const MOST: usize = 256;

/// Scores, shared by everything that results from one match.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Scores(Option<Arc<[f64]>>);

impl Scores {
    pub(crate) fn as_slice(&self) -> &[f64] {
        self.0.as_deref().unwrap_or_default()
    }

    /// Appends the score of another match.
    pub(crate) fn with(&self, score: f64) -> Self {
        let scores = self.as_slice();
        if scores.len() >= MOST {
            return self.clone();
        }
        Self(Some(scores.iter().copied().chain([score]).collect()))
    }

    /// Lexicographic; if one list is a prefix of the other, the longer one is greater.
    pub(crate) fn compare(&self, other: &Self) -> Ordering {
        let (left, right) = (self.as_slice(), other.as_slice());
        let different = different(left.iter().copied(), right.iter().copied());
        different.unwrap_or_else(|| left.len().cmp(&right.len()))
    }

    /// Number by number; missing scores count as 1.
    pub(crate) fn compare_as_if_ending_in_ones(&self, other: &Self) -> Ordering {
        let (left, right) = (self.as_slice(), other.as_slice());
        let longest = left.len().max(right.len());
        let padded = |scores: &[f64], place: usize| scores.get(place).copied().unwrap_or(1.0);
        let left = (0..longest).map(|place| padded(left, place));
        let right = (0..longest).map(|place| padded(right, place));
        different(left, right).unwrap_or(Ordering::Equal)
    }
}

fn different(
    left: impl Iterator<Item = f64>,
    right: impl Iterator<Item = f64>,
) -> Option<Ordering> {
    left.zip(right)
        .map(|(left, right)| left.total_cmp(&right))
        .find(|order| order.is_ne())
}

impl From<Vec<f64>> for Scores {
    fn from(scores: Vec<f64>) -> Self {
        Self((!scores.is_empty()).then(|| scores.into()))
    }
}

impl Serialize for Scores {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_slice().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Scores {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::deserialize(deserializer).map(Self::from)
    }
}
