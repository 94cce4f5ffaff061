//! An `impl Trait` in a parameter, also inside another type.

use action_sdk::prelude::*;

#[action]
async fn custom_test(f: impl Fn() + Send) {
    f();
}

#[action]
async fn nested_test(f: Option<impl Fn() + Send>) {
    drop(f);
}

fn main() {}
