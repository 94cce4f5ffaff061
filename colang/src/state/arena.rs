//! Values by keys that are never reused: saved without gaps, and iterated in insertion order.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::marker::PhantomData;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The key of a value in an [`Arena`].
pub(crate) trait Key: Copy + From<u64> + Into<u64> {}

/// Values that are shared with clones of the conversation and copied on write.
#[derive(Debug, Clone)]
pub(crate) struct Arena<K, T> {
    things: HashMap<u64, Arc<T>, BuildHasherDefault<Spread>>,
    last: u64,
    keys: PhantomData<K>,
}

impl<K: Key, T: Clone> Arena<K, T> {
    pub(crate) fn insert(&mut self, thing: T) -> K {
        self.last += 1;
        self.things.insert(self.last, Arc::new(thing));
        self.last.into()
    }

    pub(crate) fn get(&self, key: K) -> Option<&T> {
        self.things.get(&key.into()).map(|thing| &**thing)
    }

    pub(crate) fn get_mut(&mut self, key: K) -> Option<&mut T> {
        self.things.get_mut(&key.into()).map(Arc::make_mut)
    }

    pub(crate) fn remove(&mut self, key: K) -> Option<Arc<T>> {
        self.things.remove(&key.into())
    }

    pub(crate) fn contains(&self, key: K) -> bool {
        self.things.contains_key(&key.into())
    }

    /// The last key.
    pub(crate) fn last(&self) -> u64 {
        self.last
    }

    pub(crate) fn len(&self) -> usize {
        self.things.len()
    }

    /// All keys, in insertion order.
    pub(crate) fn keys(&self) -> Vec<K> {
        let mut keys: Vec<u64> = self.things.keys().copied().collect();
        keys.sort_unstable();
        keys.into_iter().map(K::from).collect()
    }

    /// All values with their keys, in insertion order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (K, &T)> {
        let mut things: Vec<_> = self.things.iter().collect();
        things.sort_unstable_by_key(|(key, _)| **key);
        things
            .into_iter()
            .map(|(key, thing)| (K::from(*key), &**thing))
    }
}

impl<K, T> Default for Arena<K, T> {
    fn default() -> Self {
        Self {
            things: HashMap::default(),
            last: 0,
            keys: PhantomData,
        }
    }
}

/// What is saved.
#[derive(Serialize, Deserialize)]
struct Saved<T> {
    last: u64,
    things: Vec<(u64, T)>,
}

impl<K: Key, T: Clone + Serialize> Serialize for Arena<K, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let things = self.iter().map(|(key, thing)| (key.into(), thing));
        let saved = Saved {
            last: self.last,
            things: things.collect(),
        };
        saved.serialize(serializer)
    }
}

impl<'de, K, T: Deserialize<'de>> Deserialize<'de> for Arena<K, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Saved { last, things } = Saved::deserialize(deserializer)?;
        // A key above the last one would be used again.
        let last = things.iter().map(|(key, _)| *key).fold(last, u64::max);
        let things = things.into_iter();
        Ok(Self {
            things: things.map(|(key, thing)| (key, Arc::new(thing))).collect(),
            last,
            keys: PhantomData,
        })
    }
}

/// Keys are consecutive numbers, so spreading them is enough of a hash.
#[derive(Debug, Clone, Default)]
struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(self.0.rotate_left(8) ^ u64::from(*byte));
        }
    }

    /// Multiplied by 2^64 divided by the golden ratio.
    fn write_u64(&mut self, key: u64) {
        self.0 = key.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(32);
    }
}
