//! A crate that forbids and denies as many lints as a careful author may: generated code must not trigger them.
//!
//! The compiler checks the first lists when this is compiled, clippy the last one when the workspace is linted.

#![forbid(unsafe_code, dead_code, deprecated, missing_docs, unused_imports)]
#![deny(
    warnings,
    future_incompatible,
    nonstandard_style,
    unused,
    absolute_paths_not_starting_with_crate,
    closure_returning_async_block,
    elided_lifetimes_in_paths,
    explicit_outlives_requirements,
    keyword_idents,
    let_underscore_drop,
    macro_use_extern_crate,
    meta_variable_misuse,
    missing_copy_implementations,
    missing_debug_implementations,
    redundant_imports,
    redundant_lifetimes,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unit_bindings,
    unnameable_types,
    unreachable_pub,
    unused_extern_crates,
    unused_lifetimes,
    unused_qualifications,
    unused_results,
    variant_size_differences
)]
#![deny(clippy::all, clippy::pedantic, clippy::nursery)]

use action_sdk::prelude::*;
use action_sdk::rasa::Events;
use std::collections::HashMap;
use std::fmt;

const NAME: &str = "StrictConstantAction";

/// Everything that the host lends.
#[action]
async fn strict_special(
    context: &Context,
    events: &[Event],
    llm: Option<&dyn Llm>,
    tracker: Option<&Tracker>,
    cancel: &CancellationToken,
) -> usize {
    tokio::task::yield_now().await;
    let others = [llm.is_some(), tracker.is_some(), cancel.is_cancelled()];
    context.len() + events.len() + others.into_iter().filter(|is_there| *is_there).count()
}

/// Everything that a caller gives.
#[expect(clippy::type_complexity, reason = "it is complex, and told once")]
#[action(name = NAME, timeout = "5s", concurrency = 2, aliases = ["strict"], read_only)]
async fn strict_arguments(
    /// the first
    first: i64,
    #[arg(default = 5)] second: i64,
    #[arg(default)] third: Vec<HashMap<String, Option<(i64, Box<[i64]>)>>>,
    #[arg(context)] user: Option<&str>,
    #[arg(rest)] rest: Map,
) -> Result<i64, StrictError> {
    tokio::task::yield_now().await;
    if user.is_none() || !third.is_empty() || !rest.is_empty() {
        return Err(StrictError);
    }
    Ok(first + second)
}

/// On the blocking pool.
#[action(blocking)]
fn strict_blocking(text: &str) -> Option<&str> {
    text.strip_prefix('x')
}

/// An error.
#[derive(Debug)]
struct StrictError;

impl fmt::Display for StrictError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("strict")
    }
}

/// A shared value.
#[derive(Debug)]
struct Strict(i64);

#[actions]
impl Strict {
    const NAME: &'static str = "StrictMethodAction";

    /// A method.
    #[action(name = Self::NAME)]
    async fn method(
        &self,
        #[arg(default = Self::NAME.len())] by: usize,
    ) -> Result<Events, ActionError> {
        tokio::task::yield_now().await;
        match i64::try_from(by) {
            Ok(by) if by < self.0 => Ok(Events::new()),
            Ok(_) | Err(_) => Err(ActionError::failed("too far")),
        }
    }
}

mod nested {
    use action_sdk::prelude::*;

    #[action]
    async fn strict_nested() {
        tokio::task::yield_now().await;
    }
}

#[test]
fn all_of_them_are_registered() {
    let names = [
        "strict",
        NAME,
        Strict::NAME,
        "StrictNestedAction",
        "StrictSpecialAction",
        "StrictBlockingAction",
    ];
    let dispatcher = ActionDispatcher::builder()
        .resource(Strict(1))
        .expect_actions(names)
        .build();
    assert!(dispatcher.is_ok(), "{dispatcher:?}");
}
