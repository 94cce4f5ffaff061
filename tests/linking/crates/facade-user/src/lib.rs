//! The SDK behind a facade: its own name is not known here.

use linking_facade::action_sdk::prelude::*;

#[action(crate = linking_facade::action_sdk)]
async fn through_facade(
    value: i64,
    #[arg(default = 1)] other: i64,
    #[arg(context)] user: Option<&str>,
) -> i64 {
    value + other + i64::from(user.is_some())
}

linking_facade::constant_action!(through_facade_macro, 7);
