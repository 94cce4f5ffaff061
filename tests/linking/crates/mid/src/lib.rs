//! An action, and a dependency that is never mentioned.

use action_sdk::prelude::*;

#[action]
async fn mid() -> &'static str {
    "mid"
}
