//! Types that cannot be borrowed from JSON.

use action_sdk::prelude::*;

#[derive(serde::Deserialize)]
struct Point;

#[action]
async fn slice(values: &[i64]) {
    let _ = values;
}

#[action]
async fn bytes(values: &[u8]) {
    let _ = values;
}

#[action]
async fn structure(point: &Point) {
    let _ = point;
}

#[action]
async fn text(text: &String) {
    let _ = text;
}

#[action]
async fn optional(point: Option<&Point>) {
    let _ = point;
}

#[action]
async fn mutable(text: &mut str) {
    let _ = text;
}

#[action]
async fn tuple(pair: &(i64, i64)) {
    let _ = pair;
}

#[action]
async fn list(values: Vec<&Point>) {
    let _ = values;
}

fn main() {}
