//! The matching index: which heads wait for which events, so that an event only examines those that it can match.
//!
//! A head is listed under the most specific key that cannot change while it waits.

use std::cmp::Reverse;

use super::events::Incoming;
use super::hierarchy::Hierarchy;
use super::ids::HeadRef;
use crate::map::IndexMap;
use crate::program::{EventName, Name};

/// The key under which a waiting head is listed: the event, and a certain property of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct MatchKey {
    pub(crate) event: EventName,
    pub(crate) by: By,
}

/// A certain property of an event besides its name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum By {
    Nothing,
    /// It is about a flow of this name.
    Flow(Name),
    /// It is about the instance with this uid, which may not exist yet.
    Instance(Name),
    /// It is about the action with this uid.
    Action(Name),
    /// It has this string as an argument.
    Argument(Name, Name),
}

impl MatchKey {
    /// Whether the key matches an event that is processed under this name.
    pub(super) fn admits(&self, name: &EventName, event: &Incoming) -> bool {
        self.event == *name
            && match &self.by {
                By::Nothing => true,
                By::Flow(id) => event.string("flow_id").as_ref() == Some(id),
                By::Instance(uid) => event.string("flow_instance_uid").as_ref() == Some(uid),
                By::Action(uid) => event.action() == Some(uid),
                By::Argument(argument, text) => event.string(argument).as_ref() == Some(text),
            }
    }
}

/// The order in which heads get an event: by the priority of their interaction loop, by their flow's hierarchy
/// position, and by the time since when they wait.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct OrderKey {
    pub(crate) priority: Reverse<i64>,
    pub(crate) hierarchy: Hierarchy,
    pub(crate) arrival: u64,
}

/// Heads in the order in which they get an event. Most buckets have only one entry.
#[derive(Debug, Clone)]
enum Bucket {
    One((OrderKey, HeadRef)),
    Many(Vec<(OrderKey, HeadRef)>),
}

impl Bucket {
    fn as_slice(&self) -> &[(OrderKey, HeadRef)] {
        match self {
            Self::One(only) => std::slice::from_ref(only),
            Self::Many(heads) => heads,
        }
    }

    fn insert(&mut self, order: OrderKey, head: HeadRef) {
        let place = self.as_slice().partition_point(|(other, _)| *other < order);
        match self {
            Self::One(only) => {
                let mut both = vec![only.clone()];
                both.insert(place, (order, head));
                *self = Self::Many(both);
            }
            Self::Many(heads) => heads.insert(place, (order, head)),
        }
    }

    /// Whether the head was listed, and whether none is left.
    fn remove(&mut self, order: &OrderKey) -> (bool, bool) {
        let place = self
            .as_slice()
            .binary_search_by(|(other, _)| other.cmp(order));
        match (self, place) {
            (Self::One(_), place) => (place.is_ok(), place.is_ok()),
            (Self::Many(heads), Ok(place)) => {
                heads.remove(place);
                (true, heads.is_empty())
            }
            (Self::Many(_), Err(_)) => (false, false),
        }
    }
}

/// The waiting heads, by key.
#[derive(Debug, Clone, Default)]
pub(crate) struct MatchIndex {
    buckets: IndexMap<MatchKey, Bucket>,
    names: IndexMap<EventName, Waiting>,
}

/// How many heads wait for events of one name, by kind of key, so that unused kinds are skipped.
#[derive(Debug, Clone, Default)]
struct Waiting {
    heads: usize,
    by_flow: usize,
    by_instance: usize,
    by_action: usize,
    /// Only few are used.
    by_argument: Vec<(Name, usize)>,
}

impl Waiting {
    fn count(&mut self, by: &By, change: isize) {
        let add = |count: &mut usize| *count = count.saturating_add_signed(change);
        add(&mut self.heads);
        match by {
            By::Nothing => {}
            By::Flow(_) => add(&mut self.by_flow),
            By::Instance(_) => add(&mut self.by_instance),
            By::Action(_) => add(&mut self.by_action),
            By::Argument(argument, _) => {
                let known = self.by_argument.iter().position(|(one, _)| one == argument);
                let place = known.unwrap_or_else(|| {
                    self.by_argument.push((argument.clone(), 0));
                    self.by_argument.len() - 1
                });
                add(&mut self.by_argument[place].1);
                if self.by_argument[place].1 == 0 {
                    self.by_argument.remove(place);
                }
            }
        }
    }

    /// The keys of heads that this event may match.
    fn keys(&self, event: &Incoming) -> impl Iterator<Item = By> {
        let by = |count: usize, field: &str, by: fn(Name) -> By| {
            (count > 0).then(|| event.string(field).map(by)).flatten()
        };
        let action = event.action().filter(|_| self.by_action > 0);
        let arguments = self.by_argument.iter().filter_map(|(argument, _)| {
            Some(By::Argument(argument.clone(), event.string(argument)?))
        });
        std::iter::once(By::Nothing)
            .chain(by(self.by_flow, "flow_id", By::Flow))
            .chain(by(self.by_instance, "flow_instance_uid", By::Instance))
            .chain(action.cloned().map(By::Action))
            .chain(arguments)
    }
}

impl MatchIndex {
    pub(crate) fn insert(&mut self, head: HeadRef, key: &MatchKey, order: OrderKey) {
        match self.buckets.get_mut(key) {
            Some(bucket) => bucket.insert(order, head),
            None => {
                self.buckets.insert(key.clone(), Bucket::One((order, head)));
            }
        }
        match self.names.get_mut(&key.event) {
            Some(waiting) => waiting.count(&key.by, 1),
            None => {
                let waiting = self.names.entry(key.event.clone()).or_default();
                waiting.count(&key.by, 1);
            }
        }
    }

    pub(crate) fn remove(&mut self, key: &MatchKey, order: &OrderKey) {
        let bucket = self.buckets.get_full_mut(key);
        let (place, (was_listed, is_empty)) = match bucket {
            Some((place, _, bucket)) => (place, bucket.remove(order)),
            None => (0, (false, false)),
        };
        debug_assert!(was_listed, "a head is not where the index has it");
        if is_empty {
            self.buckets.swap_remove_index(place);
        }
        let waiting = self.names.get_full_mut(&key.event);
        let Some((place, _, waiting)) = waiting.filter(|_| was_listed) else {
            return;
        };
        waiting.count(&key.by, -1);
        if waiting.heads == 0 {
            self.names.swap_remove_index(place);
        }
    }

    /// How many heads wait.
    pub(crate) fn len(&self) -> usize {
        self.names.values().map(|waiting| waiting.heads).sum()
    }

    /// Whether a head waits for an event of this name.
    pub(crate) fn has(&self, name: &EventName) -> bool {
        self.names.contains_key(name)
    }

    /// The heads that an event may match if it is processed under this name.
    pub(crate) fn find<'a>(
        &'a self,
        name: &'a EventName,
        event: &'a Incoming,
    ) -> impl Iterator<Item = &'a (OrderKey, HeadRef)> {
        let keys = self.names.get(name).into_iter();
        let keys = keys.flat_map(move |waiting| waiting.keys(event));
        keys.filter_map(move |by| {
            let event = name.clone();
            self.buckets.get(&MatchKey { event, by })
        })
        .flat_map(Bucket::as_slice)
    }

    /// The keys of the heads that wait for events of this name, with the order of each.
    pub(crate) fn keys(&self, name: &EventName) -> impl Iterator<Item = (&By, &OrderKey)> {
        self.of_name(name).map(|(by, (order, _))| (by, order))
    }

    /// All heads that wait for an event of this name.
    pub(crate) fn all(&self, name: &EventName) -> impl Iterator<Item = HeadRef> {
        self.of_name(name).map(|(_, (_, head))| *head)
    }

    fn of_name(&self, name: &EventName) -> impl Iterator<Item = (&By, &(OrderKey, HeadRef))> {
        let buckets = self.buckets.iter().filter(|(key, _)| key.event == *name);
        buckets.flat_map(|(key, bucket)| bucket.as_slice().iter().map(|one| (&key.by, one)))
    }
}
