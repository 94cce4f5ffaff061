//! The normal form of events, in which uids and times do not matter.

use std::collections::HashMap;

use colang::value::{Dict, Event, Value};
use serde_json::{Map, Value as Json};

const DROPPED: [&str; 6] = [
    "uid",
    "event_created_at",
    "source_uid",
    "action_started_at",
    "action_updated_at",
    "action_finished_at",
];

const UID: usize = 36;

/// Gives labels to uids, in order of appearance.
#[derive(Default)]
pub(crate) struct Normalizer {
    labels: HashMap<String, String>,
    actions: Vec<String>,
    others: usize,
    instances: HashMap<String, Vec<String>>,
}

impl Normalizer {
    /// An event in normal form.
    pub(crate) fn event(&mut self, event: &Event) -> Json {
        let mut normal = Map::new();
        normal.insert("type".to_owned(), event.name.to_string().into());
        let mut names: Vec<_> = event
            .arguments
            .keys()
            .filter(|name| !DROPPED.contains(&&***name))
            .collect();
        names.sort_by_key(|name| (&***name != "action_uid", name.to_string()));
        for name in names {
            let value = &event.arguments[name];
            let value = match value.as_str() {
                Some(uid) if &**name == "action_uid" => self.action(uid).into(),
                _ => self.value(value),
            };
            normal.insert(name.to_string(), value);
        }
        Json::Object(normal)
    }

    /// A value in normal form.
    pub(crate) fn value(&mut self, value: &Value) -> Json {
        match value {
            Value::None => Json::Null,
            Value::Bool(value) => (*value).into(),
            Value::Int(value) => (*value).into(),
            Value::Float(value) => (*value).into(),
            Value::Str(text) => self.text(text).into(),
            Value::List(items) | Value::Tuple(items) => {
                items.iter().map(|item| self.value(item)).collect()
            }
            Value::Dict(dict) => self.dict(dict),
            Value::RailOutcome(outcome) => self.dict(outcome.members()),
            Value::Set(set) => {
                let items: Json = set
                    .sorted()
                    .into_iter()
                    .map(|item| self.value(item))
                    .collect();
                object("$set", items)
            }
            Value::Regex(regex) => object("$regex", regex.pattern().into()),
            Value::Context(_) => object("$object", "dict".into()),
            Value::Comparison(_) | Value::Flow(_) | Value::Action(_) | Value::Event(_) => {
                object("$object", value.type_name().into())
            }
        }
    }

    fn dict(&mut self, dict: &Dict) -> Json {
        let entries = dict.iter();
        let mut entries: Vec<_> = entries
            .map(|(key, value)| (key.to_string(), value))
            .collect();
        entries.sort_by(|left, right| left.0.cmp(&right.0));
        let entries = entries.into_iter();
        let entries: Map<_, _> = entries
            .map(|(key, value)| (key, self.value(value)))
            .collect();
        entries.into()
    }

    fn action(&mut self, uid: &str) -> String {
        if !is_uid(uid) {
            return uid.to_owned();
        }
        if let Some(label) = self.labels.get(uid) {
            return label.clone();
        }
        self.actions.push(uid.to_owned());
        let label = format!("@{}", self.actions.len());
        self.labels.insert(uid.to_owned(), label.clone());
        label
    }

    /// The string with its uids replaced.
    pub(crate) fn text(&mut self, text: &str) -> String {
        let mut normal = String::new();
        let mut rest = text;
        while let Some((at, _)) = rest
            .char_indices()
            .find(|(at, _)| starts_with_uid(&rest[*at..]))
        {
            let (before, uid) = (&rest[..at], &rest[at..at + UID]);
            normal.push_str(before);
            let label = self.uid_in(&normal, uid);
            normal.push_str(&label);
            rest = &rest[at + UID..];
        }
        normal.push_str(rest);
        normal
    }

    fn uid_in(&mut self, before: &str, uid: &str) -> String {
        if let Some(label) = self.labels.get(uid) {
            return label.clone();
        }
        let name = before
            .strip_suffix(')')
            .and_then(|before| before.rsplit_once('('))
            .map(|(_, name)| name);
        let label = match name {
            Some(name) => {
                let instances = self.instances.entry(name.to_owned()).or_default();
                instances.push(uid.to_owned());
                format!("#{}", instances.len())
            }
            None => {
                self.others += 1;
                format!("~{}", self.others)
            }
        };
        self.labels.insert(uid.to_owned(), label.clone());
        label
    }

    /// An event of a case, with labels replaced by the uids they stand for.
    pub(crate) fn input(&self, json: &Json) -> Value {
        match json {
            Json::String(text) => self.uid_of(text).unwrap_or_else(|| text.clone()).into(),
            Json::Array(items) => Value::list(items.iter().map(|item| self.input(item))),
            Json::Object(entries) => {
                if let Some(Json::Array(items)) = entries.get("$set") {
                    let set =
                        colang::value::Set::from_values(items.iter().map(|item| self.input(item)));
                    return set.map_or(Value::None, Value::from);
                }
                let entries = entries
                    .iter()
                    .map(|(key, value)| (key.as_str(), self.input(value)));
                entries.collect::<colang::value::Dict>().into()
            }
            Json::Null | Json::Bool(_) | Json::Number(_) => {
                Value::from_json(json).unwrap_or_default()
            }
        }
    }

    fn uid_of(&self, text: &str) -> Option<String> {
        if let Some(index) = text
            .strip_prefix('@')
            .and_then(|index| index.parse::<usize>().ok())
        {
            return self.actions.get(index.checked_sub(1)?).cloned();
        }
        let (name, index) = text.strip_prefix('(')?.split_once(")#")?;
        let uid = self
            .instances
            .get(name)?
            .get(index.parse::<usize>().ok()?.checked_sub(1)?)?;
        Some(format!("({name}){uid}"))
    }
}

fn object(key: &str, value: Json) -> Json {
    Json::Object(Map::from_iter([(key.to_owned(), value)]))
}

fn is_uid(text: &str) -> bool {
    text.len() == UID && starts_with_uid(text)
}

fn starts_with_uid(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= UID
        && bytes[..UID]
            .iter()
            .enumerate()
            .all(|(place, byte)| match place {
                8 | 13 | 18 | 23 => *byte == b'-',
                _ => byte.is_ascii_hexdigit(),
            })
}
