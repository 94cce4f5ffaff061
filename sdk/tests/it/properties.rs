//! For any input: an answer or an error, never a panic, and always about the action that was called.

use super::{block_on, host};
use action_sdk::prelude::*;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Any JSON, a few levels deep.
fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::vec((any::<String>(), inner), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Names of parameters, positional names, and others.
fn argument_name() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "value", "limit", "times", "by", "db", "self", "context"
        ])
        .prop_map(str::to_owned),
        (0_u32..5).prop_map(|place| format!("${place}")),
        any::<String>(),
    ]
}

fn arguments() -> impl Strategy<Value = Map<String, Value>> {
    proptest::collection::vec((argument_name(), json_value()), 0..6)
        .prop_map(|members| members.into_iter().collect())
}

/// Actions that finish at once.
const PROMPT: [&str; 6] = [
    "DoubleAction",
    "NothingAction",
    "IncrAction",
    "RestAction",
    "VariablesAction",
    "RowsAction",
];

proptest! {
    #[test]
    fn any_arguments_give_an_answer_or_an_error(name in prop::sample::select(PROMPT.to_vec()), arguments in arguments()) {
        let dispatcher = host().build().expect("nothing is missing");
        if let Err(error) = block_on(dispatcher.call(name, Invocation::new().args(arguments))) {
            prop_assert_eq!(error.action(), Some(name));
            prop_assert!(error.kind() != ActionErrorKind::Panicked, "{}", error);
            prop_assert!(error.to_string().len() < 1_000);
        }
    }

    #[test]
    fn any_name_gives_an_answer_or_an_error(name in any::<String>()) {
        let dispatcher = host().build().expect("nothing is missing");
        let outcome = block_on(dispatcher.call(&name, Invocation::new()));
        prop_assert_eq!(outcome.is_err_and(|error| error.kind() == ActionErrorKind::NotFound), dispatcher.action(&name).is_none());
    }

    #[test]
    fn any_start_event_gets_a_valid_finished_event(name in "[A-Z][a-z]{0,6}Action", arguments in arguments()) {
        let dispatcher = host().build().expect("nothing is missing");
        let event = arguments.into_iter().fold(Event::new("x"), |event, (name, value)| event.with(name, value));
        let event = event.with("type", format!("Start{name}")).with("action_uid", "a1");
        let start = ActionStart::try_from(event).expect("it is a start");
        let finished = block_on(dispatcher.run(&start, &CallScope::new()));
        prop_assert_eq!(finished.name(), format!("{name}Finished"));
        prop_assert_eq!(finished.action_uid(), Some("a1"));
        prop_assert_eq!(finished.check(), Ok(()));
    }

    #[test]
    fn every_way_to_give_arguments_is_the_same(value in any::<i32>(), times in any::<i16>()) {
        let dispatcher = host().build().expect("nothing is missing");
        let call = |invocation| block_on(dispatcher.call("DoubleAction", invocation)).map(|result| result.return_value);
        let named = call(Invocation::new().arg("value", value).arg("times", times)).ok();
        let mapped = json!({"times": times, "value": value}).as_object().cloned().unwrap_or_default();
        prop_assert_eq!(call(Invocation::new().args(mapped)).ok(), named.clone());
        let positional = Invocation::new().positional(value).positional(Value::Null).positional(times);
        prop_assert_eq!(call(positional).ok(), named);
    }
}
