//! Dicts: any hashable value is a key; entries keep their order of insertion.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use indexmap::{Equivalent, IndexMap};

use super::{Value, ValueError};

/// A dict, with Python's rules for keys.
///
/// ```
/// use colang::value::{Dict, Value};
///
/// let mut dict = Dict::new();
/// dict.insert(Value::from(1), Value::from("one"))?;
/// dict.insert(Value::from(true), Value::from("yes"))?;
/// assert_eq!(Value::from(dict).to_string(), "{1: 'yes'}");
/// # Ok::<(), colang::value::ValueError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Dict(IndexMap<Value, Value>); // Invariant: all keys are hashable.

impl Dict {
    /// An empty dict.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The number of entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no actions.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value of a string key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(&TextKey(key))
    }

    /// The value of any key.
    ///
    /// # Errors
    /// If the key is not hashable.
    pub fn look_up(&self, key: &Value) -> Result<Option<&Value>, ValueError> {
        Ok(self.0.get(hashable(key)?))
    }

    /// The value of any key, mutable.
    ///
    /// # Errors
    /// If the key is not hashable.
    pub fn look_up_mut(&mut self, key: &Value) -> Result<Option<&mut Value>, ValueError> {
        Ok(self.0.get_mut(hashable(key)?))
    }

    /// Sets an entry; a key that already exists stays the same and keeps its place. Returns the previous value.
    ///
    /// # Errors
    /// If the key is not hashable.
    pub fn insert(&mut self, key: Value, value: Value) -> Result<Option<Value>, ValueError> {
        hashable(&key)?;
        Ok(self.0.insert(key, value))
    }

    /// Sets an entry with a string key.
    pub fn set(&mut self, key: impl Into<Arc<str>>, value: impl Into<Value>) {
        self.0.insert(Value::Str(key.into()), value.into());
    }

    /// Removes an entry; the others keep their order.
    ///
    /// # Errors
    /// If the key is not hashable.
    pub fn remove(&mut self, key: &Value) -> Result<Option<Value>, ValueError> {
        Ok(self.0.shift_remove(hashable(key)?))
    }

    /// Removes the last entry.
    pub fn pop_last(&mut self) -> Option<(Value, Value)> {
        self.0.pop()
    }

    /// Adds all entries of another dict, replacing existing ones.
    pub fn extend(&mut self, other: &Self) {
        self.0.extend(
            other
                .iter()
                .map(|(key, value)| (key.clone(), value.clone())),
        );
    }

    /// Removes all entries.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Whether all keys are strings, and none looks like a type tag.
    pub(super) fn has_plain_keys(&self) -> bool {
        self.keys()
            .all(|key| key.as_str().is_some_and(|key| !key.starts_with('$')))
    }

    /// The entries, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Value, &Value)> + DoubleEndedIterator {
        self.0.iter()
    }

    /// The keys, in order.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &Value> + DoubleEndedIterator {
        self.0.keys()
    }

    /// The values, in order.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &Value> + DoubleEndedIterator {
        self.0.values()
    }
}

impl PartialEq for Dict {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<K: Into<Arc<str>>, V: Into<Value>> FromIterator<(K, V)> for Dict {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        Self(
            entries
                .into_iter()
                .map(|(key, value)| (Value::Str(key.into()), value.into()))
                .collect(),
        )
    }
}

/// The checks that Python makes before it hashes a key.
pub(super) fn hashable(key: &Value) -> Result<&Value, ValueError> {
    if key.is_hashable() {
        return Ok(key);
    }
    Err(ValueError::new(format!(
        "{} cannot be a dict key or set element",
        key.described()
    )))
}

struct TextKey<'a>(&'a str);

impl Hash for TextKey<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl Equivalent<Value> for TextKey<'_> {
    fn equivalent(&self, key: &Value) -> bool {
        key.as_str() == Some(self.0)
    }
}
