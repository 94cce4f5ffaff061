//! Which heads wait for which events, so that an event asks only those that can match it.
//!
//! A head stands under the most specific key that is certain not to change while it waits.

use std::cmp::Reverse;

use super::hierarchy::Hierarchy;
use super::ids::HeadRef;
use crate::map::HashMap;
use crate::program::Name;
use crate::value::{Event, Value};

/// What a waiting head is found by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum MatchKey {
    /// Any event of this name.
    Name(Name),
    /// An event with this text as one of its arguments: event, argument, text.
    Text(Name, Name, Name),
    /// An event of one action: event, action uid.
    Action(Name, Name),
}

impl MatchKey {
    pub(crate) fn event(&self) -> &Name {
        match self {
            Self::Name(name) | Self::Text(name, _, _) | Self::Action(name, _) => name,
        }
    }
}

/// In which order heads see an event: by the priority of their interaction loop, by their flow's place in the
/// hierarchy, and by who waited first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct OrderKey {
    pub(crate) priority: Reverse<i64>,
    pub(crate) hierarchy: Hierarchy,
    pub(crate) arrival: u64,
}

/// Heads in the order in which they see an event.
///
/// A list, since most have one member only; an event looks at all of a bucket anyway.
#[derive(Debug, Clone, Default)]
struct Bucket(Vec<(OrderKey, HeadRef)>);

impl Bucket {
    fn insert(&mut self, order: OrderKey, head: HeadRef) {
        if self.0.is_empty() {
            self.0.reserve_exact(1);
        }
        let place = self.0.partition_point(|(other, _)| *other < order);
        self.0.insert(place, (order, head));
    }

    fn remove(&mut self, order: &OrderKey) -> bool {
        let place = self.0.binary_search_by(|(other, _)| other.cmp(order));
        if let Ok(place) = place {
            self.0.remove(place);
        }
        place.is_ok()
    }

    fn iter(&self) -> impl Iterator<Item = (&OrderKey, HeadRef)> {
        self.0.iter().map(|(order, head)| (order, *head))
    }
}

#[derive(Debug, Clone, Default)]
pub(crate) struct MatchIndex {
    waiting: HashMap<Name, Waiting>,
    len: usize,
}

/// The heads that wait for the events of one name.
#[derive(Debug, Clone, Default)]
struct Waiting {
    any: Bucket,
    by_action: HashMap<Name, Bucket>,
    /// By argument, of which few are used, and text.
    by_text: Vec<(Name, HashMap<Name, Bucket>)>,
}

impl MatchIndex {
    pub(crate) fn insert(&mut self, head: HeadRef, key: &MatchKey, order: OrderKey) {
        let waiting = self.waiting.entry(key.event().clone()).or_default();
        waiting.bucket(key).insert(order, head);
        self.len += 1;
    }

    pub(crate) fn remove(&mut self, key: &MatchKey, order: &OrderKey) {
        let Some(waiting) = self.waiting.get_mut(key.event()) else {
            return;
        };
        if waiting.remove(key, order) {
            self.len -= 1;
        }
        if waiting.is_empty() {
            self.waiting.remove(key.event());
        }
    }

    /// How many heads wait.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Whether some head waits for an event of this name.
    pub(crate) fn has(&self, event: &str) -> bool {
        self.waiting.contains_key(event)
    }

    /// The heads that an event of this name, with these arguments and about this action, may match.
    pub(crate) fn find<'a>(
        &'a self,
        name: &str,
        event: &'a Event,
    ) -> impl Iterator<Item = (&'a OrderKey, HeadRef)> {
        let buckets = self.waiting.get(name).into_iter().flat_map(|waiting| {
            let of_action = event.action.as_ref();
            let of_action = of_action.and_then(|uid| waiting.by_action.get(uid));
            let of_text = waiting.by_text.iter().filter_map(|(argument, texts)| {
                match event.arguments.get(argument) {
                    Some(Value::Str(text)) => texts.get(text),
                    _ => None,
                }
            });
            std::iter::once(&waiting.any)
                .chain(of_action)
                .chain(of_text)
        });
        buckets.flat_map(Bucket::iter)
    }

    /// By which texts of which arguments heads wait for an event of this name: argument, text, and since when.
    pub(crate) fn texts(&self, name: &str) -> impl Iterator<Item = (&Name, &Name, u64)> {
        let waiting = self.waiting.get(name).into_iter();
        let by_text = waiting.flat_map(|waiting| &waiting.by_text);
        by_text.flat_map(|(argument, texts)| {
            let heads = texts
                .iter()
                .flat_map(|(text, heads)| heads.iter().map(move |head| (text, head)));
            heads.map(move |(text, (order, _))| (argument, text, order.arrival))
        })
    }

    /// Every head that waits for an event of this name.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = HeadRef> {
        let buckets = self.waiting.get(name).into_iter().flat_map(|waiting| {
            let texts = waiting.by_text.iter().flat_map(|(_, texts)| texts.values());
            std::iter::once(&waiting.any)
                .chain(waiting.by_action.values())
                .chain(texts)
        });
        buckets.flat_map(|bucket| bucket.iter().map(|(_, head)| head))
    }
}

impl Waiting {
    fn bucket(&mut self, key: &MatchKey) -> &mut Bucket {
        match key {
            MatchKey::Name(_) => &mut self.any,
            MatchKey::Action(_, uid) => self.by_action.entry(uid.clone()).or_default(),
            MatchKey::Text(_, argument, text) => {
                let known = self.by_text.iter().position(|(known, _)| known == argument);
                let index = known.unwrap_or_else(|| {
                    self.by_text.push((argument.clone(), HashMap::default()));
                    self.by_text.len() - 1
                });
                self.by_text[index].1.entry(text.clone()).or_default()
            }
        }
    }

    /// False if it is not there.
    fn remove(&mut self, key: &MatchKey, order: &OrderKey) -> bool {
        match key {
            MatchKey::Name(_) => self.any.remove(order),
            MatchKey::Action(_, uid) => take(&mut self.by_action, uid, order),
            MatchKey::Text(_, argument, text) => {
                let Some(index) = self.by_text.iter().position(|(known, _)| known == argument)
                else {
                    return false;
                };
                let texts = &mut self.by_text[index].1;
                let removed = take(texts, text, order);
                if texts.is_empty() {
                    self.by_text.remove(index);
                }
                removed
            }
        }
    }

    fn is_empty(&self) -> bool {
        self.any.0.is_empty() && self.by_action.is_empty() && self.by_text.is_empty()
    }
}

fn take(buckets: &mut HashMap<Name, Bucket>, key: &Name, order: &OrderKey) -> bool {
    let Some(bucket) = buckets.get_mut(key) else {
        return false;
    };
    let removed = bucket.remove(order);
    if bucket.0.is_empty() {
        buckets.remove(key);
    }
    removed
}
