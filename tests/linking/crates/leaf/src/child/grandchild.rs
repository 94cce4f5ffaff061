//! A private module below a private module.

use action_sdk::prelude::*;

struct Stateless;

#[actions]
impl Stateless {
    #[action]
    async fn leaf_grandchild() -> &'static str {
        "grandchild"
    }
}
