//! The SDK under another name, given for every action.

use sdk::prelude::*;

/// Shared.
pub struct SharedEach(pub i64);

const NAME: &str = "RenamedEachAction";

#[action(name = NAME, crate = ::sdk)]
async fn renamed_each(
    value: i64,
    #[arg(default)] other: i64,
    context: &Context,
) -> Result<usize, String> {
    usize::try_from(value + other)
        .map(|sum| sum + context.len())
        .map_err(|error| error.to_string())
}

#[actions]
impl SharedEach {
    #[action(crate = sdk)]
    async fn renamed_each_method(&self) -> i64 {
        self.0
    }
}

macro_rules! through_a_macro {
    ($sdk:path) => {
        #[action(crate = $sdk, blocking)]
        fn renamed_each_by_macro(#[arg(rest)] extra: Map) -> usize {
            extra.len()
        }
    };
}

through_a_macro!(::sdk);
