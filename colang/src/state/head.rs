//! A head: the place in a flow that has been reached, and how well the events matched that led there.

use serde::{Deserialize, Serialize};

use super::ids::HeadId;
use super::index::{MatchKey, OrderKey};
use super::scores::Scores;
use crate::program::{Position, ScopeId};

/// What a head does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum HeadStatus {
    /// It waits or goes on.
    Active,
    /// It has been forked, or has lost.
    Inactive,
    /// It stands on a merge and is taken up when all internal events are done.
    Merging,
}

/// A place in a flow.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FlowHead {
    pub(crate) id: HeadId,
    pub(super) position: Position,
    pub(super) status: HeadStatus,
    /// Saved between runs only, when they are out of date.
    #[serde(skip)]
    pub(super) scores: Scores,
    #[serde(skip)]
    pub(super) epoch: u64,
    pub(super) arrival: u64,
    /// Where the matching index has it.
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

    /// Whether it still takes part.
    pub fn is_active(&self) -> bool {
        self.status != HeadStatus::Inactive
    }

    /// The scores of the matches that led here since the external event with this number.
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
