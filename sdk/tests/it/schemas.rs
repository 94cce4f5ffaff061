//! What an action says of its arguments and its result, with the feature `schema`.

use action_sdk::prelude::*;
use action_sdk::schema::example;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};

/// A place to send things to.
#[derive(Deserialize, JsonSchema)]
struct Parcel {
    /// who gets it
    recipient: Recipient,
    weight_in_kg: Option<f64>,
    #[serde(default)]
    fragile: bool,
    size: Size,
}

#[derive(Deserialize, JsonSchema)]
struct Recipient {
    name: String,
    nickname: Option<String>,
}

#[derive(Clone, Copy, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Size {
    #[default]
    Small,
    /// Too big for one person.
    Large,
}

#[derive(Serialize, JsonSchema)]
struct Receipt {
    number: u64,
    note: Option<String>,
}

const MOST: u8 = 9;

fn from_the_clock() -> i64 {
    1
}

/// Sends a parcel.
#[expect(clippy::too_many_arguments, reason = "one for each form")]
#[action(name = "SendParcelAction", read_only = false)]
async fn send_parcel(
    /// what to send
    parcel: Parcel,
    /// how often to try
    #[arg(default = MOST)]
    tries: u8,
    #[arg(default = "now".to_owned())] when: String,
    #[arg(default = from_the_clock())] since: i64,
    #[arg(default)] size: Size,
    note: Option<&str>,
    pairs: Vec<(i64, i64)>,
    context: &Context,
    #[arg(context)] user: Option<String>,
) -> Result<Receipt, ActionError> {
    let words = [parcel.recipient.name, when].join(" ");
    let all = (
        parcel.fragile,
        parcel.weight_in_kg,
        parcel.recipient.nickname,
    );
    let large = matches!((size, parcel.size), (Size::Large, _) | (_, Size::Large));
    let number = u64::from(tries)
        + u64::try_from(since + pairs.iter().map(|pair| pair.0).sum::<i64>()).unwrap_or(0);
    let note = note.map(|note| {
        format!(
            "{note} {words} {all:?} {large} {user:?} {}",
            context.as_map().len()
        )
    });
    Ok(Receipt { number, note })
}

#[action(name = "TakesNothingAction")]
async fn takes_nothing() {}

#[action(name = "TakesTheRestAction")]
async fn takes_the_rest(first: i64, #[arg(rest)] rest: HashMap<String, bool>) -> usize {
    rest.len() + usize::try_from(first).unwrap_or(0)
}

#[action(name = "TakesAnythingAction")]
async fn takes_anything(value: Value) -> Value {
    value
}

#[derive(Deserialize, Serialize, JsonSchema)]
struct Tree {
    branches: Vec<Tree>,
}

#[action(name = "CountTreesAction")]
async fn count_trees(tree: Tree) -> Tree {
    tree
}

#[action(name = "FindSizesAction")]
async fn find_sizes(names: Vec<Option<String>>) -> BTreeMap<String, Option<Size>> {
    names
        .into_iter()
        .flatten()
        .map(|name| (name, None))
        .collect()
}

/// Has no schema, and needs none.
#[derive(Serialize)]
struct Undescribed;

#[action(name = "ReturnsUndescribedAction")]
async fn returns_undescribed() -> Result<Undescribed, ActionError> {
    Ok(Undescribed)
}

#[action(name = "ReturnsAnyOfAction")]
async fn returns_any_of() -> impl Serialize {
    5
}

fn action(name: &str) -> ActionDescriptor {
    Registry::linked().find(name).expect("it is here").clone()
}

fn input(name: &str) -> Value {
    Value::Object(action(name).input_schema())
}

/// All places in a schema that strict clients refuse.
fn refused(schema: &Value, place: &str, found: &mut Vec<String>) {
    match schema {
        Value::Object(members) => {
            for (name, value) in members {
                let place = format!("{place}/{name}");
                let list_of_types = name == "type" && value.is_array();
                if list_of_types
                    || ["oneOf", "const", "prefixItems", "$schema"].contains(&name.as_str())
                {
                    found.push(place.clone());
                }
                refused(value, &place, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| refused(item, place, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn nothing_stops_a_strict_client() {
    for action in &Registry::linked() {
        let mut found = Vec::new();
        refused(&Value::Object(action.input_schema()), "", &mut found);
        refused(&action.output_schema().unwrap_or_default(), "", &mut found);
        assert!(found.is_empty(), "{}: {found:?}", action.name());
    }
}

#[test]
fn what_may_be_left_out_is_not_required() {
    let schema = input("SendParcelAction");
    assert_eq!(schema["required"], json!(["parcel", "pairs"]));
    assert_eq!(schema["additionalProperties"], false);
}

#[test]
fn what_the_host_fills_is_not_there() {
    let schema = input("SendParcelAction");
    let names: Vec<&String> = schema["properties"]
        .as_object()
        .into_iter()
        .flat_map(|all| all.keys())
        .collect();
    assert_eq!(
        names,
        ["parcel", "tries", "when", "since", "size", "note", "pairs"]
    );
}

#[test]
fn doc_comments_are_descriptions() {
    let schema = input("SendParcelAction");
    assert_eq!(
        schema["properties"]["parcel"]["description"],
        "what to send"
    );
    let recipient = &schema["properties"]["parcel"]["properties"]["recipient"];
    assert_eq!(recipient["description"], "who gets it");
}

#[test]
fn constant_defaults_are_told_and_computed_ones_are_not() {
    let schema = input("SendParcelAction");
    let default = |name: &str| schema["properties"][name].get("default").cloned();
    assert_eq!(default("tries"), Some(json!(9)));
    assert_eq!(default("when"), Some(json!("now")));
    assert_eq!(default("size"), Some(json!("small")));
    assert_eq!(default("since"), None);
}

#[test]
fn an_optional_argument_has_the_type_of_its_value() {
    let schema = input("SendParcelAction");
    assert_eq!(schema["properties"]["note"], json!({"type": "string"}));
    let parcel = &schema["properties"]["parcel"];
    assert_eq!(
        parcel["properties"]["weight_in_kg"],
        json!({"type": "number"})
    );
    assert_eq!(parcel["required"], json!(["recipient", "size"]));
}

#[test]
fn an_action_without_arguments_has_empty_properties() {
    let expected = json!({"type": "object", "properties": {}, "additionalProperties": false});
    assert_eq!(input("TakesNothingAction"), expected);
    assert_eq!(action("TakesNothingAction").output_schema(), None);
}

#[test]
fn the_rest_says_what_else_may_come() {
    let schema = input("TakesTheRestAction");
    assert_eq!(schema["additionalProperties"], json!({"type": "boolean"}));
    assert_eq!(schema["required"], json!(["first"]));
}

#[test]
fn any_value_has_a_schema_without_words() {
    assert_eq!(
        input("TakesAnythingAction")["properties"]["value"],
        json!({})
    );
}

#[test]
fn a_type_that_contains_itself_is_defined_once() {
    let schema = input("CountTreesAction");
    assert!(schema["$defs"].is_object(), "{schema}");
    assert!(
        action("CountTreesAction")
            .output_schema()
            .is_some_and(|schema| schema["$defs"].is_object())
    );
}

#[test]
fn the_result_is_described_as_it_is_written() {
    let schema = action("SendParcelAction")
        .output_schema()
        .expect("a receipt has one");
    assert_eq!(schema["required"], json!(["number", "note"]));
    let note = json!({"anyOf": [{"type": "string"}, {"type": "null"}]});
    assert_eq!(schema["properties"]["note"], note);
}

#[test]
fn a_result_need_not_have_a_schema() {
    for name in ["ReturnsUndescribedAction", "ReturnsAnyOfAction"] {
        assert_eq!(action(name).output_schema(), None, "for {name}");
    }
}

#[test]
fn by_hand_a_schema_is_taken_as_it_is() {
    let given = json!({"type": ["integer", "string"]});
    let by_hand = ActionDescriptor::new("ByHandAction", |_: std::sync::Arc<Call>| async {
        Ok::<_, ActionError>(1)
    })
    .expect("the name is right")
    .with_param(ParamDescriptor::argument("value", "i64").with_schema(given.clone()))
    .with_output_schema(json!({"type": "integer"}));
    assert_eq!(by_hand.input_schema()["properties"]["value"], given);
    assert_eq!(by_hand.output_schema(), Some(json!({"type": "integer"})));
}

#[test]
fn an_action_by_hand_without_parameters_takes_anything() {
    let by_hand = ActionDescriptor::new("ByHandAction", |_: std::sync::Arc<Call>| async {
        Ok::<_, ActionError>(1)
    });
    let schema = by_hand.expect("the name is right").input_schema();
    assert_eq!(
        Value::Object(schema),
        json!({"type": "object", "properties": {}, "additionalProperties": true})
    );
}

#[test]
fn an_example_fits() {
    let example = example(&input("SendParcelAction"));
    let parcel = json!({"recipient": {"name": "text"}, "size": "small"});
    assert_eq!(example, json!({"parcel": parcel, "pairs": [[1, 1]]}));
}
