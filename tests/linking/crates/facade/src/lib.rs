//! Re-exports the SDK, with a macro that defines actions for crates without a dependency on the SDK.

pub use action_sdk;

/// Defines an action that returns a constant.
#[macro_export]
macro_rules! constant_action {
    ($function:ident, $value:expr) => {
        #[$crate::action_sdk::action(crate = $crate::action_sdk)]
        async fn $function() -> i64 {
            $value
        }
    };
}
