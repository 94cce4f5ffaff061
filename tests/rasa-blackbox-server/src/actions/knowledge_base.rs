//! Questions to a small knowledge base, answered like rasa-sdk's `ActionQueryKnowledgeBase`.

use action_sdk::prelude::*;
use action_sdk::rasa::{Events, RasaEvent};
use action_sdk::serde_json::{self, Value};

const NULL: Value = Value::Null;
/// How many objects are listed at most.
const MOST_LISTED: usize = 5;

/// The objects, by type.
pub(crate) struct KnowledgeBase(Map);

impl KnowledgeBase {
    pub(crate) fn load(text: &str) -> serde_json::Result<Self> {
        serde_json::from_str(text).map(Self)
    }

    fn objects(&self, object_type: &str) -> &[Value] {
        self.0
            .get(object_type)
            .and_then(Value::as_array)
            .map_or(&[], Vec::as_slice)
    }

    fn attributes(&self, object_type: &str) -> impl Iterator<Item = &str> {
        let first = self.objects(object_type).first().and_then(Value::as_object);
        first
            .into_iter()
            .flat_map(|object| object.keys().map(String::as_str))
    }

    /// The only object with that id, or else the only one whose description contains that string.
    fn object(&self, object_type: &str, wanted: &Value) -> Option<&Value> {
        let wanted = plain(wanted).to_lowercase();
        let all = || self.objects(object_type).iter();
        let by_id = all().filter(|object| plain(&object["id"]).to_lowercase() == wanted);
        let by_text = |object: &&Value| shown(object_type, object).to_lowercase().contains(&wanted);
        only(by_id).or_else(|| only(all().filter(by_text)))
    }
}

fn only<'v>(mut found: impl Iterator<Item = &'v Value>) -> Option<&'v Value> {
    found.next().filter(|_| found.next().is_none())
}

/// A value in the format of Python's `str`.
fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// An object as it is shown to the user.
fn shown(object_type: &str, object: &Value) -> String {
    let name = plain(&object["name"]);
    match object_type {
        "hotel" => format!("{name} ({})", plain(&object["city"])),
        _ => name,
    }
}

#[action(aliases = ["action_query_knowledge_base"])]
async fn query_knowledge_base(
    tracker: &Tracker,
    dispatcher: &CollectingDispatcher,
    base: Res<KnowledgeBase>,
) -> Events {
    let question = Question {
        tracker,
        dispatcher,
        base: &base,
    };
    let object_type = question.object_type();
    let attribute = text(tracker, "attribute");
    match (object_type, attribute) {
        (Some(object_type), _) if !question.names_an_attribute() => question.list(object_type),
        (Some(object_type), Some(attribute)) => question.tell(object_type, attribute),
        (_, Some(attribute)) if filled(tracker, "mention").is_some() => {
            match text(tracker, "knowledge_base_last_object_type") {
                Some(object_type) => question.tell(object_type, attribute),
                None => question.rephrase(),
            }
        }
        (_, _) => question.rephrase(),
    }
}

struct Question<'a> {
    tracker: &'a Tracker,
    dispatcher: &'a CollectingDispatcher,
    base: &'a KnowledgeBase,
}

impl<'a> Question<'a> {
    fn entities(&self) -> impl Iterator<Item = &'a str> {
        let entities = self.tracker.latest_message().get("entities");
        let entities = entities.and_then(Value::as_array).into_iter().flatten();
        entities.filter_map(|entity| entity["entity"].as_str())
    }

    fn names_an_attribute(&self) -> bool {
        self.entities().any(|entity| entity == "attribute")
    }

    /// The type in the slot, or else the first entity that is a type.
    fn object_type(&self) -> Option<&'a str> {
        let named = text(self.tracker, "object_type");
        named.or_else(|| {
            self.entities()
                .find(|entity| self.base.0.contains_key(*entity))
        })
    }

    /// Lists the objects of a type whose attributes match all filled slots.
    fn list(&self, object_type: &str) -> Events {
        let wanted: Vec<(&str, &Value)> = self
            .base
            .attributes(object_type)
            .filter_map(|name| Some((name, filled(self.tracker, name)?)))
            .collect();
        let fits = |object: &&Value| {
            wanted
                .iter()
                .all(|(name, value)| is_same(&object[*name], value))
        };
        let objects = self.base.objects(object_type).iter().filter(fits);
        let objects: Vec<&Value> = objects.take(MOST_LISTED).collect();
        let forgotten = wanted
            .iter()
            .map(|(name, _)| RasaEvent::slot_set(*name, NULL));
        if objects.is_empty() {
            let sentence = format!("I could not find any objects of type '{object_type}'.");
            self.dispatcher.utter_text(sentence);
            return forgotten.collect();
        }
        let sentence = format!("Found the following objects of type '{object_type}':");
        self.dispatcher.utter_text(sentence);
        for (place, object) in (1..).zip(&objects) {
            self.dispatcher
                .utter_text(format!("{place}: {}", shown(object_type, object)));
        }
        let ids: Vec<Value> = objects.iter().map(|object| object["id"].clone()).collect();
        let last = if let [only] = &ids[..] {
            only.clone()
        } else {
            NULL
        };
        let listed = [
            RasaEvent::slot_set("object_type", NULL),
            RasaEvent::slot_set("mention", NULL),
            RasaEvent::slot_set("attribute", NULL),
            RasaEvent::slot_set("knowledge_base_last_object", last),
            RasaEvent::slot_set("knowledge_base_last_object_type", object_type),
            RasaEvent::slot_set("knowledge_base_listed_objects", ids),
        ];
        listed.into_iter().chain(forgotten).collect()
    }

    /// Answers with one attribute of the object that the user means.
    fn tell(&self, object_type: &str, attribute: &str) -> Events {
        let wanted = self.meant(object_type);
        let object = wanted.and_then(|wanted| self.base.object(object_type, wanted));
        let Some((object, value)) =
            object.and_then(|object| Some((object, object.get(attribute)?)))
        else {
            self.rephrase();
            return RasaEvent::slot_set("mention", NULL).into();
        };
        let name = shown(object_type, object);
        self.dispatcher.utter_text(match is_something(value) {
            true => format!(
                "'{name}' has the value '{}' for attribute '{attribute}'.",
                plain(value)
            ),
            false => format!(
                "Did not find a valid value for attribute '{attribute}' for object '{name}'."
            ),
        });
        Events::from([
            RasaEvent::slot_set("object_type", NULL),
            RasaEvent::slot_set("attribute", NULL),
            RasaEvent::slot_set("mention", NULL),
            RasaEvent::slot_set("knowledge_base_last_object", object["id"].clone()),
            RasaEvent::slot_set("knowledge_base_last_object_type", object_type),
        ])
    }

    /// The object that the user means: by position in the list, by name, or the last one.
    fn meant(&self, object_type: &str) -> Option<&'a Value> {
        let last = filled(self.tracker, "knowledge_base_last_object");
        let Some(mention) = text(self.tracker, "mention").filter(|mention| !mention.is_empty())
        else {
            return filled(self.tracker, object_type).or(last);
        };
        let listed =
            filled(self.tracker, "knowledge_base_listed_objects").and_then(Value::as_array);
        match (mention, listed.filter(|listed| !listed.is_empty())) {
            ("LAST", Some(listed)) => listed.last(),
            ("ANY", Some(listed)) => listed.first(),
            (mention, Some(listed)) if mention.parse::<usize>().is_ok() => mention
                .parse::<usize>()
                .ok()?
                .checked_sub(1)
                .and_then(|place| listed.get(place)),
            (_, _) => {
                last.filter(|_| text(self.tracker, "knowledge_base_last_object_type").is_some())
            }
        }
    }

    fn rephrase(&self) -> Events {
        self.dispatcher.utter_response("utter_ask_rephrase");
        Events::new()
    }
}

fn filled<'t>(tracker: &'t Tracker, slot: &str) -> Option<&'t Value> {
    tracker.slots().get(slot).filter(|value| !value.is_null())
}

fn text<'t>(tracker: &'t Tracker, slot: &str) -> Option<&'t str> {
    filled(tracker, slot)?.as_str()
}

/// Numbers are compared by value, since 5 arrives as 5.0 over gRPC.
fn is_same(one: &Value, other: &Value) -> bool {
    one == other || one.as_f64().is_some_and(|one| other.as_f64() == Some(one))
}

/// Whether Python considers the value true.
fn is_something(value: &Value) -> bool {
    let is_nothing = value.is_null()
        || *value == Value::Bool(false)
        || value.as_f64() == Some(0.0)
        || value.as_str() == Some("");
    !is_nothing
}
