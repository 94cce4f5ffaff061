//! The requests: with nothing but a slot, and with a tracker of 20 kB and a domain of 50 kB.

use crate::proto;
use bytes::Bytes;
use prost::Message;
use prost_types::value::Kind;
use prost_types::{ListValue, Struct, Value as ProtoValue};
use serde_json::{Map, Value, json};

/// The events of a conversation, about 20 kB.
fn events() -> Vec<Value> {
    let said = |number: u32| {
        json!({
            "event": "user",
            "timestamp": 1_700_000_000.5 + f64::from(number),
            "text": format!("where is my parcel number {number}"),
            "parse_data": {
                "intent": {"name": "ask_parcel", "confidence": 0.987_654_3},
                "entities": [{"entity": "number", "value": number.to_string(), "start": 25, "end": 27}],
                "intent_ranking": [
                    {"name": "ask_parcel", "confidence": 0.987_654_3},
                    {"name": "greet", "confidence": 0.012_345_7},
                ],
            },
            "input_channel": "rest",
            "message_id": format!("0123456789abcdef{number:016}"),
        })
    };
    (0..42).map(said).collect()
}

/// A domain, about 50 kB.
fn domain() -> Value {
    let names = |kind: &str| {
        (0..150)
            .map(|at| Value::from(format!("{kind}_{at}")))
            .collect::<Vec<_>>()
    };
    let response = |at: u32| {
        let text = format!(
            "This is what the bot says in situation {at}, which is a rather long sentence."
        );
        (
            format!("utter_{at}"),
            json!([{"text": text, "buttons": [{"title": "Yes", "payload": "/affirm"}]}]),
        )
    };
    let slot = |at: u32| {
        let mapping = json!([{"type": "from_entity", "entity": format!("entity_{at}")}]);
        (
            format!("slot_{at}"),
            json!({"type": "text", "influence_conversation": false, "mappings": mapping}),
        )
    };
    json!({
        "config": {"store_entities_as_slots": true},
        "session_config": {"session_expiration_time": 60, "carry_over_slots_to_new_session": true},
        "intents": names("intent"),
        "entities": names("entity"),
        "actions": names("action"),
        "responses": (0..150).map(response).collect::<Map<_, _>>(),
        "slots": (0..150).map(slot).collect::<Map<_, _>>(),
        "forms": {},
        "e2e_actions": [],
    })
}

/// The body of a webhook request.
pub(crate) fn webhook(action: &str, is_full: bool) -> Vec<u8> {
    let mut body = json!({
        "next_action": action,
        "sender_id": "u",
        "version": "3.21.0",
        "tracker": {"sender_id": "u", "slots": {"name": "Ada"}, "latest_message": {}, "events": []},
        "domain": {"actions": ["greet"]},
    });
    if is_full {
        body["tracker"]["events"] = events().into();
        body["domain"] = domain();
    }
    body.to_string().into_bytes()
}

/// The body of a call of NeMo's protocol.
pub(crate) fn run() -> Vec<u8> {
    json!({"action_name": "GreetAction", "action_parameters": {"name": "Ada"}})
        .to_string()
        .into_bytes()
}

/// The same request as [`webhook`], as a message of gRPC.
pub(crate) fn message(action: &str, is_full: bool) -> Bytes {
    let domain = match is_full {
        true => domain(),
        false => json!({"config": {"store_entities_as_slots": true}}),
    };
    let events = if is_full { events() } else { Vec::new() };
    let request = proto::WebhookRequest {
        next_action: action.to_owned(),
        sender_id: "u".to_owned(),
        tracker: Some(proto::Tracker {
            sender_id: "u".to_owned(),
            slots: Some(fields(&json!({"name": "Ada"}))),
            latest_message: Some(Struct::default()),
            events: events.iter().map(fields).collect(),
            ..proto::Tracker::default()
        }),
        domain: Some(proto::Domain {
            config: Some(fields(&domain["config"])),
            session_config: Some(fields(&domain["session_config"])),
            slots: Some(fields(&domain["slots"])),
            responses: Some(fields(&domain["responses"])),
            ..proto::Domain::default()
        }),
        version: "3.21.0".to_owned(),
        domain_digest: None,
    };
    let bytes = request.encode_to_vec();
    let mut frame = vec![0];
    frame.extend_from_slice(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
    frame.extend_from_slice(&bytes);
    frame.into()
}

fn fields(value: &Value) -> Struct {
    let members = value.as_object().into_iter().flatten();
    Struct {
        fields: members
            .map(|(name, value)| (name.clone(), proto_value(value)))
            .collect(),
    }
}

fn proto_value(value: &Value) -> ProtoValue {
    let kind = match value {
        Value::Null => Kind::NullValue(0),
        Value::Bool(truth) => Kind::BoolValue(*truth),
        Value::Number(number) => Kind::NumberValue(number.as_f64().unwrap_or_default()),
        Value::String(text) => Kind::StringValue(text.clone()),
        Value::Array(list) => Kind::ListValue(ListValue {
            values: list.iter().map(proto_value).collect(),
        }),
        Value::Object(_) => Kind::StructValue(fields(value)),
    };
    ProtoValue { kind: Some(kind) }
}
