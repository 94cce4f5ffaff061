//! A crate that brings the SDK along, and a macro that writes actions with nothing else at hand.

pub use action_sdk;

/// Writes an action that returns a constant.
#[macro_export]
macro_rules! constant_action {
    ($function:ident, $value:expr) => {
        #[$crate::action_sdk::action(crate = $crate::action_sdk)]
        async fn $function() -> i64 {
            $value
        }
    };
}
