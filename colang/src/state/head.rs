//! A head: the current position in a flow, and the scores of the matches that led there.

use serde::{Deserialize, Serialize};

use super::ids::HeadId;
use super::index::{MatchKey, OrderKey};
use super::scores::Scores;
use crate::program::{Position, ScopeId};

/// What a head does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum HeadStatus {
    /// It waits or advances.
    Active,
    /// It has been forked, or has lost a conflict.
    Inactive,
    /// It has reached a merge, which is resolved when all internal events are processed.
    Merging,
}

/// A place in a flow.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FlowHead {
    pub(crate) id: HeadId,
    pub(super) position: Position,
    pub(super) status: HeadStatus,
    /// Only saved between runs, when they are obsolete.
    #[serde(skip)]
    pub(super) scores: Scores,
    #[serde(skip)]
    pub(super) epoch: u64,
    pub(super) arrival: u64,
    /// Its entry in the matching index.
    #[serde(skip)]
    pub(super) found_by: Option<Box<(MatchKey, OrderKey)>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) scopes: Vec<ScopeId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) children: Vec<HeadId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) catches: Vec<Position>,
}

impl FlowHead {
    pub(super) fn new(id: HeadId) -> Self {
        Self {
            id,
            position: 0,
            status: HeadStatus::Active,
            scores: Scores::default(),
            epoch: 0,
            arrival: 0,
            found_by: None,
            scopes: Vec::new(),
            children: Vec::new(),
            catches: Vec::new(),
        }
    }

    /// Where it stands.
    pub fn position(&self) -> Position {
        self.position
    }

    /// What it does.
    pub fn status(&self) -> HeadStatus {
        self.status
    }

    /// Whether it is active.
    pub fn is_active(&self) -> bool {
        self.status != HeadStatus::Inactive
    }

    /// The scores of the matches since the external event with this number.
    pub(crate) fn scores(&self, epoch: u64) -> Scores {
        match self.epoch == epoch {
            true => self.scores.clone(),
            false => Scores::default(),
        }
    }

    pub(crate) fn set_scores(&mut self, scores: Scores, epoch: u64) {
        self.scores = scores;
        self.epoch = epoch;
    }
}
