//! A private module with actions of its own.

use action_sdk::prelude::*;

mod grandchild;

#[action]
async fn leaf_child() -> &'static str {
    "child"
}
