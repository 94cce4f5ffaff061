//! `#[actions]`: methods as actions of a shared value.

use crate::{block_on, check, descriptor, none};
use action_sdk::prelude::*;
use serde_json::json;
use std::sync::atomic::{AtomicI64, Ordering};

/// A value with a parameter for a type: the actions are those of two of its types.
pub(crate) struct Counter<T> {
    start: T,
    added: AtomicI64,
}

impl<T> Counter<T> {
    pub(crate) fn new(start: T) -> Self {
        Self {
            start,
            added: AtomicI64::new(0),
        }
    }
}

#[actions]
impl Counter<i32> {
    /// The default increment of the counter.
    const STEP: i64 = 2;
    pub(crate) const NAME: &'static str = "CountByNameAction";

    /// Counts on.
    #[action(name = "CountAction")]
    pub(crate) async fn count(
        &self,
        /// how far
        #[arg(default = Self::STEP)]
        by: i64,
    ) -> i64 {
        self.current() + self.added.fetch_add(by, Ordering::Relaxed) + by
    }

    fn current(&self) -> i64 {
        self.start.into()
    }

    #[action]
    async fn count_twice(&self, by: i64) -> i64 {
        self.count(by).await;
        self.count(by).await
    }

    #[action(name = Self::NAME)]
    async fn by_name(&self) -> i64 {
        self.current()
    }

    #[action(blocking)]
    fn count_slowly(&self, text: &str) -> Result<i64, String> {
        text.parse::<i64>()
            .map(|by| self.current() + by)
            .map_err(|error| error.to_string())
    }

    #[action]
    async fn count_statically(by: i64) -> i64 {
        by
    }

    #[action]
    async fn count_with_lifetimes<'a>(&'a self, context: &'a Context, texts: &'a str) -> &'a str {
        context.text("text").unwrap_or(texts)
    }

    #[action]
    async fn count_own_type(
        #[arg(default)] by: <Self as Related>::Number,
    ) -> <Self as Related>::Number {
        by + 1
    }
}

trait Related {
    type Number;
}

impl Related for Counter<i32> {
    type Number = i64;
}

/// A second block, with a method of the same name for another type.
#[actions]
impl Counter<i64> {
    #[action(name = "CountDownAction")]
    async fn count(&self, by: i64, config: &RailsConfig) -> i64 {
        let _ = config;
        self.start - by
    }
}

#[actions]
impl Counter<i32> {
    #[action]
    #[deprecated = "use another"]
    async fn count_long_ago(&self) -> i64 {
        self.current()
    }

    #[action]
    async fn r#loop(&self, r#in: i64) -> i64 {
        self.current() + r#in
    }
}

#[test]
fn a_method_works_on_the_shared_value() {
    check("CountAction", json!({"by": 1}), json!(41));
    check("CountTwiceAction", json!({"by": 1}), json!(42));
}

#[test]
fn a_default_may_be_a_constant_of_the_type() {
    check("CountAction", none(), json!(42));
}

#[test]
fn a_name_may_be_a_constant_of_the_type() {
    check("CountByNameAction", none(), json!(40));
}

#[test]
fn a_method_may_block() {
    check("CountSlowlyAction", json!({"text": "2"}), json!(42));
}

#[test]
fn a_method_need_not_take_the_value() {
    check("CountStaticallyAction", json!({"by": 3}), json!(3));
    assert_eq!(descriptor("CountStaticallyAction").params().len(), 1);
}

#[test]
fn a_method_may_name_its_lifetimes() {
    check(
        "CountWithLifetimesAction",
        json!({"texts": "x"}),
        json!("x"),
    );
}

#[test]
fn a_method_may_speak_of_its_own_type() {
    check("CountOwnTypeAction", none(), json!(1));
}

#[test]
fn each_type_has_its_own_actions() {
    check("CountDownAction", json!({"by": 1}), json!(-2));
}

#[test]
fn a_second_block_is_like_the_first() {
    check("CountLongAgoAction", none(), json!(40));
    check("LoopAction", json!({"in": 2}), json!(42));
}

#[test]
fn the_descriptor_knows_type_and_comments() {
    let action = descriptor("CountAction");
    assert!(
        action
            .origin()
            .contains("forms::methods::Counter<i32>::count ("),
        "{}",
        action.origin()
    );
    assert_eq!(action.description(), "Counts on.");
    let params: Vec<_> = action
        .params()
        .iter()
        .map(|param| (param.name(), param.description()))
        .collect();
    assert_eq!(params, [("self", ""), ("by", "how far")]);
}

#[test]
fn the_method_is_still_one() {
    assert_eq!(block_on(Counter::new(1_i32).count(1)), 2);
}
