//! Looks up actions by name: the exact name or alias first, then the normalised form of both.

use crate::action::ActionDescriptor;
use crate::name::normalised;
use crate::suggest::nearest_name;
use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasherDefault, Hasher};

/// Finds actions by name, as indices into the list it was made from.
#[derive(Debug, Default)]
pub(crate) struct Lookup {
    exact: HashMap<Cow<'static, str>, usize, BuildHasherDefault<NameHasher>>,
    /// `None` if two actions have the same normalised name: then only exact names can be used.
    normalised: HashMap<String, Option<usize>, BuildHasherDefault<NameHasher>>,
}

/// A name that two actions have, and their indices.
pub(crate) type Clash = (String, usize, usize);

impl Lookup {
    /// An index of the actions, and the names that more than one of them has; the first keeps it.
    pub(crate) fn new<'a>(
        actions: impl IntoIterator<Item = &'a ActionDescriptor>,
    ) -> (Self, Vec<Clash>) {
        let mut lookup = Self::default();
        let mut clashes = Vec::new();
        for (place, action) in actions.into_iter().enumerate() {
            for name in std::iter::once(&action.name).chain(&action.aliases) {
                clashes.extend(lookup.add(name.clone(), place));
            }
        }
        (lookup, clashes)
    }

    fn add(&mut self, name: Cow<'static, str>, place: usize) -> Option<Clash> {
        let form = self
            .normalised
            .entry(normalised(&name))
            .or_insert(Some(place));
        if *form != Some(place) {
            *form = None;
        }
        match self.exact.entry(name) {
            Entry::Vacant(free) => {
                free.insert(place);
                None
            }
            Entry::Occupied(taken) => {
                let known = *taken.get();
                (known != place).then(|| (taken.key().to_string(), known, place))
            }
        }
    }

    /// The index of the action with this name.
    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        match self.exact.get(name) {
            Some(place) => Some(*place),
            None => *self.normalised.get(&normalised(name))?,
        }
    }

    /// The name that was probably meant.
    pub(crate) fn suggest(&self, name: &str) -> Option<&str> {
        nearest_name(name, self.exact.keys().map(AsRef::as_ref))
    }
}

/// Hashes names eight bytes at a time. Collisions cannot be provoked from outside: the names in the table are those
/// of the program itself.
#[derive(Default)]
struct NameHasher(u64);

impl Hasher for NameHasher {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks();
        words
            .iter()
            .for_each(|word| self.mix(u64::from_le_bytes(*word)));
        let rest = rest
            .iter()
            .fold(0, |word, byte| word << 8 | u64::from(*byte));
        self.mix(rest);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

impl NameHasher {
    /// The constant is 2^64 divided by the golden ratio, which spreads similar words.
    fn mix(&mut self, word: u64) {
        let product = u128::from(self.0 ^ word) * 0x9e37_79b9_7f4a_7c15;
        self.0 = (product >> 64) as u64 ^ product as u64;
    }
}
