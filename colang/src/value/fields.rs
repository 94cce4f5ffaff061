//! Named values in insertion order: arguments of events and flows, variables.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Value;
use crate::map::IndexMap;

type Map = IndexMap<Arc<str>, Value>;

/// Values by name, in insertion order. Clones share their contents until one of them is changed.
///
/// It dereferences to an [`IndexMap`](indexmap::IndexMap).
///
/// ```
/// use colang::value::{Fields, Value};
///
/// let mut fields = Fields::from_iter([("a".into(), Value::from(1))]);
/// let before = fields.clone();
/// fields.insert("b".into(), Value::from(2));
/// assert_eq!((before.len(), fields.len()), (1, 2));
/// ```
#[derive(Debug, Clone, Default)]
pub struct Fields(Option<Arc<Map>>); // `None` if empty, without allocating: most flows have no arguments.

impl Fields {
    /// No values.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// No values, with room for `capacity` of them.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        if capacity == 0 {
            return Self::new();
        }
        Self(Some(Arc::new(Map::with_capacity_and_hasher(
            capacity,
            <_>::default(),
        ))))
    }

    /// Whether there are no values.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        (**self).is_empty()
    }

    /// Adds the values of another map; they replace existing ones of the same name.
    pub fn merge(&mut self, other: &Self) {
        if self.is_empty() {
            return self.clone_from(other);
        }
        let shared = |(name, value): (&Arc<str>, &Value)| (name.clone(), value.clone());
        let others = other.iter().map(shared);
        match self.0.as_mut().and_then(Arc::get_mut) {
            Some(own) => own.extend(others),
            None => {
                let room = self.len() + other.len();
                let mut both = Map::with_capacity_and_hasher(room, <_>::default());
                both.extend(self.iter().map(shared).chain(others));
                self.0 = Some(Arc::new(both));
            }
        }
    }
}

impl Deref for Fields {
    type Target = Map;

    fn deref(&self) -> &Map {
        static EMPTY: LazyLock<Map> = LazyLock::new(Map::default);
        self.0.as_deref().unwrap_or(&EMPTY)
    }
}

impl DerefMut for Fields {
    fn deref_mut(&mut self) -> &mut Map {
        Arc::make_mut(self.0.get_or_insert_default())
    }
}

impl PartialEq for Fields {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (**self).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let map = Map::deserialize(deserializer)?;
        Ok(Self((!map.is_empty()).then(|| Arc::new(map))))
    }
}

impl FromIterator<(Arc<str>, Value)> for Fields {
    fn from_iter<I: IntoIterator<Item = (Arc<str>, Value)>>(fields: I) -> Self {
        let map = Map::from_iter(fields);
        Self((!map.is_empty()).then(|| Arc::new(map)))
    }
}

impl IntoIterator for Fields {
    type Item = (Arc<str>, Value);
    type IntoIter = indexmap::map::IntoIter<Arc<str>, Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.0
            .map(Arc::unwrap_or_clone)
            .unwrap_or_default()
            .into_iter()
    }
}

impl<'a> IntoIterator for &'a Fields {
    type Item = (&'a Arc<str>, &'a Value);
    type IntoIter = indexmap::map::Iter<'a, Arc<str>, Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
