//! The domain compared with the reference's reading of it.

use action_sdk::rasa::{Domain, RasaJsonErrorKind};
use serde_json::{Value, json};

use crate::read;

fn domain(json: &Value) -> Domain {
    Domain::from_json(json.clone()).expect("an object")
}

#[test]
fn global_slots_agree() {
    for recorded in read::domains() {
        let slots: Value = domain(&recorded["domain"]).global_slots().collect();
        assert_eq!(
            slots, recorded["global_slots"],
            "for {}",
            recorded["domain"]
        );
    }
}

#[test]
fn required_slots_agree() {
    for recorded in read::domains() {
        let slots: Value = domain(&recorded["domain"])
            .required_slots_of_form("f")
            .collect();
        assert_eq!(
            slots, recorded["required_slots"],
            "for {}",
            recorded["domain"]
        );
    }
}

#[test]
fn reads_what_rasa_sends() {
    let domain = domain(&read::case("http-loop-full")["domain"]);
    assert!(domain.intents().eq(["greet", "bye"]));
    assert!(domain.entities().eq(["city"]));
    assert!(domain.actions().eq(["bb_greet"]));
    assert!(
        domain
            .slots()
            .map(|slot| slot.name())
            .eq(["name", "city", "loud", "age"])
    );
    assert!(domain.responses().eq(["utter_greet"]));
    assert_eq!(
        domain.response("utter_greet"),
        [json!({"text": "Hi {name}"})]
    );
    assert!(domain.forms().eq(["bb_form", "bb_dyn_form"]));
    assert!(
        domain
            .required_slots_of_form("bb_form")
            .eq(["age", "full_name", "bad", "dash-ed"])
    );
    assert_eq!(domain.session_config().session_expiration_time, Some(60.0));
    assert_eq!(
        domain.session_config().carry_over_slots_to_new_session,
        Some(true)
    );
    assert_eq!(domain.config()["store_entities_as_slots"], true);
    assert_eq!(domain.e2e_actions().next(), None);
}

#[test]
fn names_may_have_definitions() {
    let domain = domain(
        &json!({"intents": ["a", {"b": {"use_entities": []}}], "actions": [{"c": {"send_domain": true}}]}),
    );
    assert!(domain.intents().eq(["a", "b"]));
    assert!(domain.actions().eq(["c"]));
}

#[test]
fn what_rasa_loses_over_grpc_has_no_name() {
    assert_eq!(domain(&json!({"intents": [{}, {}]})).intents().next(), None);
}

#[test]
fn unknown_members_are_kept() {
    let json = json!({"flows": {"a": 1}, "slots": null});
    assert_eq!(domain(&json).to_json(), json);
    assert_eq!(domain(&json).member("flows"), Some(&json!({"a": 1})));
    assert_eq!(domain(&json).slots().count(), 0);
}

#[test]
fn a_domain_is_an_object() {
    let error = Domain::from_json(json!("x")).unwrap_err();
    assert_eq!(error.kind(), RasaJsonErrorKind::NotAnObject);
    assert_eq!(
        error.to_string(),
        "a domain must be a JSON object, but this is a text; hand over the object itself"
    );
}

#[test]
fn a_deferred_domain_is_decoded_when_asked() {
    let deferred = Domain::deferred(|| {
        json!({"entities": ["city"]})
            .as_object()
            .cloned()
            .unwrap_or_default()
    });
    assert_eq!(
        format!("{deferred:?}"),
        "Domain { members: (not decoded yet) }"
    );
    assert!(deferred.entities().eq(["city"]));
}

#[test]
fn names_are_found_in_what_grpc_makes_of_them() {
    let intents = json!([
        {"string_value": "greet"}, {"dict_value": {"bye": {"use_entities": []}}}, {}, "plain", {"used": {}}
    ]);
    let domain = Domain::from_json(json!({ "intents": intents })).unwrap();
    assert!(domain.intents().eq(["greet", "bye", "plain", "used"]));
}
