//! The common part of messages and chunks: known members, and extra ones that are merged last.

use crate::depth::is_shallow;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value};

/// A JSON object in two parts; members in `extra` override the others.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Content {
    pub(super) members: Map<String, Value>,
    pub(super) extra: Map<String, Value>,
}

impl Content {
    pub(super) fn set(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.members.insert(name.to_owned(), value.into());
        self
    }

    pub(super) fn remove(mut self, name: &str) -> Self {
        self.members.remove(name);
        self
    }

    /// Appends to the list `name`, creating it if necessary.
    pub(super) fn push(mut self, name: &str, value: Value) -> Self {
        let list = self
            .members
            .entry(name)
            .or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(items) = list {
            items.push(value);
        }
        self
    }

    pub(super) fn extra(mut self, name: String, value: Value) -> Self {
        self.extra.insert(name, value);
        self
    }

    pub(super) fn member(&self, name: &str) -> Option<&Value> {
        self.extra.get(name).or_else(|| self.members.get(name))
    }

    /// Whether nothing in it is nested too deeply to be passed on.
    pub(super) fn is_shallow(&self) -> bool {
        let mut values = self.members.values().chain(self.extra.values());
        values.all(is_shallow)
    }

    pub(super) fn into_json(self) -> Value {
        let mut all = self.members;
        all.extend(self.extra);
        Value::Object(all)
    }
}

/// Serializes the same object as `into_json`, without building it.
impl Serialize for Content {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in &self.members {
            map.serialize_entry(name, self.extra.get(name).unwrap_or(value))?;
        }
        for (name, value) in self
            .extra
            .iter()
            .filter(|(name, _)| !self.members.contains_key(*name))
        {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}
