//! Types that cannot be resources.

#![allow(unused_variables)]

use action_sdk::prelude::*;
use std::sync::Arc;

struct Db;

trait Show: Send + Sync {}

#[action(name = "ReferenceAction")]
async fn reference(db: Res<&Db>) {}

#[action(name = "UnsizedAction")]
async fn without_a_size(show: Res<dyn Show>) {}

#[action(name = "SliceAction")]
async fn slice(numbers: Res<[i64]>) {}

#[action(name = "PointerAction")]
async fn pointer(db: &Arc<Db>) {}

#[action(name = "MutableAction")]
async fn mutable(db: &mut Db) {}

fn main() {}
