//! Ordinary parameters: types, defaults, names; resources, context variables, the rest, custom extractors.

use crate::{block_on, call, check, check_call, descriptor, none};
use action_sdk::prelude::*;
use action_sdk::{ActionParam, ParamKind};
use serde::Deserialize;
use serde_json::{Value, json};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

pub(crate) struct Db {
    pub(crate) rows: i64,
}

#[action]
async fn no_parameters() {}

#[test]
fn no_parameters_at_all() {
    check("NoParametersAction", none(), Value::Null);
}

#[action]
async fn kinds(
    number: i64,
    text: String,
    lent: &str,
    either: Cow<'_, str>,
    list: Vec<&str>,
    pair: (i64, bool),
    map: HashMap<&str, i64>,
    any: Value,
) -> String {
    format!("{number} {text} {lent} {either} {list:?} {pair:?} {map:?} {any}")
}

#[test]
fn what_serde_can_read() {
    let arguments = json!({
        "number": 1, "text": "a", "lent": "b", "either": "c", "list": ["d"], "pair": [2, true], "map": {"e": 3},
        "any": null,
    });
    check(
        "KindsAction",
        arguments,
        json!(r#"1 a b c ["d"] (2, true) {"e": 3} null"#),
    );
}

#[action]
async fn options(number: Option<i64>, lent: Option<&str>, aliased: Maybe) -> String {
    format!("{number:?} {lent:?} {aliased:?}")
}

type Maybe = Option<bool>;

#[test]
fn an_option_may_be_missing() {
    check("OptionsAction", none(), json!("None None None"));
    check(
        "OptionsAction",
        json!({"lent": "x", "aliased": true}),
        json!(r#"None Some("x") Some(true)"#),
    );
}

const TEN: i64 = 10;

#[action]
async fn defaults(
    #[arg(default)] none: i64,
    #[arg(default = 5)] five: i64,
    #[arg(default = TEN * 2)] twenty: i64,
    #[arg(default = "text")] lent: &str,
    #[arg(default = vec![1, 2])] list: Vec<i64>,
    #[arg(default = {
        let much = 3;
        much * much
    })]
    block: i64,
    #[arg(context, default = "nobody")] default_user: &str,
    #[arg(context, default)] default_visits: u32,
) -> String {
    format!("{none} {five} {twenty} {lent} {list:?} {block} {default_user} {default_visits}")
}

#[test]
fn a_default_stands_in_for_what_is_missing_or_null() {
    check(
        "DefaultsAction",
        none(),
        json!("0 5 20 text [1, 2] 9 nobody 0"),
    );
    check(
        "DefaultsAction",
        json!({"five": null, "twenty": 1}),
        json!("0 5 1 text [1, 2] 9 nobody 0"),
    );
}

#[action]
async fn renamed(
    #[arg(rename = "in")] from: i64,
    #[arg(rename = "out-of", default = 2)] to: i64,
) -> i64 {
    from - to
}

#[test]
fn callers_use_the_new_name() {
    check("RenamedAction", json!({"in": 5, "out-of": 3}), json!(2));
}

#[action]
async fn r#match(r#in: i64, r#for: i64) -> i64 {
    r#in + r#for
}

#[test]
fn raw_identifiers_are_names_without_their_mark() {
    check("MatchAction", json!({"in": 1, "for": 2}), json!(3));
}

#[action(name = "UnicodeAction")]
async fn größe(länge: i64) -> i64 {
    länge
}

#[test]
fn arguments_may_have_any_letters() {
    check("UnicodeAction", json!({"länge": 5}), json!(5));
}

#[action]
async fn mutable(mut value: i64, mut list: Vec<i64>) -> Vec<i64> {
    value += 1;
    list.push(value);
    list
}

#[test]
fn parameters_may_be_mutable() {
    check("MutableAction", json!({"value": 1, "list": []}), json!([2]));
}

#[action]
async fn unlucky_names(
    call: i64,
    error: i64,
    a0: i64,
    a1: i64,
    receiver: i64,
    returned: i64,
    checked: i64,
) -> i64 {
    call + error + a0 + a1 + receiver + returned + checked
}

#[test]
fn names_of_generated_locals_are_free() {
    let arguments = json!({"call": 1, "error": 2, "a0": 4, "a1": 8, "receiver": 16, "returned": 32, "checked": 64});
    check("UnluckyNamesAction", arguments, json!(127));
}

#[rustfmt::skip]
#[action(name = "EmptyAttributesAction", aliases = [],)]
async fn empty_attributes(#[arg] plain: i64, #[arg()] empty: i64, #[arg(default = 1,)] comma: i64,) -> i64 {
    plain + empty + comma
}

#[test]
fn empty_lists_and_last_commas_are_nothing() {
    check(
        "EmptyAttributesAction",
        json!({"plain": 1, "empty": 2}),
        json!(4),
    );
}

#[action]
async fn special_names(
    #[arg] state: String,
    #[arg] tracker: i64,
    #[arg(rename = "events")] context: Vec<i64>,
) -> String {
    format!("{state} {tracker} {context:?}")
}

#[test]
fn special_names_can_be_ordinary() {
    check(
        "SpecialNamesAction",
        json!({"state": "on", "tracker": 2, "events": [3]}),
        json!("on 2 [3]"),
    );
}

#[action]
async fn rest_as_map(known: i64, #[arg(rest)] extra: Map) -> i64 {
    known + i64::try_from(extra.len()).unwrap_or_default()
}

#[action]
async fn rest_as_texts(#[arg(rest)] extra: HashMap<String, String>) -> Option<String> {
    extra.get("colour").cloned()
}

#[derive(Deserialize, schemars::JsonSchema)]
struct Extra {
    colour: String,
    #[serde(default)]
    size: u32,
}

#[action]
async fn rest_as_struct(#[arg(rest)] extra: Extra, db: Res<Db>) -> String {
    format!("{} {} {}", extra.colour, extra.size, db.rows)
}

#[action]
async fn rest_lent(#[arg(rest)] extra: BTreeMap<&str, &str>) -> String {
    format!("{extra:?}")
}

#[test]
fn the_rest_is_what_no_other_parameter_takes() {
    check(
        "RestAsMapAction",
        json!({"known": 1, "a": 1, "b": 2}),
        json!(3),
    );
    check("RestAsTextsAction", json!({"colour": "red"}), json!("red"));
    check(
        "RestAsStructAction",
        json!({"colour": "red", "size": 4}),
        json!("red 4 3"),
    );
}

#[test]
fn the_rest_may_be_lent() {
    check(
        "RestLentAction",
        json!({"colour": "red"}),
        json!(r#"{"colour": "red"}"#),
    );
}

#[action]
async fn variables(
    #[arg(context)] last_user_message: String,
    #[arg(context, rename = "user")] name: Option<&str>,
    user: &str,
) -> String {
    format!("{last_user_message} {name:?} {user}")
}

#[test]
fn context_variables_are_no_arguments() {
    let invocation = Invocation::new()
        .context("last_user_message", "hi")
        .context("user", "Ada");
    check_call(
        "VariablesAction",
        invocation.arg("user", "Bob"),
        json!(r#"hi Some("Ada") Bob"#),
    );
    let variables: Vec<_> = descriptor("VariablesAction")
        .context_variables()
        .map(str::to_owned)
        .collect();
    assert_eq!(variables, ["last_user_message", "user"]);
}

#[action]
async fn resources(uid: Res<Db>, shared: Res<Db>) -> i64 {
    uid.rows + shared.rows
}

#[test]
fn a_resource_may_have_any_name() {
    check("ResourcesAction", none(), json!(6));
}

/// A custom parameter that borrows from the call.
struct RunUid<'a>(&'a str);

impl<'a> ActionParam<'a> for RunUid<'a> {
    fn extract(call: &'a Call, _name: &'static str) -> Result<Self, ActionError> {
        Ok(Self(call.scope().action_uid().unwrap_or("none")))
    }
}

#[action]
async fn own_extractor(run: RunUid<'_>) -> String {
    run.0.to_owned()
}

#[test]
fn a_type_can_take_what_it_likes() {
    let invocation = Invocation::new().scope(CallScope::new().with_action_uid("u1"));
    check_call("OwnExtractorAction", invocation, json!("u1"));
    assert_eq!(
        descriptor("OwnExtractorAction").params()[0].kind(),
        ParamKind::Custom
    );
}

#[action]
async fn named_lifetimes<'a, 'b: 'a>(
    context: &'a Context,
    longer: &'b str,
    list: Vec<&'a str>,
) -> &'a str {
    context
        .text("user")
        .or(list.first().copied())
        .unwrap_or(longer)
}

#[test]
fn lifetimes_may_have_names() {
    check(
        "NamedLifetimesAction",
        json!({"longer": "x", "list": []}),
        json!("x"),
    );
}

#[action]
async fn twenty(
    a: i64,
    b: i64,
    c: i64,
    d: i64,
    e: i64,
    f: i64,
    g: i64,
    h: i64,
    i: i64,
    j: i64,
    k: i64,
    l: i64,
    m: i64,
    n: i64,
    o: i64,
    p: i64,
    q: i64,
    r: i64,
    s: i64,
    t: i64,
) -> i64 {
    a + b + c + d + e + f + g + h + i + j + k + l + m + n + o + p + q + r + s + t
}

#[test]
fn there_may_be_more_than_sixteen() {
    let arguments: Map = ('a'..='t')
        .map(|name| (name.to_string(), json!(2)))
        .collect();
    check("TwentyAction", Value::Object(arguments), json!(40));
}

#[test]
fn positional_arguments_fill_them_in_order() {
    let invocation = ('a'..='t').fold(Invocation::new(), |invocation, _| invocation.positional(3));
    check_call("TwentyAction", invocation, json!(60));
}

#[test]
fn an_argument_that_no_parameter_takes_is_refused() {
    let error =
        call("NoParametersAction", Invocation::new().arg("x", 1)).expect_err("it takes none");
    assert_eq!(error.kind(), ActionErrorKind::UnknownArgument);
}

#[test]
fn the_function_is_still_one() {
    assert_eq!(block_on(renamed(5, 3)), 2);
    assert_eq!(
        block_on(resources(
            Res::new(Db { rows: 1 }),
            Res::new(Db { rows: 2 })
        )),
        3
    );
}

#[test]
fn the_registry_knows_types_as_they_are_written() {
    let action = descriptor("KindsAction");
    let types: Vec<_> = action
        .params()
        .iter()
        .map(action_sdk::ParamDescriptor::type_name)
        .collect();
    assert_eq!(
        types,
        [
            "i64",
            "String",
            "&str",
            "Cow<'_, str>",
            "Vec<&str>",
            "(i64, bool)",
            "HashMap<&str, i64>",
            "Value"
        ]
    );
}
