//! The SDK under another name, given once for the whole crate.

extern crate sdk as action_sdk;

use sdk::prelude::*;

/// Shared.
pub struct Shared(pub i64);

#[action]
async fn renamed(
    value: i64,
    #[arg(default)] other: i64,
    context: &Context,
) -> Result<usize, String> {
    usize::try_from(value + other)
        .map(|sum| sum + context.len())
        .map_err(|error| error.to_string())
}

#[actions]
impl Shared {
    #[action]
    async fn renamed_method(&self) -> i64 {
        self.0
    }
}
