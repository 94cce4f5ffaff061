//! `#[action]` on something that is not a function.

use action_sdk::prelude::*;

#[action]
struct CustomTest;

#[action(name = "OtherTestAction")]
pub enum OtherTest {}

#[action]
mod custom_test {}

#[action]
const CUSTOM_TEST: i64 = 1;

#[action]
pub(crate) static OTHER_TEST: i64 = 1;

#[action]
trait Tests {}

#[action]
type Test = i64;

#[action]
unsafe extern "C" {}

#[action]
extern crate core as _;

#[action]
thread_local! {}

fn main() {}
