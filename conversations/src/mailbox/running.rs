//! The actions and timers of a conversation that are running.

use std::collections::BTreeMap;
use std::time::Duration;

use action_sdk_runtime::{ActionEnd, OpenTimer};
use futures_core::future::BoxFuture;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use umim::Timestamp;

use crate::clock::{Clock, between};

/// Running actions, by `action_uid`. Dropping it aborts them.
pub(super) struct Actions {
    tasks: BTreeMap<String, JoinHandle<()>>,
    ends: mpsc::UnboundedSender<ActionEnd>,
}

impl Actions {
    /// Their ends are sent to this channel; it is not bounded, since there are no more of them than actions.
    pub(super) fn new(ends: mpsc::UnboundedSender<ActionEnd>) -> Self {
        Self {
            tasks: BTreeMap::new(),
            ends,
        }
    }

    pub(super) fn start(&mut self, action_uid: String, action: BoxFuture<'static, ActionEnd>) {
        let ends = self.ends.clone();
        let task = tokio::spawn(async move {
            let _gone = ends.send(action.await);
        });
        self.tasks.insert(action_uid, task);
    }

    pub(super) fn stop(&mut self, action_uid: &str) {
        if let Some(task) = self.tasks.remove(action_uid) {
            task.abort();
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }
}

impl Drop for Actions {
    fn drop(&mut self) {
        self.tasks.values().for_each(JoinHandle::abort);
    }
}

/// The timers that are set, and the sleep until the next one.
#[derive(Default)]
pub(super) struct Timers {
    set: BTreeMap<String, OpenTimer>,
    next: Option<(String, BoxFuture<'static, ()>)>,
}

impl Timers {
    pub(super) fn set(&mut self, timer: OpenTimer) {
        self.set.insert(timer.action_uid.clone(), timer);
        self.next = None;
    }

    pub(super) fn stop(&mut self, action_uid: &str) {
        if self.set.remove(action_uid).is_some() {
            self.next = None;
        }
    }

    /// Lets the next timer fire at once.
    pub(super) fn fire_next(&mut self) {
        let next = self.set.values().min_by_key(|timer| timer.due);
        self.next = next.map(|timer| {
            let at_once: BoxFuture<'static, ()> = Box::pin(std::future::ready(()));
            (timer.action_uid.clone(), at_once)
        });
    }

    /// Whether a timer fires so soon that it is not worth while to unload the conversation.
    pub(super) fn fires_within(&self, soon: Duration, now: Timestamp) -> bool {
        self.set.values().any(|timer| left(timer, now) <= soon)
    }

    /// Waits until the next timer fires, and returns it; for ever if there is none. The time left is measured once, so
    /// that a clock that jumps later does not matter. The future may be dropped at any time.
    pub(super) async fn fired(&mut self, clock: &dyn Clock) -> (String, Timestamp) {
        if self.next.is_none() {
            let next = self.set.values().min_by_key(|timer| timer.due);
            self.next = next.map(|timer| {
                let left = left(timer, clock.now());
                (timer.action_uid.clone(), clock.sleep(left))
            });
        }
        let Some((action_uid, sleep)) = &mut self.next else {
            return std::future::pending().await;
        };
        sleep.await;
        let action_uid = action_uid.clone();
        self.next = None;
        let due = self.set.remove(&action_uid).map(|timer| timer.due);
        (action_uid, due.unwrap_or_else(|| clock.now()))
    }
}

/// The time left. If the clock was set back, not more than the whole duration.
fn left(timer: &OpenTimer, now: Timestamp) -> Duration {
    between(now, timer.due).min(between(timer.began, timer.due))
}
