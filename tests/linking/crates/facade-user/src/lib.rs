//! Uses the SDK through a facade, without depending on it by name.

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
