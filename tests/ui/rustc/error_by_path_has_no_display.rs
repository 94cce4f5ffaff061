//! A long error type that is not `Display`.

use action_sdk::prelude::*;

mod deep {
    pub(crate) mod er {
        pub(crate) struct NoDisplay<T>(pub(crate) T);
    }
}

#[action]
async fn custom_test() -> Result<i64, deep::er::NoDisplay<i64>> {
    Err(deep::er::NoDisplay(1))
}

fn main() {}
