//! Properties of values: equality and hashing agree, conversion to JSON and back loses nothing, nothing panics.

use std::cmp::Ordering;
use std::hash::{DefaultHasher, Hash, Hasher};

use colang::expr;
use colang::value::{
    Comparator, Comparison, Dict, Event, Regex, Set, Value, ValueError, float_text,
};
use proptest::prelude::*;

fn hash(value: &Value) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

fn saved(value: &Value) -> String {
    serde_json::to_string(value).expect("values can be saved")
}

/// Numbers that are close to each other, of any type.
fn number() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<bool>().prop_map(Value::from),
        (-3_i64..3).prop_map(Value::from),
        (-3_i32..3).prop_map(|half| Value::from(f64::from(half) / 2.0)),
        prop_oneof![
            Just(i64::MAX),
            Just(i64::MIN),
            Just(1 << 53),
            Just((1 << 53) + 1)
        ]
        .prop_map(Value::from),
        prop_oneof![
            Just(9.223_372_036_854_776e18),
            Just(9007199254740992.0),
            Just(-0.0)
        ]
        .prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
    ]
}

fn key() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::None),
        number(),
        "[a-c]{0,2}|\\$\\$?[a-z]*|\\PC*".prop_map(Value::from)
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop::collection::vec(inner, 0..3).prop_map(Value::tuple)
    })
}

fn plain() -> impl Strategy<Value = Value> {
    let finite = any::<f64>().prop_filter("JSON has no others", |value| value.is_finite());
    let leaf = prop_oneof![
        Just(Value::None),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        finite.prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((any::<String>(), inner), 0..4)
                .prop_map(|all| all.into_iter().collect::<Dict>().into()),
        ]
    })
}

fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        key(),
        prop_oneof![Just("^a$"), Just("(b)(?!c)")]
            .prop_map(|text| Value::Regex(Regex::new(text).unwrap())),
        any::<i64>()
            .prop_map(|n| Value::Comparison(Comparison::new(Comparator::Less, n.into()).unwrap())),
        "[a-z]{1,3}".prop_map(|uid| Value::Flow(uid.into())),
        "[a-z]{1,3}".prop_map(|uid| Value::Action(uid.into())),
    ];
    leaf.prop_recursive(4, 40, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec(key(), 0..4)
                .prop_map(|all| Set::from_values(all).unwrap().into()),
            prop::collection::vec((key(), inner.clone()), 0..4).prop_map(|all| dict(all).unwrap()),
            ("[A-Z]{1,4}", inner)
                .prop_map(|(name, value)| Event::new(&name).with("x", value).into()),
        ]
    })
}

fn dict(entries: Vec<(Value, Value)>) -> Result<Value, ValueError> {
    let mut dict = Dict::new();
    for (key, value) in entries {
        dict.insert(key, value)?;
    }
    Ok(dict.into())
}

proptest! {
    #[test]
    fn equal_keys_have_equal_hashes(left in key(), right in key()) {
        prop_assert_eq!(left == right, right == left);
        if left == right {
            prop_assert_eq!(hash(&left), hash(&right));
        }
    }

    #[test]
    fn equality_of_numbers_is_transitive(a in number(), b in number(), c in number()) {
        if a == b && b == c {
            prop_assert_eq!(&a, &c);
        }
        let opposite = b.order(&a)?.map(Ordering::reverse);
        prop_assert_eq!(a.order(&b)?, opposite);
        prop_assert_eq!(a.order(&b)? == Some(Ordering::Equal), a.equals(&b));
    }

    #[test]
    fn a_value_equals_itself(value in anything()) {
        prop_assert_eq!(&value, &value.clone());
        prop_assert_eq!(hash(&value), hash(&value.clone()));
    }

    #[test]
    fn json_comes_back(value in plain()) {
        let text = value.to_json()?.to_string();
        let back = Value::from_json(&serde_json::from_str(&text)?)?;
        prop_assert_eq!(saved(&back), saved(&value));
    }

    #[test]
    fn what_is_saved_comes_back(value in anything()) {
        let back: Value = serde_json::from_str(&saved(&value))?;
        prop_assert_eq!(&back, &value);
        prop_assert_eq!(saved(&back), saved(&value));
    }

    #[test]
    fn anything_can_be_printed_and_tried_as_json(value in anything()) {
        prop_assert!(!value.repr().to_string().is_empty());
        prop_assert_eq!(value.text(1 << 20)?, value.to_string());
        if let Ok(json) = value.to_json() {
            prop_assert!(!json.to_string().is_empty());
        }
    }

    #[test]
    fn any_text_is_a_regex_or_refused(pattern in "([a-c]|\\PC|[\\[\\](){}?*+|^$.\\\\<>=!:-]|\\\\.){0,12}", text in "[a-c\\n]{0,8}") {
        if let Ok(regex) = Regex::new(&pattern) {
            prop_assert_eq!(regex.pattern(), pattern);
            let found = regex.find_all(&text, 100);
            prop_assert!(!matches!(regex.is_match(&text), Ok(false)) || found.is_ok_and(|found| found.is_empty()));
        }
    }

    #[test]
    fn what_is_looked_up_was_inserted(entries in prop::collection::vec((key(), any::<i64>()), 0..6)) {
        let mut dict = Dict::new();
        for (key, value) in entries {
            dict.insert(key.clone(), value.into())?;
            prop_assert_eq!(dict.look_up(&key)?, Some(&Value::from(value)));
            if let Some(text) = key.as_str() {
                prop_assert_eq!(dict.get(text), Some(&Value::from(value)));
            }
        }
    }
}

/// Values that can be ordered: all numbers, all strings, or all lists of one of them.
fn comparable() -> impl Strategy<Value = Vec<Value>> {
    let text = || "[a-c]{0,3}|\\PC{0,3}".prop_map(Value::from);
    let lists =
        |inner: BoxedStrategy<Value>| prop::collection::vec(inner, 0..3).prop_map(Value::from);
    let three = |value: BoxedStrategy<Value>| prop::collection::vec(value, 3);
    prop_oneof![
        three(number().boxed()),
        three(text().boxed()),
        three(lists(number().boxed()).boxed()),
        three(lists(text().boxed()).boxed()),
    ]
}

fn evaluated(source: &str) -> Value {
    let parsed = colang::syntax::parse_expr(colang::source::SourceId(0), source);
    let compiled = expr::compile(&parsed.expr).expect(source);
    expr::eval(&compiled, &mut expr::NoScope, &expr::Limits::default()).expect(source)
}

proptest! {
    #[test]
    fn order_is_antisymmetric_and_transitive(values in comparable()) {
        let [a, b, c] = &values[..] else { return Ok(()) };
        prop_assert_eq!(a.order(b)?, b.order(a)?.map(Ordering::reverse));
        if a.order(b)?.is_some_and(Ordering::is_le) && b.order(c)?.is_some_and(Ordering::is_le) {
            prop_assert!(a.order(c)?.is_some_and(Ordering::is_le), "{} {} {}", a, b, c);
        }
        prop_assert_eq!(a.order(a)?.is_some(), a.equals(a) || a.as_items().is_some());
    }

    #[test]
    fn floats_are_printed_as_short_as_they_can_be_read_back(value in any::<f64>()) {
        let text = float_text(value);
        if value.is_finite() {
            prop_assert_eq!(text.parse::<f64>()?.to_bits(), value.to_bits());
            prop_assert!(text.contains(['.', 'e']) && text.len() <= 24, "{}", text);
            let digits = |text: &str| {
                let mantissa = text.split('e').next().unwrap_or_default();
                let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
                digits.trim_matches('0').len()
            };
            prop_assert!(digits(&text) <= digits(&format!("{value:e}")), "{}", text);
        }
    }

    #[test]
    fn a_slice_takes_what_its_bounds_say(
        length in 0_i64..8,
        lower in prop::option::of(-10_i64..10),
        upper in prop::option::of(-10_i64..10),
        step in prop::option::of((-4_i64..4).prop_filter("no step", |step| *step != 0)),
    ) {
        let list: Vec<i64> = (0..length).collect();
        let bound = |bound: Option<i64>| bound.map(|bound| bound.to_string()).unwrap_or_default();
        let slice = format!("[{}:{}:{}]", bound(lower), bound(upper), bound(step));
        let from_end = |bound: i64| if bound < 0 { bound + length } else { bound };
        let (step, lower, upper) = (step.unwrap_or(1), lower.map(from_end), upper.map(from_end));
        let within = |place: &i64| {
            let (first, last) = if step > 0 { (lower, upper) } else { (upper, lower) };
            match step > 0 {
                true => first.is_none_or(|first| first <= *place) && last.is_none_or(|last| *place < last),
                false => first.is_none_or(|first| first < *place) && last.is_none_or(|last| *place <= last),
            }
        };
        let mut taken: Vec<i64> = list.iter().copied().filter(within).collect();
        if step < 0 {
            taken.reverse();
        }
        let every = usize::try_from(step.unsigned_abs())?;
        let taken: Vec<Value> = taken.into_iter().step_by(every).map(Value::from).collect();
        prop_assert_eq!(evaluated(&format!("{list:?}{slice}")), taken.into());
    }

    #[test]
    fn two_slices_make_the_whole(text in "\\PC{0,8}", at in -10_i64..10) {
        let quoted = Value::from(text.as_str()).repr().to_string().replace('{', "{{").replace('}', "}}");
        prop_assert_eq!(evaluated(&format!("{quoted}[:{at}] + {quoted}[{at}:]")), text.as_str().into());
        let twice = evaluated(&format!("{quoted}[::-1][::-1]"));
        prop_assert_eq!(twice, text.into());
    }
}

#[track_caller]
fn check_json(value: impl Into<Value>, wanted: Result<&str, &str>) {
    let json = value.into().to_json().map(|json| json.to_string());
    let json = json.as_deref().map_err(ValueError::reason);
    match wanted {
        Ok(wanted) => assert_eq!(json, Ok(wanted)),
        Err(part) => assert!(json.is_err_and(|reason| reason.contains(part)), "{json:?}"),
    }
}

fn set(values: impl IntoIterator<Item = Value>) -> Value {
    Set::from_values(values).unwrap().into()
}

#[test]
fn sets_leave_as_sorted_lists() {
    check_json(
        set([2.into(), "b".into(), 1.5.into(), "a".into(), Value::None]),
        Ok(r#"[1.5,2,"a","b",null]"#),
    );
}

#[test]
fn references_leave_as_uid_and_type() {
    check_json(
        Value::Flow("(a)1".into()),
        Ok(r#"{"uid":"(a)1","type":"FlowState"}"#),
    );
    check_json(
        Value::Action("7".into()),
        Ok(r#"{"uid":"7","type":"Action"}"#),
    );
    check_json(
        Event::new("Ping").with("uid", "e1"),
        Ok(r#"{"uid":"e1","type":"Event"}"#),
    );
}

#[test]
fn regexes_leave_as_their_pattern() {
    check_json(Value::Regex(Regex::new("^a").unwrap()), Ok(r#""^a""#));
}

#[test]
fn keys_become_texts() {
    let entries = vec![
        (1.into(), 1.into()),
        (1.5.into(), 2.into()),
        (Value::None, 3.into()),
    ];
    check_json(dict(entries).unwrap(), Ok(r#"{"1":1,"1.5":2,"null":3}"#));
    check_json(
        dict(vec![(Value::tuple([]), 1.into())]).unwrap(),
        Err("a tuple cannot be a key in JSON"),
    );
}

#[test]
fn numbers_beyond_json_do_not_leave() {
    check_json(f64::NAN, Err("nan"));
    check_json(Value::list([f64::INFINITY.into()]), Err("inf"));
    check_json(
        Value::Comparison(Comparison::new(Comparator::Less, 1.into()).unwrap()),
        Err("cannot leave"),
    );
}

#[test]
fn a_whole_number_keeps_its_type() {
    let value = Value::from_json(&serde_json::json!([1, 1.0, true])).unwrap();
    assert_eq!(value.to_string(), "[1, 1.0, True]");
}

#[test]
fn a_number_that_does_not_fit_is_refused() {
    assert!(Value::from_json(&serde_json::json!(u64::MAX)).is_err());
}

#[test]
fn deep_json_is_refused() {
    let nested =
        |depth: usize| serde_json::from_str(&("[".repeat(depth) + &"]".repeat(depth))).unwrap();
    assert!(Value::from_json(&nested(40)).is_ok());
    assert!(Value::from_json(&nested(110)).is_err());
}

#[test]
fn a_dict_whose_keys_look_like_tags_survives() {
    let value = dict(vec![
        ("$set".into(), Value::list([])),
        ("$$x".into(), 1.into()),
    ])
    .unwrap();
    assert_eq!(
        serde_json::from_str::<Value>(&saved(&value))
            .unwrap()
            .to_string(),
        value.to_string()
    );
}

#[test]
fn a_search_that_takes_for_ever_is_given_up() {
    let regex = Regex::new(r"(a|aa)+(?<!b)$(?!x)\1").unwrap();
    assert!(regex.is_match(&"a".repeat(60)).is_err());
}

#[test]
fn a_pattern_that_grows_without_end_is_refused() {
    assert!(Regex::new("((a{1,1000}){1,1000}){1,1000}").is_err());
    assert!(Regex::new(&"(".repeat(5000)).is_err());
    assert!(Regex::new(&format!("{}a{}", "(".repeat(5000), ")".repeat(5000))).is_err());
}

const VERDICT: &str =
    r#"{"decision":"block","is_blocked":true,"is_transform":false,"reason":"rude","score":3}"#;

fn from_json(json: &str) -> Value {
    Value::from_json(&serde_json::from_str(json).expect(json)).expect(json)
}

#[test]
fn the_outcome_of_a_rail_is_known_by_members_that_agree() {
    let type_of = |json: &str| from_json(json).type_name();
    assert_eq!(type_of(VERDICT), "RailOutcome");
    assert_eq!(type_of(&VERDICT.replace("\"block\"", "\"allow\"")), "dict");
    assert_eq!(type_of(&VERDICT.replace("\"block\"", "\"maybe\"")), "dict");
    assert_eq!(type_of(&VERDICT.replace("true", "1")), "dict");
    assert_eq!(type_of(r#"{"is_blocked":true}"#), "dict");
    let Value::List(items) = from_json(&format!("[{VERDICT}]")) else {
        panic!("it is a list");
    };
    assert_eq!(items[0].type_name(), "RailOutcome");
}

#[test]
fn the_outcome_of_a_rail_leaves_as_it_came() {
    check_json(from_json(VERDICT), Ok(VERDICT));
    let printed = "RailOutcome(decision='block', is_blocked=True, is_transform=False, reason='rude', score=3)";
    assert_eq!(from_json(VERDICT).to_string(), printed);
}

#[test]
fn the_outcome_of_a_rail_is_true_and_equals_outcomes_alone() {
    let outcome = from_json(VERDICT);
    assert!(outcome.is_true() && !outcome.is_hashable());
    assert_eq!(outcome, from_json(VERDICT));
    assert_ne!(outcome, from_json(&VERDICT.replace("rude", "loud")));
    let Value::RailOutcome(members) = &outcome else {
        panic!("it is an outcome");
    };
    let dict = Value::from(members.members().clone());
    assert_ne!(outcome, dict);
}

#[test]
fn the_outcome_of_a_rail_and_a_dict_like_it_are_saved_as_what_they_are() {
    let outcome = from_json(VERDICT);
    assert_eq!(saved(&outcome), VERDICT, "as before there was such a value");
    let Value::RailOutcome(members) = &outcome else {
        panic!("it is an outcome");
    };
    let dict = Value::from(members.members().clone());
    for value in [outcome.clone(), dict] {
        let read: Value = serde_json::from_str(&saved(&value)).expect("it can be read");
        assert_eq!(read.type_name(), value.type_name());
        assert_eq!(read, value);
    }
}
