//! What all conversations of a process share: the runtime, the store, the clock, and who is in memory.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use action_sdk_runtime::{Runtime, Session};
use tokio::sync::{Notify, mpsc, oneshot, watch};
use umim::{Event, Timestamp};

use crate::clock::Clock;
use crate::engine::Output;
use crate::error::{Error, ErrorKind};
use crate::id::ConversationId;
use crate::input::{Answer, Input, Receipt};
use crate::limits::{ChangePolicy, Limits};
use crate::store::Store;

/// What a host does with each session that is loaded.
pub(crate) type Prepare = Box<dyn Fn(&ConversationId, &mut Session) + Send + Sync>;

pub(crate) type Reply<T> = oneshot::Sender<Result<T, Error>>;

/// A request to a conversation.
pub(crate) enum Command {
    /// Processes an input; the first reply is sent when it is durable, the second one when it is processed.
    Input {
        input: Input,
        accepted: Option<Reply<Receipt>>,
        answered: Option<Reply<Answer>>,
    },
    Read {
        after: u64,
        reply: Reply<Vec<Output>>,
    },
    Seen {
        up_to: u64,
    },
    History(Reply<Arc<[Event]>>),
    Delete(Reply<()>),
    /// Only loads it. If `timer_is_due`, its next timer has run long enough, whatever the time of day says.
    Wake {
        timer_is_due: bool,
        reply: Reply<()>,
    },
}

/// How the conversations are closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Closing {
    Open,
    /// No more requests; running actions are awaited.
    Finishing,
    /// Everything is saved as it is.
    Now,
}

pub(crate) struct Shared {
    pub(crate) runtime: Runtime,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) limits: Limits,
    pub(crate) on_change: ChangePolicy,
    pub(crate) prepare: Option<Prepare>,
    pub(crate) closing: watch::Sender<Closing>,
    /// Tells that there is a new timer.
    pub(crate) parked: Notify,
    slots: Mutex<Slots>,
}

#[derive(Default)]
struct Slots {
    by_id: HashMap<ConversationId, Slot>,
    /// When conversations that are not in memory have to be woken up.
    timers: BTreeSet<(Timestamp, ConversationId)>,
    loaded: usize,
    /// Counts mailboxes, so that an old one is not taken for a new one.
    generation: u64,
}

struct Slot {
    mailbox: Option<(u64, mpsc::Sender<Command>)>,
    /// The number of the latest output.
    news: watch::Sender<u64>,
    due: Option<Timestamp>,
}

impl Default for Slot {
    fn default() -> Self {
        Self {
            mailbox: None,
            news: watch::Sender::new(0),
            due: None,
        }
    }
}

/// A new mailbox, for the task that works on the conversation.
pub(crate) struct Opened {
    pub(crate) generation: u64,
    pub(crate) commands: mpsc::Receiver<Command>,
    pub(crate) news: watch::Sender<u64>,
}

impl Shared {
    pub(crate) fn new(
        runtime: Runtime,
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        (limits, on_change): (Limits, ChangePolicy),
        prepare: Option<Prepare>,
    ) -> Self {
        Self {
            runtime,
            store,
            clock,
            limits,
            on_change,
            prepare,
            closing: watch::Sender::new(Closing::Open),
            parked: Notify::new(),
            slots: Mutex::default(),
        }
    }

    fn slots(&self) -> MutexGuard<'_, Slots> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a request into the mailbox of a conversation. If it is not in memory, its new mailbox is returned.
    pub(crate) fn post(
        &self,
        id: &ConversationId,
        command: Command,
    ) -> Result<Option<Opened>, Error> {
        let mut slots = self.slots();
        if *self.closing.borrow() != Closing::Open {
            let message = "the conversations are being closed";
            return Err(Error::new(ErrorKind::Closed, Some(id), message));
        }
        let opened = match slots.mailbox(id) {
            Some(_) => None,
            None if slots.loaded < self.limits.loaded => {
                Some(slots.open(id, self.limits.waiting.max(1)))
            }
            None => return Err(self.full(id, slots.loaded)),
        };
        let mailbox = slots.mailbox(id).ok_or_else(|| self.busy(id))?;
        match mailbox.try_send(command) {
            Ok(()) => Ok(opened),
            Err(_) => Err(self.busy(id)),
        }
    }

    fn full(&self, id: &ConversationId, loaded: usize) -> Error {
        let message = format!(
            "{loaded} conversations are in memory; try again later, or raise `Limits::loaded`"
        );
        Error::new(ErrorKind::Full, Some(id), message)
    }

    fn busy(&self, id: &ConversationId) -> Error {
        let message = format!(
            "{} requests are waiting for it; try again later, or raise `Limits::waiting`",
            self.limits.waiting
        );
        Error::new(ErrorKind::Busy, Some(id), message)
    }

    /// Closes a mailbox if it is empty; whoever comes later gets a new one. Returns whether it was closed.
    pub(crate) fn close_if_empty(
        &self,
        id: &ConversationId,
        commands: &mpsc::Receiver<Command>,
        due: Option<Timestamp>,
    ) -> bool {
        let mut slots = self.slots();
        if !commands.is_empty() {
            return false;
        }
        slots.close(id);
        slots.park(id, due);
        drop(slots);
        self.parked.notify_one();
        true
    }

    /// Frees the place of a conversation whose task has ended, unless it has a new one.
    pub(crate) fn forget(&self, id: &ConversationId, generation: u64) {
        let mut slots = self.slots();
        let mailbox = slots.by_id.get(id).and_then(|slot| slot.mailbox.as_ref());
        if mailbox.is_some_and(|(current, _)| *current == generation) {
            slots.close(id);
            slots.park(id, None);
        }
    }

    /// Remembers when a conversation that is not in memory has to be woken up.
    pub(crate) fn wake_at(&self, id: &ConversationId, due: Timestamp) {
        let mut slots = self.slots();
        if slots.mailbox(id).is_none() {
            slots.park(id, Some(due));
        }
        drop(slots);
        self.parked.notify_one();
    }

    /// Forgets when a conversation has to be woken up.
    pub(crate) fn forget_timer(&self, id: &ConversationId) {
        self.slots().park(id, None);
    }

    /// The next conversation that has to be woken up, and when.
    pub(crate) fn next_timer(&self) -> Option<(Timestamp, ConversationId)> {
        self.slots().timers.first().cloned()
    }

    /// How many conversations are in memory.
    pub(crate) fn loaded(&self) -> usize {
        self.slots().loaded
    }

    /// The number of the latest output of a conversation, as it changes.
    pub(crate) fn news(&self, id: &ConversationId) -> watch::Receiver<u64> {
        self.slots().slot(id).news.subscribe()
    }
}

impl Slots {
    fn slot(&mut self, id: &ConversationId) -> &mut Slot {
        self.by_id.entry(id.clone()).or_default()
    }

    fn mailbox(&self, id: &ConversationId) -> Option<&mpsc::Sender<Command>> {
        let slot = self.by_id.get(id)?;
        slot.mailbox.as_ref().map(|(_, mailbox)| mailbox)
    }

    fn open(&mut self, id: &ConversationId, waiting: usize) -> Opened {
        let (mailbox, commands) = mpsc::channel(waiting);
        self.loaded += 1;
        self.generation += 1;
        let generation = self.generation;
        self.park(id, None);
        let slot = self.slot(id);
        slot.mailbox = Some((generation, mailbox));
        Opened {
            generation,
            commands,
            news: slot.news.clone(),
        }
    }

    fn close(&mut self, id: &ConversationId) {
        if self.slot(id).mailbox.take().is_some() {
            self.loaded -= 1;
        }
    }

    /// Sets or removes the time at which a conversation has to be woken up. A place that nobody needs is freed.
    fn park(&mut self, id: &ConversationId, due: Option<Timestamp>) {
        let slot = self.slot(id);
        let before = std::mem::replace(&mut slot.due, due);
        let is_needed = due.is_some() || slot.mailbox.is_some() || slot.news.receiver_count() > 0;
        if let Some(before) = before {
            self.timers.remove(&(before, id.clone()));
        }
        if let Some(due) = due {
            self.timers.insert((due, id.clone()));
        }
        if !is_needed {
            self.by_id.remove(id);
        }
    }
}
