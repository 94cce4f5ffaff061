//! Everything that serde_json accepts is accepted; errors have a place.

#![expect(
    clippy::needless_pass_by_value,
    reason = "rows of tests are written where they are used"
)]

use super::*;
use serde_json::json;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;

#[derive(Debug, PartialEq, Deserialize)]
struct Address<'a> {
    city: &'a str,
    #[serde(default)]
    lines: Vec<String>,
}

#[derive(Debug, PartialEq, Deserialize)]
enum Shape {
    Point,
    Circle(f64),
    Line(i64, i64),
    Box { side: u8 },
}

#[derive(Debug, PartialEq, Deserialize)]
struct Unit;

#[derive(Debug, PartialEq, Deserialize)]
struct New(Option<Shape>);

/// Gives the same result as serde_json.
#[track_caller]
fn check_same<'a, T: Deserialize<'a> + PartialEq + Debug>(value: &'a Value) {
    let (ours, theirs) = (read::<T>(value), T::deserialize(value));
    match (ours, theirs) {
        (Ok(ours), Ok(theirs)) => assert_eq!(ours, theirs),
        (Err(_), Err(_)) => {}
        (ours, theirs) => panic!("ours: {ours:?}, theirs: {theirs:?}, of {value}"),
    }
}

#[track_caller]
fn check_all(value: Value) {
    check_same::<Address<'_>>(&value);
    check_same::<Shape>(&value);
    check_same::<Vec<Shape>>(&value);
    check_same::<New>(&value);
    check_same::<Option<&str>>(&value);
    check_same::<(i64, Option<String>)>(&value);
    check_same::<[u8; 2]>(&value);
    check_same::<BTreeMap<i64, bool>>(&value);
    check_same::<HashMap<String, f32>>(&value);
    check_same::<BTreeMap<char, Unit>>(&value);
    check_same::<BTreeMap<bool, Value>>(&value);
    check_same::<Value>(&value);
    check_same::<serde_json::Number>(&value);
    check_same::<Box<str>>(&value);
    check_same::<()>(&value);
    check_same::<u128>(&value);
}

#[test]
fn whatever_comes_is_read_as_before() {
    for value in [
        json!(null),
        json!(true),
        json!(-3),
        json!(7),
        json!(u64::MAX),
        json!(1.5),
        json!("Point"),
        json!("x"),
        json!([]),
        json!([1, 2]),
        json!([1, "a"]),
        json!([1, 2, 3]),
        json!(["Point", {"Circle": 2}]),
        json!({}),
        json!({"city": "Haifa"}),
        json!({"city": "Haifa", "lines": ["a"], "more": [1, {"x": null}]}),
        json!({"city": 5}),
        json!({"Point": null}),
        json!({"Point": 1}),
        json!({"Circle": 1.5}),
        json!({"Line": [1, 2]}),
        json!({"Line": [1]}),
        json!({"Box": {"side": 3}}),
        json!({"Box": [3]}),
        json!({"Box": {"side": 3}, "Point": null}),
        json!({"1": true, "-2": false}),
        json!({"1": 1.5, "b": 2}),
        json!({"true": [null], "false": {}}),
        json!({"x": null}),
        json!({"1x": true}),
    ] {
        check_all(value);
    }
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "only errors are looked at")]
struct Order<'a> {
    #[serde(borrow)]
    to: Address<'a>,
    items: Vec<Item>,
    #[serde(default)]
    shape: Option<Shape>,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "only errors are looked at")]
struct Item {
    price: f64,
    tags: HashMap<String, Vec<i64>>,
}

#[track_caller]
fn check_place(value: Value, place: &str, message: &str) {
    let error = read::<Order<'_>>(&value).expect_err("it does not fit");
    assert_eq!(error.place("order").as_deref(), Some(place));
    assert_eq!(error.message(), message);
}

fn order(item: Value) -> Value {
    json!({"to": {"city": "Haifa"}, "items": [{"price": 1, "tags": {}}, item]})
}

#[test]
fn a_member_of_a_member_is_named() {
    let value = json!({"to": {"city": 5}, "items": []});
    let message = "invalid type: integer `5`, expected a borrowed string";
    check_place(value, "order.to.city", message);
}

#[test]
fn an_element_of_a_list_is_named() {
    let message = "invalid type: string \"dear\", expected f64";
    check_place(
        order(json!({"price": "dear", "tags": {}})),
        "order.items[1].price",
        message,
    );
}

#[test]
fn a_member_that_is_missing_is_named() {
    check_place(
        order(json!({"price": 1})),
        "order.items[1].tags",
        "missing field `tags`",
    );
}

#[test]
fn a_key_that_is_no_name_is_quoted() {
    let item = json!({"price": 1, "tags": {"a b\n": [1, null]}});
    let message = "invalid type: null, expected i64";
    check_place(order(item), "order.items[1].tags[\"a b\\n\"][1]", message);
}

#[test]
fn what_a_variant_holds_is_named() {
    let value = json!({"to": {"city": ""}, "items": [], "shape": {"Box": {"side": -1}}});
    let message = "invalid value: integer `-1`, expected u8";
    check_place(value, "order.shape.Box.side", message);
}

#[test]
fn the_value_itself_needs_no_path() {
    let error = read::<i64>(&Value::Null).expect_err("it is nothing");
    assert_eq!(error.place("value"), None);
}

#[test]
fn of_a_long_path_the_end_is_kept() {
    let value = json!({"tags": {"x".repeat(100_000): [null]}, "price": 1});
    let error = read::<Item>(&value).expect_err("null is no number");
    let place = error.place("item").expect("it is within");
    assert!(
        place.ends_with("…[\"…\"][0]") || place.ends_with("[0]"),
        "{place}"
    );
    assert!(place.chars().count() <= 201, "{place}");
}
