//! Keys of the attribute, and other attributes next to it.

use crate::{block_on, check, descriptor, none};
use action_sdk::prelude::*;
use serde_json::json;
use std::time::Duration;

/// Says everything.
///
/// In two paragraphs.
#[action(
    name = "EverythingAction",
    execute_async = true,
    is_system_action,
    replaceable,
    title = "Everything",
    aliases = ["everything"],
    timeout = "250ms",
    concurrency = 8,
    read_only,
    idempotent = true,
    destructive = false,
    open_world = false
)]
async fn everything(
    /// what to say
    value: i64,
) -> i64 {
    value
}

#[test]
fn all_keys_are_in_the_descriptor() {
    let action = descriptor("EverythingAction");
    assert!(action.execute_async() && action.is_system_action() && !action.is_blocking());
    assert!(action.is_replaceable());
    assert_eq!(action.title(), "Everything");
    assert_eq!(
        action.description(),
        "Says everything.\n\nIn two paragraphs."
    );
    assert_eq!(action.timeout(), Some(Duration::from_millis(250)));
    assert_eq!(action.concurrency(), Some(8));
    let hints = action.hints();
    assert_eq!(
        (hints.read_only, hints.idempotent),
        (Some(true), Some(true))
    );
    assert_eq!(
        (hints.destructive, hints.open_world),
        (Some(false), Some(false))
    );
    assert_eq!(action.params()[0].description(), "what to say");
}

#[action(execute_async = false, is_system_action = false, blocking = true)]
fn nothing() {}

#[test]
fn what_is_not_said_is_not_known() {
    let action = descriptor("NothingAction");
    assert!(!action.execute_async() && !action.is_system_action() && action.is_blocking());
    assert!(!action.is_replaceable());
    assert_eq!((action.title(), action.description()), ("", ""));
    assert_eq!((action.timeout(), action.concurrency()), (None, None));
    assert_eq!(action.hints().read_only, None);
}

/// The comment.
#[action(description = "The key.")]
async fn described_twice() {}

#[test]
fn the_key_comes_before_the_comment() {
    assert_eq!(descriptor("DescribedTwiceAction").description(), "The key.");
}

#[action]
/// After ours,
#[allow(
    clippy::needless_pass_by_value,
    reason = "another attribute stands between"
)]
/// and after another.
async fn described_late(
    #[allow(unused_variables, reason = "another attribute stands before")]
    /// the unused one
    value: String,
) {
}

#[doc = "By attribute."]
#[action]
async fn described_by_attribute() {}

#[doc = concat!("By ", "macro.")]
#[action]
async fn described_by_macro() {}

/** In a block. */
#[action]
async fn described_in_a_block() {}

#[test]
fn comments_are_found_wherever_they_stand() {
    assert_eq!(
        descriptor("DescribedLateAction").description(),
        "After ours,\nand after another."
    );
    assert_eq!(
        descriptor("DescribedLateAction").params()[0].description(),
        "the unused one"
    );
    assert_eq!(
        descriptor("DescribedByAttributeAction").description(),
        "By attribute."
    );
    assert_eq!(
        descriptor("DescribedByMacroAction").description(),
        "By macro."
    );
    assert_eq!(
        descriptor("DescribedInABlockAction").description(),
        "In a block."
    );
}

/// Reads a page.
///
/// ```text
/// # this is no heading
/// ```
///
/// # Errors
///
/// If there is no such page.
#[action]
async fn described_in_sections() -> Result<(), ActionError> {
    Ok(())
}

#[test]
fn sections_for_rust_callers_stay_out_of_the_description() {
    assert_eq!(
        descriptor("DescribedInSectionsAction").description(),
        "Reads a page.\n\n```text\n# this is no heading\n```"
    );
}

#[deprecated = "use another"]
#[action]
async fn deprecated_below() -> i64 {
    1
}

#[action]
#[deprecated]
async fn deprecated_above() -> i64 {
    2
}

#[test]
fn a_deprecated_function_is_an_action_without_a_warning() {
    check("DeprecatedBelowAction", none(), json!(1));
    check("DeprecatedAboveAction", none(), json!(2));
}

#[action]
#[inline(never)]
#[must_use]
#[expect(clippy::unused_async, reason = "an action need not wait")]
pub(crate) async fn with_others() -> i64 {
    3
}

#[test]
fn other_attributes_stay_where_they_are() {
    check("WithOthersAction", none(), json!(3));
    assert_eq!(block_on(with_others()), 3);
}
