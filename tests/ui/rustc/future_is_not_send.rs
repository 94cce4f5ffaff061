//! A value that is not `Send`, held across an `await`.

use action_sdk::prelude::*;
use std::rc::Rc;

async fn custom_test_inner() {}

#[action]
async fn custom_test(value: i64) -> i64 {
    let shared = Rc::new(value);
    custom_test_inner().await;
    *shared
}

fn main() {}
