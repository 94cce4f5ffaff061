//! Properties that hold for every event, name, uid and time, tested with generated ones.

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value};
use umim::{ActionEventKind, ActionEventName, Event, Timestamp, Uid, UidSource, check_action_name};

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>()
            .prop_filter("JSON has no infinities", |n| n.is_finite())
            .prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((any::<String>(), inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

const KNOWN_FIELDS: [&str; 7] = [
    "type",
    "uid",
    "event_created_at",
    "source_uid",
    "action_uid",
    "is_success",
    "failure_reason",
];

fn field_name() -> impl Strategy<Value = String> {
    prop_oneof![1 => select(&KNOWN_FIELDS).prop_map(str::to_owned), 2 => any::<String>()]
}

/// Words that have a meaning in the names of events, and a few that have none.
const WORDS: [&str; 16] = [
    "Start",
    "Stop",
    "Change",
    "Action",
    "Started",
    "Updated",
    "Finished",
    "Script",
    "watch",
    "X",
    "_",
    "1",
    "Ü",
    "ß",
    " ",
    "GestureBotAction",
];

fn event_name() -> impl Strategy<Value = String> {
    vec(select(&WORDS), 0..6).prop_map(|words| words.concat())
}

fn event() -> impl Strategy<Value = Event> {
    (event_name(), vec((field_name(), json()), 0..6)).prop_map(|(name, fields)| {
        fields
            .into_iter()
            .fold(Event::new(name), |event, (key, value)| {
                event.with(key, value)
            })
    })
}

fn action_name() -> impl Strategy<Value = String> {
    prop_oneof!["[A-Z][A-Za-z0-9_]{0,8}Action", event_name()]
        .prop_filter("names that an action can have", |name| {
            check_action_name(name).is_ok()
        })
}

fn parameter() -> impl Strategy<Value = String> {
    "[A-Z][A-Za-z0-9_]{0,8}".prop_filter("would be read as part of the action", |name| {
        !name.contains("Action")
    })
}

/// The JSON of an object, written member by member without using a map.
fn object_text(members: &[(String, Value)]) -> String {
    let members = members
        .iter()
        .map(|(key, value)| format!("{}:{value}", Value::from(key.as_str())));
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}

proptest! {
    #[test]
    fn reading_and_writing_keeps_text_and_order(before in vec((any::<String>(), json()), 0..6), after in vec((any::<String>(), json()), 0..6)) {
        let mut seen = BTreeSet::from(["type".to_owned()]);
        let mut fresh = |members: Vec<(String, Value)>| -> Vec<_> {
            members.into_iter().filter(|(key, _)| seen.insert(key.clone())).collect()
        };
        let mut members = fresh(before);
        members.push(("type".to_owned(), Value::from("Said")));
        members.extend(fresh(after));
        let text = object_text(&members);
        let event = Event::parse(&text).unwrap();
        prop_assert_eq!(event.to_string(), text);
        prop_assert!(event.into_map().into_iter().eq(members));
    }

    #[test]
    fn no_text_panics_and_what_is_read_is_written_alike(text in prop_oneof![any::<String>(), event_name()]) {
        if let Some(name) = ActionEventName::parse(&text) {
            prop_assert_eq!(name.to_string(), text.as_str());
        }
        if let Ok(time) = text.parse::<Timestamp>() {
            prop_assert_eq!(time.to_string().parse::<Timestamp>().unwrap(), time);
        }
        if let Err(error) = text.parse::<Uid>() {
            prop_assert!(error.to_string().contains("is no uid"));
        }
        if let Err(error) = Event::parse(&text) {
            prop_assert!(error.to_string().contains("event"));
        }
    }

    #[test]
    fn only_a_type_that_is_a_text_makes_an_event(value in json(), fields in vec((field_name(), json()), 0..4)) {
        prop_assert!(value.is_object() || Event::from_json(value).is_err());
        let fields: Map<String, Value> = fields.into_iter().collect();
        let has_name = fields.get("type").and_then(Value::as_str).is_some_and(|name| !name.is_empty());
        prop_assert_eq!(Event::from_map(fields).is_ok(), has_name);
    }

    #[test]
    fn an_event_always_has_a_name(mut event in event(), key in field_name(), value in json()) {
        let before = event.clone();
        if event.set(key.as_str(), value).is_err() {
            prop_assert_eq!(&event, &before);
        }
        event.remove(&key);
        prop_assert!(!event.name().is_empty());
        prop_assert_eq!(Event::parse(&event.to_string()).unwrap(), event);
    }

    #[test]
    fn arguments_are_fields_in_their_order(event in event()) {
        let arguments: Vec<_> = event.arguments().map(|(key, value)| (key.to_owned(), value.clone())).collect();
        let mut fields = event.as_map().iter();
        for (key, value) in &arguments {
            prop_assert!(fields.any(|(field, found)| field == key && found == value));
        }
        prop_assert!(event.into_arguments().into_iter().eq(arguments));
    }

    #[test]
    fn names_of_action_events_read_back(action in action_name(), parameter in parameter()) {
        for kind in ActionEventKind::ALL {
            let name = ActionEventName::new(kind, &action);
            let text = name.to_string();
 prop_assert_eq!(ActionEventName::parse(&text), Some(name));
        }
        let name = ActionEventName::updated(&action, &parameter);
        let text = name.to_string();
 prop_assert_eq!(ActionEventName::parse(&text), Some(name));
    }

    #[test]
    fn no_name_of_an_action_is_one_of_an_event(action in action_name()) {
        prop_assert_eq!(ActionEventName::parse(&action), None);
    }

    #[test]
    fn every_suggested_name_is_a_good_one(name in prop_oneof![any::<String>(), event_name(), "[a-zA-Z_ ]{0,10}[aA]ction"]) {
        if let Err(error) = check_action_name(&name) {
            let better = error.suggestion();
            prop_assert_eq!(check_action_name(&better), Ok(()));
            prop_assert!(error.to_string().contains(&better));
        }
    }

    #[test]
    fn stamping_adds_what_is_missing_and_changes_nothing(event in event(), seed: u64, micros: i64) {
        let (mut uids, now) = (UidSource::seeded(seed), Timestamp::from_micros(micros));
        let stamped = event.clone().stamped(&mut uids, now, "bot");
        for (key, value) in event.as_map() {
            let told_failure = key == "failure_reason" && stamped.value(key).is_none();
            prop_assert!(told_failure || stamped.value(key) == Some(value), "{}", key);
        }
        let first: Vec<_> = stamped.as_map().keys().take(4).collect();
        prop_assert_eq!(first, ["type", "uid", "event_created_at", "source_uid"]);
        let again = stamped.clone().stamped(&mut uids, now, "other");
        prop_assert_eq!(again.to_string(), stamped.to_string());
    }

    #[test]
    fn a_stamped_start_event_can_be_sent(action in action_name(), seed: u64) {
        let start = Event::new(ActionEventName::new(ActionEventKind::Start, &action).to_string()).with("script", "Hi");
        let stamped = start.stamped(&mut UidSource::seeded(seed), Timestamp::from_micros(0), "bot");
        prop_assert_eq!(stamped.check(), Ok(()));
        prop_assert!(stamped.arguments().map(|(key, _)| key).eq(["script"]));
    }

    #[test]
    fn seeded_uids_are_distinct_and_repeatable(seed: u64) {
        let draw = |mut uids: UidSource| -> Vec<Uid> { (0..500).map(|_| uids.next_uid()).collect() };
        let uids = draw(UidSource::seeded(seed));
        prop_assert_eq!(&uids, &draw(UidSource::seeded(seed)));
        prop_assert_eq!(uids.iter().collect::<BTreeSet<_>>().len(), uids.len());
    }

    #[test]
    fn uids_read_back(seed: u64) {
        let uid = UidSource::seeded(seed).next_uid();
        prop_assert_eq!(uid.to_string().parse::<Uid>().unwrap(), uid);
        prop_assert_eq!(&uid.to_string()[14..15], "4");
    }

    #[test]
    fn times_read_back(micros: i64) {
        let time = Timestamp::from_micros(micros);
        prop_assert_eq!(time.to_string().parse::<Timestamp>().unwrap(), time);
    }

    #[test]
    fn times_sort_as_their_texts(a: i64, b: i64) {
        let (a, b) = (Timestamp::from_micros(a / 1_000_000 * 1_000_000), Timestamp::from_micros(b / 1_000_000 * 1_000_000));
        prop_assert_eq!(a.cmp(&b), a.to_string().cmp(&b.to_string()));
    }
}
