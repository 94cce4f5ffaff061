//! Actions at the top of a crate, in a private module, and below that.

use action_sdk::prelude::*;

mod child;

#[action]
async fn leaf() -> &'static str {
    "leaf"
}

/// Something to be mentioned.
pub const MENTIONED: &str = "leaf";
