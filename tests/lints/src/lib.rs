//! All forms of the macros, as careful authors write them: clippy must not complain about generated code.
//!
//! All groups of lints are denied. The exceptions concern only the code of this crate, not that of the macros.
//! Linting the workspace is the test.

#![deny(clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction)]
#![allow(
    clippy::arbitrary_source_item_ordering,
    clippy::blanket_clippy_restriction_lints,
    clippy::implicit_return,
    clippy::missing_inline_in_public_items,
    clippy::missing_trait_methods,
    clippy::option_if_let_else,
    clippy::renamed_function_params,
    clippy::separated_literal_suffix,
    clippy::std_instead_of_alloc,
    reason = "matters of taste, in which the code of this crate has one"
)]
#![allow(
    clippy::too_many_arguments,
    clippy::unused_async,
    reason = "every form is here, and none has work to do"
)]
#![allow(
    clippy::single_call_fn,
    reason = "the registry calls an action, and nobody else has to"
)]

pub mod actions;
pub mod methods;
pub mod parameters;
pub mod results;

#[cfg(test)]
mod tests {
    use action_sdk::prelude::*;

    #[test]
    fn the_actions_are_there() {
        let of_this_crate = Registry::linked()
            .iter()
            .filter(|action| action.crate_name() == "lints")
            .count();
        assert!(of_this_crate > 30, "found {of_this_crate}");
    }
}
