//! A wrapped resource, which is already a handle.

#![allow(unused_variables)]

use action_sdk::prelude::*;
use std::sync::Arc;

struct Db;

#[action(name = "LentAction")]
async fn lent(db: &Res<Db>) {}

#[action(name = "MutableAction")]
async fn mutable(db: &mut Res<Db>) {}

#[action(name = "SharedAction")]
async fn shared(db: Arc<Res<Db>>) {}

#[action(name = "LentOrMissingAction")]
async fn lent_or_missing(db: Option<&Res<Db>>) {}

#[action(name = "ManyAction")]
async fn many(dbs: Vec<Res<Db>>) {}

#[action(name = "PairAction")]
async fn pair(dbs: (Res<Db>, i64)) {}

#[action(name = "VariableAction")]
async fn variable(#[arg(context)] db: &Res<Db>) {}

fn main() {}
