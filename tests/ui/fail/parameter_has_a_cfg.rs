//! A `cfg` on a parameter.

use action_sdk::prelude::*;

#[action]
async fn custom_test(#[cfg(all())] value: i64, #[cfg_attr(all(), allow(unused))] limit: i64) -> i64 {
    value + limit
}

fn main() {}
