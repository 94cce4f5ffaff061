//! All conversations of a process: built on a runtime and a store, taken up where they were left.

use std::sync::{Arc, Weak};
use std::time::Duration;

use action_sdk_runtime::{Runtime, Session};
use tokio::sync::Semaphore;
use umim::Timestamp;

use crate::clock::{Clock, SystemClock, between};
use crate::conversation::Conversation;
use crate::error::Error;
use crate::id::ConversationId;
use crate::limits::{ChangePolicy, Limits};
use crate::shared::{Closing, Prepare, Shared};
use crate::store::{Listed, Store, StoreError};

/// How many conversations are listed at a time.
const PAGE: usize = 256;

/// How many conversations are taken up at the same time after a start. Others are loaded meanwhile on request.
const TAKEN_UP_TOGETHER: usize = 16;

/// The time of day is looked at so often, in case it jumps.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);

/// How long until the store is asked again after it failed.
const RETRY: Duration = Duration::from_secs(1);

/// Keeps conversations in a store: any number of them, each worked on by one task at a time. Cheap to clone.
#[derive(Clone)]
pub struct Conversations {
    shared: Arc<Shared>,
}

/// Builds [`Conversations`].
#[must_use = "nothing happens before `.open()`"]
pub struct ConversationsBuilder {
    runtime: Runtime,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    limits: Limits,
    on_change: ChangePolicy,
    prepare: Option<Prepare>,
}

impl Conversations {
    /// A builder for conversations of this runtime in this store.
    pub fn builder(runtime: Runtime, store: impl Store) -> ConversationsBuilder {
        ConversationsBuilder {
            runtime,
            store: Arc::new(store),
            clock: Arc::new(SystemClock),
            limits: Limits::default(),
            on_change: ChangePolicy::default(),
            prepare: None,
        }
    }

    /// A conversation, which need not exist yet.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Id`](crate::ErrorKind::Id) if the id is not allowed.
    pub fn conversation(&self, id: &str) -> Result<Conversation, Error> {
        let id = ConversationId::new(id)?;
        Ok(Conversation::new(Arc::clone(&self.shared), id))
    }

    /// At most so many conversations in the store whose ids come after this one, in the order of their ids.
    ///
    /// # Errors
    ///
    /// If the store fails.
    pub async fn list(
        &self,
        after: Option<&ConversationId>,
        most: usize,
    ) -> Result<Vec<ConversationId>, StoreError> {
        let listed = self.shared.store.list(after, most).await?;
        Ok(listed.into_iter().map(|listed| listed.id).collect())
    }

    /// How many conversations are in memory.
    #[must_use]
    pub fn loaded(&self) -> usize {
        self.shared.loaded()
    }

    /// Closes all conversations: nothing more is accepted, running actions are awaited for this long, then everything is
    /// saved. Actions that are still running then are treated as if the process had been killed.
    pub async fn close(&self, patience: Duration) {
        let shared = &self.shared;
        shared.closing.send_replace(Closing::Finishing);
        let clock = Arc::clone(&shared.clock);
        tokio::select! {
            () = all_unloaded(shared) => {}
            () = clock.sleep(patience) => {}
        }
        shared.closing.send_replace(Closing::Now);
        all_unloaded(shared).await;
    }
}

async fn all_unloaded(shared: &Shared) {
    while shared.loaded() > 0 {
        shared.clock.sleep(Duration::from_millis(5)).await;
    }
}

impl std::fmt::Debug for Conversations {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Conversations")
            .field("loaded", &self.loaded())
            .finish_non_exhaustive()
    }
}

impl ConversationsBuilder {
    /// Sets where the time comes from. By default the clocks of the system.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Sets the limits.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets what happens to conversations whose flows were changed while they were running.
    pub fn on_change(mut self, policy: ChangePolicy) -> Self {
        self.on_change = policy;
        self
    }

    /// Sets what is done with each session that is loaded, such as
    /// [attaching](action_sdk_runtime::Session::set_extension) the tenant of the conversation for its actions. It must
    /// not process events.
    pub fn prepare(
        mut self,
        prepare: impl Fn(&ConversationId, &mut Session) + Send + Sync + 'static,
    ) -> Self {
        self.prepare = Some(Box::new(prepare));
        self
    }

    /// Opens the conversations: those that were interrupted when a process ended are taken up, and timers fire. Must be
    /// called in a tokio runtime, which does the work.
    #[must_use]
    pub fn open(self) -> Conversations {
        let Self {
            runtime,
            store,
            clock,
            limits,
            on_change,
            prepare,
        } = self;
        let shared = Shared::new(runtime, store, clock, (limits, on_change), prepare);
        let shared = Arc::new(shared);
        tokio::spawn(wake_all(Arc::downgrade(&shared)));
        tokio::spawn(take_up_all(Arc::clone(&shared)));
        Conversations { shared }
    }
}

/// Finds the conversations that were interrupted, and those with timers.
async fn take_up_all(shared: Arc<Shared>) {
    let together = Arc::new(Semaphore::new(TAKEN_UP_TOGETHER));
    let mut after: Option<ConversationId> = None;
    while *shared.closing.borrow() == Closing::Open {
        let page = match shared.store.list(after.as_ref(), PAGE).await {
            Ok(page) => page,
            Err(error) => {
                tracing::warn!(%error, "the conversations cannot be listed");
                shared.clock.sleep(RETRY).await;
                continue;
            }
        };
        let Some(last) = page.last() else {
            return;
        };
        after = Some(last.id.clone());
        for listed in page {
            take_up(&shared, listed, &together).await;
        }
    }
}

async fn take_up(shared: &Arc<Shared>, listed: Listed, together: &Arc<Semaphore>) {
    let Listed {
        id,
        has_records,
        due,
    } = listed;
    if !has_records {
        if let Some(due) = due {
            shared.wake_at(&id, due);
        }
        return;
    }
    let Ok(permit) = Arc::clone(together).acquire_owned().await else {
        return;
    };
    let conversation = Conversation::new(Arc::clone(shared), id);
    tokio::spawn(async move {
        wake(&conversation).await;
        drop(permit);
    });
}

async fn wake(conversation: &Conversation) {
    if let Err(error) = conversation.wake().await {
        tracing::warn!(%error, "a conversation is not taken up");
    }
}

/// A timer of a conversation that is not in memory.
type Parked = (Timestamp, ConversationId);

/// Wakes conversations that are not in memory when their timers fire: at their time of day, or when they have run long
/// enough if that was set back.
async fn wake_all(shared: Weak<Shared>) {
    let mut first: Option<(Parked, Duration)> = None;
    while let Some(here) = shared.upgrade() {
        let now = here.clock.now();
        let next = here.next_timer();
        let left = next.as_ref().map(|next| left(next, first.as_ref(), now));
        if let (Some((_, id)), Some(Duration::ZERO)) = (&next, left) {
            wake_for_timer(&here, id).await;
            continue;
        }
        let sleep = left.unwrap_or(LONGEST_SLEEP).min(LONGEST_SLEEP);
        first = next.zip(left);
        tokio::select! {
            () = here.clock.sleep(sleep) => {
                first = first.map(|(parked, left)| (parked, left.saturating_sub(sleep)));
            }
            () = here.parked.notified() => {}
        }
    }
}

fn left((due, id): &Parked, before: Option<&(Parked, Duration)>, now: Timestamp) -> Duration {
    let left = between(now, *due);
    let same = before.filter(|((other_due, other), _)| other_due == due && other == id);
    same.map_or(left, |(_, before)| left.min(*before))
}

/// A conversation that cannot be loaded is not tried again before the next start.
async fn wake_for_timer(shared: &Arc<Shared>, id: &ConversationId) {
    let conversation = Conversation::new(Arc::clone(shared), id.clone());
    if let Err(error) = conversation.wake_for_timer().await {
        tracing::warn!(%error, "a conversation with a timer is not woken up");
        shared.forget_timer(id);
    }
}
