//! The local actions whose end has not been reported to the flows, in the order of their start.

mod call;
mod ended;
pub(crate) mod timer;

use std::future::poll_fn;
use std::task::{Context, Poll, Waker};

use action_sdk::{ActionStart, Map};

use crate::intrinsic::Intrinsic;

pub(crate) use call::{Call, Place, Work};
pub(crate) use ended::{Ended, Outcome};

/// All calls of a session, in the order of their start.
#[derive(Default)]
pub(crate) struct Calls(Vec<Call>);

impl Calls {
    pub(crate) fn push(&mut self, call: Call) {
        self.0.push(call);
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Call> {
        self.0.iter()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether there is a call that the cycle has to wait for.
    pub(crate) fn any_in_foreground(&self) -> bool {
        self.0.iter().any(|call| call.place() == Place::Foreground)
    }

    /// Whether there are calls besides running timers.
    pub(crate) fn any_action(&self) -> bool {
        self.0.iter().any(|call| !call.is_timer())
    }

    /// How many actions are in the background, without running timers.
    pub(crate) fn count_in_background(&self) -> usize {
        let is_it = |call: &&Call| call.place() == Place::Background && !call.is_timer();
        self.0.iter().filter(is_it).count()
    }

    /// Starts what cannot be started outside of tokio: timers, and actions that were interrupted when the
    /// conversation was saved.
    pub(crate) fn begin(&mut self, work: impl Fn(&ActionStart) -> Option<Work>) {
        self.begin_timers();
        for call in self.0.iter_mut().filter(|call| call.is_interrupted()) {
            if let Some(work) = work(call.start()) {
                call.begin_again(work);
            }
        }
    }

    /// Starts the timers that are not running yet.
    pub(crate) fn begin_timers(&mut self) {
        self.0.iter_mut().for_each(Call::begin_timer);
    }

    /// The first call that the session must perform itself.
    pub(crate) fn for_engine(&mut self) -> Option<(&mut Call, Intrinsic)> {
        self.0.iter_mut().find_map(|call| {
            let intrinsic = call.intrinsic()?;
            Some((call, intrinsic))
        })
    }

    /// The running call of an action or a timer.
    pub(crate) fn running_mut(&mut self, action_uid: &str) -> Option<&mut Call> {
        let mut running = self.0.iter_mut().filter(|call| !call.has_ended());
        running.find(|call| call.start().action_uid() == action_uid)
    }

    /// Polls all calls, without waiting.
    pub(crate) fn advance(&mut self) {
        let mut cx = Context::from_waker(Waker::noop());
        for call in &mut self.0 {
            call.poll(&mut cx);
        }
    }

    /// Takes the context updates of ended calls.
    pub(crate) fn take_context_updates(&mut self) -> Map {
        let ended = self.0.iter_mut().filter_map(Call::ended_mut);
        let updates = ended.map(|ended| std::mem::take(&mut ended.context_updates));
        updates.flatten().collect()
    }

    /// Takes the calls that have ended at this place.
    pub(crate) fn take_ended(&mut self, place: Place) -> Vec<(ActionStart, Ended)> {
        let is_it = |call: &mut Call| call.has_ended() && call.place() == place;
        let ended = self.0.extract_if(.., is_it).filter_map(Call::into_ended);
        ended.collect()
    }

    /// Removes a timer without reporting it.
    pub(crate) fn remove_timer(&mut self, action_uid: &str) {
        self.0
            .retain(|call| !(call.is_timer() && call.start().action_uid() == action_uid));
    }

    /// Cancels an action; returns whether it was running.
    pub(crate) fn cancel(&mut self, action: &str, action_uid: &str) -> bool {
        let running = self.0.iter_mut().filter(|call| !call.has_ended());
        let running = running.filter(|call| call.start().action_name() == action);
        let mut found = false;
        for call in running.filter(|call| call.start().action_uid() == action_uid) {
            call.cancel("it was stopped");
            found = true;
        }
        found
    }

    /// Cancels all actions, but not timers.
    pub(crate) fn cancel_all(&mut self) {
        let running = self.0.iter_mut();
        let running = running.filter(|call| !call.has_ended() && !call.is_timer());
        running.for_each(|call| call.cancel("the session cancelled its actions"));
    }

    /// Waits until a call in the foreground has ended; returns at once if there is none.
    pub(crate) async fn foreground_has_ended(&mut self) {
        self.begin_timers();
        let is_it = |call: &Call| call.place() == Place::Foreground;
        poll_fn(
            |cx| match !self.any_in_foreground() || self.poll(cx, is_it) {
                true => Poll::Ready(()),
                false => Poll::Pending,
            },
        )
        .await;
    }

    /// Waits until any call has ended; returns at once if there is none.
    pub(crate) async fn any_has_ended(&mut self) {
        self.begin_timers();
        poll_fn(|cx| match self.is_empty() || self.poll_any(cx) {
            true => Poll::Ready(()),
            false => Poll::Pending,
        })
        .await;
    }

    /// Whether a call has ended; if not, the task is woken when one does.
    pub(crate) fn poll_any(&mut self, cx: &mut Context<'_>) -> bool {
        self.poll(cx, |_| true)
    }

    /// All of these calls are polled, so that each of them can wake the task.
    fn poll(&mut self, cx: &mut Context<'_>, counts: impl Fn(&Call) -> bool) -> bool {
        let mut ended = false;
        for call in self.0.iter_mut().filter(|call| counts(call)) {
            ended |= call.poll(cx);
        }
        ended
    }
}
