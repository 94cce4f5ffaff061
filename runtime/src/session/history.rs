//! The latest events of a conversation: a bounded log in addition to the state of the flows.

use std::collections::VecDeque;
use std::sync::{Arc, LazyLock};

use colang::value::Event as Inside;
use serde::{Deserialize, Serialize};
use umim::Event;

use crate::convert;
use crate::size;

/// How many events are kept (nemoguardrails 0.24.1).
pub(crate) const KEPT: usize = 500;

/// The events before this session, loaded on demand.
type Earlier = LazyLock<Vec<Event>, Box<dyn FnOnce() -> Vec<Event> + Send>>;

/// The latest events, oldest first.
pub(crate) struct History {
    events: VecDeque<Entry>,
    /// The size of all events.
    bytes: usize,
    most_bytes: usize,
    /// How many of the latest events have not been returned as a log yet.
    new: usize,
    earlier: Option<Arc<Earlier>>,
}

#[derive(Clone)]
struct Entry {
    told: Told,
    bytes: usize,
}

#[derive(Clone)]
enum Told {
    /// In this session.
    Here(Arc<Inside>),
    /// From before the conversation was saved.
    Before(Arc<Event>),
}

impl Entry {
    fn event(&self) -> Event {
        match &self.told {
            Told::Here(event) => convert::to_outside(event),
            Told::Before(event) => (**event).clone(),
        }
    }
}

/// The part of a history that is saved with a conversation.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct SavedHistory {
    events: Vec<Event>,
    /// How many of the latest events have not been returned as a log yet.
    new: usize,
}

impl SavedHistory {
    pub(crate) fn is_empty(&self) -> bool {
        self.events.is_empty()
    }
}

impl History {
    /// A history with this maximum size in bytes.
    pub(crate) fn new(most_bytes: usize) -> Self {
        Self {
            events: VecDeque::new(),
            bytes: 0,
            most_bytes,
            new: 0,
            earlier: None,
        }
    }

    /// Continues a saved history.
    pub(crate) fn restore(&mut self, saved: SavedHistory) {
        for event in saved.events {
            let bytes = size::of_json(&event);
            let told = Told::Before(Arc::new(event));
            self.add(Entry { told, bytes });
        }
        self.new = saved.new;
        self.cut();
    }

    /// Adds an event, and returns its size in bytes.
    pub(crate) fn push(&mut self, event: Arc<Inside>) -> usize {
        let bytes = size::of_event(&event);
        let told = Told::Here(event);
        self.add(Entry { told, bytes });
        bytes
    }

    fn add(&mut self, entry: Entry) {
        self.bytes += entry.bytes;
        self.events.push_back(entry);
        self.new += 1;
        while self.bytes > self.most_bytes {
            self.forget_first();
        }
    }

    fn forget_first(&mut self) {
        if let Some(first) = self.events.pop_front() {
            self.bytes -= first.bytes;
        }
        self.new = self.new.min(self.events.len());
    }

    /// Drops all but the latest events.
    pub(crate) fn cut(&mut self) {
        while self.events.len() > KEPT {
            self.forget_first();
        }
        self.new = self.new.min(self.events.len());
    }

    /// The events added since the last call, as far as they are still there.
    pub(crate) fn take_new(&mut self) -> Vec<Event> {
        let seen = self.events.len() - std::mem::take(&mut self.new);
        self.events.range(seen..).map(Entry::event).collect()
    }

    /// Events that were returned before the conversation was saved are part of `events`, and are not repeated.
    pub(crate) fn set_earlier(&mut self, events: impl FnOnce() -> Vec<Event> + Send + 'static) {
        while self.events.len() > self.new
            && matches!(self.events.front(), Some(first) if matches!(first.told, Told::Before(_)))
        {
            self.forget_first();
        }
        self.earlier = Some(Arc::new(LazyLock::new(Box::new(events))));
    }

    /// The latest events within this size.
    pub(crate) fn saved(&self, most_bytes: usize) -> SavedHistory {
        let mut left = most_bytes;
        let fits = |entry: &&Entry| {
            left.checked_sub(entry.bytes)
                .inspect(|rest| left = *rest)
                .is_some()
        };
        let latest = self.events.iter().rev().take(KEPT).take_while(fits);
        let mut events: Vec<_> = latest.map(Entry::event).collect();
        events.reverse();
        let new = self.new.min(events.len());
        SavedHistory { events, new }
    }

    /// A function that lists the current events, at the cost of counting references.
    pub(crate) fn recent(&self) -> impl FnOnce() -> Arc<[Event]> + Send + 'static {
        let (events, earlier) = (self.events.clone(), self.earlier.clone());
        move || {
            let earlier = earlier.as_deref().map_or(&[][..], |earlier| &**earlier);
            let surplus = (earlier.len() + events.len()).saturating_sub(KEPT);
            let surplus_here = surplus.saturating_sub(earlier.len());
            let earlier = earlier.iter().skip(surplus).cloned();
            let here = events.iter().skip(surplus_here).map(Entry::event);
            earlier.chain(here).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add(history: &mut History, name: &str) {
        history.push(Arc::new(Inside::new(name)));
    }

    fn of(count: usize) -> History {
        let mut history = History::new(usize::MAX);
        for number in 0..count {
            add(&mut history, &format!("E{number}"));
        }
        history.cut();
        history
    }

    fn resumed(saved: SavedHistory) -> History {
        let mut history = History::new(usize::MAX);
        history.restore(saved);
        history
    }

    #[track_caller]
    fn check(history: &History, expected: usize, first: &str) {
        let events = history.recent()();
        assert_eq!((events.len(), events[0].name()), (expected, first));
    }

    #[test]
    fn keeps_the_latest() {
        check(&of(3), 3, "E0");
        check(&of(KEPT + 3), KEPT, "E3");
    }

    #[test]
    fn keeps_so_many_bytes() {
        let mut history = History::new(1_000);
        for number in 100..1_000 {
            add(&mut history, &format!("E{number}"));
        }
        check(&history, 125, "E875");
    }

    #[test]
    fn what_was_earlier_comes_first() {
        let mut history = of(3);
        history.set_earlier(|| vec![Event::new("Before")]);
        check(&history, 4, "Before");
        let mut history = of(KEPT);
        history.set_earlier(|| vec![Event::new("Before")]);
        check(&history, KEPT, "E0");
    }

    #[test]
    fn the_log_tells_each_event_once() {
        let mut history = of(3);
        assert_eq!(history.take_new().len(), 3);
        add(&mut history, "New");
        let new = history.take_new();
        assert_eq!((new.len(), new[0].name()), (1, "New"));
        assert!(history.take_new().is_empty());
    }

    #[test]
    fn a_saved_one_goes_on() {
        let mut history = resumed(of(3).saved(usize::MAX));
        add(&mut history, "New");
        check(&history, 4, "E0");
    }

    #[test]
    fn so_many_bytes_are_saved() {
        check(&resumed(of(10).saved(19)), 3, "E7");
        assert!(of(10).saved(0).is_empty());
    }

    #[test]
    fn the_log_goes_on_where_it_was_when_it_was_saved() {
        let mut history = of(3);
        history.take_new();
        add(&mut history, "New");
        let mut again = resumed(history.saved(usize::MAX));
        let new = again.take_new();
        assert_eq!((new.len(), new[0].name()), (1, "New"));
    }

    #[test]
    fn what_the_log_has_is_not_told_twice() {
        let mut history = of(3);
        let log = history.take_new();
        add(&mut history, "New");
        let mut again = resumed(history.saved(usize::MAX));
        again.set_earlier(move || log);
        check(&again, 4, "E0");
    }
}
