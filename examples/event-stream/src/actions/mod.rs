//! The actions of this program; those of the shop are in the crate `shop-actions`.
//!
//! There is no list of them: `#[action]` registers each one where it is defined.

mod agents;
mod answers;
mod greeting;
mod load;
mod notes;
mod receipts;
mod visits;

pub(crate) use agents::AgentRoster;
pub(crate) use load::Load;
