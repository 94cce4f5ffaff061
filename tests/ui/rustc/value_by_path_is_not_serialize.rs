//! A long return type that is not `Serialize`.

use action_sdk::prelude::*;

mod deep {
    pub(crate) mod er {
        pub(crate) struct NotSer<T>(pub(crate) T);
    }
}

#[action]
async fn custom_test() -> Result<deep::er::NotSer<i64>, String> {
    Ok(deep::er::NotSer(1))
}

fn main() {}
