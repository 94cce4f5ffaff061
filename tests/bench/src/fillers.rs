//! A macro that defines any number of actions: each bench defines as many as it needs to have linked.

/// Defines an action for every combination of a letter from each list, named `Filler…Action` after them.
///
/// Each takes two arguments and the context, like actions of users, and is in a module named after its letters.
///
/// ```standalone_crate
/// bench::fillers!([a b c] [a b]);
///
/// assert_eq!(action_sdk::Registry::linked().len(), 6);
/// ```
#[macro_export]
macro_rules! fillers {
    ($first:tt $second:tt) => {
        $crate::fillers!(@second X $first $second);
    };
    ([$($first:ident)*] $second:tt $third:tt) => {
        $(mod $first { $crate::fillers!(@second $first $second $third); })*
    };
    (@second $first:ident [$($second:ident)*] $third:tt) => {
        $(mod $second { $crate::fillers!(@third $first $second $third); })*
    };
    (@third $first:ident $second:ident [$($third:ident)*]) => {
        $(mod $third {
            use ::action_sdk::prelude::*;

            /// Says how much of something there is, and to whom.
            #[action(name = concat!("Filler", stringify!($first), stringify!($second), stringify!($third), "Action"))]
            async fn filler(
                /// how much
                count: i64,
                /// of what
                what: String,
                context: &Context,
            ) -> String {
                format!("{count} {what} for {:?}", context.value("user"))
            }
        })*
    };
}
