//! The attribute macros of `action-sdk`: entry points only.
//!
//! An annotated item passes through four modules: `args` parses the attribute, `model` the function, `validate`
//! checks the rules, `expand` emits the registration. `actions` does the same for the methods of an `impl`. The
//! user's item is emitted even if there are errors, so that one mistake gives one error.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the enums that are matched so are those of syn, which grow"
)]

mod actions;
mod args;
mod call;
mod docs;
mod entries;
mod errors;
mod expand;
mod lifetimes;
mod misplaced;
mod model;
mod name;
mod param;
mod schema;
mod spans;
mod special;
mod types;
mod validate;

use proc_macro::TokenStream;

/// Registers an `async fn` (or, with `blocking`, a plain `fn`) as an action. Documented at `action_sdk::action`.
#[proc_macro_attribute]
pub fn action(attribute: TokenStream, item: TokenStream) -> TokenStream {
    expand::action(attribute.into(), &item.into()).into()
}

/// Registers the `#[action]` methods of an `impl` block. Documented at `action_sdk::actions`.
#[proc_macro_attribute]
pub fn actions(attribute: TokenStream, item: TokenStream) -> TokenStream {
    actions::actions(&attribute.into(), &item.into()).into()
}
