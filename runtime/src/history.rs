//! The latest events of a conversation: an append-only log beside what is saved.

use std::collections::VecDeque;
use std::sync::{Arc, LazyLock};

use colang::value::Event as Inside;
use umim::Event;

use crate::convert;

/// How many events are kept (nemoguardrails 0.24.1).
pub(crate) const KEPT: usize = 500;

/// What happened before this session, read when somebody asks for it.
type Earlier = LazyLock<Vec<Event>, Box<dyn FnOnce() -> Vec<Event> + Send>>;

/// The latest events, oldest first.
#[derive(Default)]
pub(crate) struct History {
    events: VecDeque<Arc<Inside>>,
    /// How many of the latest have not been handed out as a log.
    new: usize,
    earlier: Option<Arc<Earlier>>,
}

impl History {
    pub(crate) fn push(&mut self, event: Arc<Inside>) {
        self.events.push_back(event);
        self.new += 1;
    }

    /// Forgets all but the latest events.
    pub(crate) fn cut(&mut self) {
        let surplus = self.events.len().saturating_sub(KEPT);
        self.events.drain(..surplus);
        self.new = self.new.min(self.events.len());
    }

    /// What has been added since the last time, as far as it is still there.
    pub(crate) fn take_new(&mut self) -> Vec<Event> {
        let seen = self.events.len() - std::mem::take(&mut self.new);
        self.events
            .range(seen..)
            .map(|event| convert::to_outside(event))
            .collect()
    }

    pub(crate) fn set_earlier(&mut self, events: impl FnOnce() -> Vec<Event> + Send + 'static) {
        self.earlier = Some(Arc::new(LazyLock::new(Box::new(events))));
    }

    /// Something that lists the latest events as they are now, at the price of counting references.
    pub(crate) fn recent(&self) -> impl FnOnce() -> Arc<[Event]> + Send + 'static {
        let (events, earlier) = (self.events.clone(), self.earlier.clone());
        move || {
            let earlier = earlier.as_deref().map_or(&[][..], |earlier| &**earlier);
            let surplus = (earlier.len() + events.len()).saturating_sub(KEPT);
            let surplus_here = surplus.saturating_sub(earlier.len());
            let earlier = earlier.iter().skip(surplus).cloned();
            let here = events.iter().skip(surplus_here);
            earlier
                .chain(here.map(|event| convert::to_outside(event)))
                .collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(count: usize) -> History {
        let mut history = History::default();
        for number in 0..count {
            history.push(Arc::new(Inside::new(&format!("E{number}"))));
        }
        history.cut();
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
        history.push(Arc::new(Inside::new("New")));
        let new = history.take_new();
        assert_eq!((new.len(), new[0].name()), (1, "New"));
        assert!(history.take_new().is_empty());
    }
}
