//! Actions at the top of a crate, in a private module, and in a module below that.

use action_sdk::prelude::*;

mod child;

#[action]
async fn leaf() -> &'static str {
    "leaf"
}

/// An item to mention.
pub const MENTIONED: &str = "leaf";
