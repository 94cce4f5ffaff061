//! The actions of this program itself; those of the shop are in the crate `shop-actions`.
//!
//! Nobody lists them: `#[action]` registers each where it stands.

mod agents;
mod answers;
mod greeting;
mod load;
mod notes;
mod receipts;
mod visits;

pub(crate) use agents::AgentRoster;
pub(crate) use load::Load;
