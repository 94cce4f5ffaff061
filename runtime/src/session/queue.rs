//! The inputs to be processed, in order: events, and starts of flows.

use std::collections::VecDeque;
use std::sync::Arc;

use colang::machine::StartRequest;
use colang::value::Event as Inside;
use serde::{Deserialize, Serialize};
use umim::Event;

use crate::error::RuntimeError;

/// How many events may be queued, per event that one call may process. One event may cause thousands, which must not
/// fill the memory before the call ends.
const MOST_QUEUED: usize = 20;

/// One input to be processed.
#[derive(Serialize, Deserialize)]
pub(crate) enum Input {
    /// The start of `main`, of an `@active` flow, or of one that the session starts.
    Start(StartRequest),
    /// An event from outside, or one sent by a flow.
    Event(Arc<Inside>),
    /// A report on an action that is performed here.
    Performed(Arc<Inside>),
}

impl Input {
    /// An event that comes from outside.
    ///
    /// # Errors
    ///
    /// If it contains a value that no variable can hold.
    pub(crate) fn from_outside(event: &Event) -> Result<Self, RuntimeError> {
        read(event).map(Self::Event)
    }

    /// An event that the session creates itself, such as the end of a local action.
    ///
    /// # Errors
    ///
    /// If it contains a value that no variable can hold.
    pub(crate) fn made_here(event: &Event) -> Result<Self, RuntimeError> {
        read(event).map(Self::Performed)
    }

    /// The event in its internal form.
    pub(crate) fn event(&self) -> &Inside {
        match self {
            Self::Start(start) => start.event(),
            Self::Event(event) | Self::Performed(event) => event,
        }
    }
}

fn read(event: &Event) -> Result<Arc<Inside>, RuntimeError> {
    match Inside::try_from(event) {
        Ok(inside) => Ok(Arc::new(inside)),
        Err(error) => Err(RuntimeError::value(event.name(), error)),
    }
}

/// The inputs to be processed, in rounds: the consequences of one round belong to the next. The queue outlives a call
/// that has reached its limit.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Queue {
    /// The rest of this round.
    now: VecDeque<Input>,
    /// The next round.
    next: VecDeque<Input>,
}

impl Queue {
    pub(crate) fn is_empty(&self) -> bool {
        self.now.is_empty() && self.next.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.now.len() + self.next.len()
    }

    /// Whether more inputs are queued than a call with this limit of events may cause.
    pub(super) fn is_full(&self, max_events: usize) -> bool {
        self.len() > max_events.saturating_mul(MOST_QUEUED)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Input> {
        self.now.iter().chain(&self.next)
    }

    /// Appends to this round.
    pub(super) fn add_now(&mut self, inputs: impl IntoIterator<Item = Input>) {
        self.now.extend(inputs);
    }

    /// Appends to the queue.
    pub(super) fn add_next(&mut self, inputs: impl IntoIterator<Item = Input>) {
        self.next.extend(inputs);
    }

    /// Whether there is anything left in this round, or else in the next one, which then begins.
    pub(super) fn has_round(&mut self) -> bool {
        if self.now.is_empty() {
            std::mem::swap(&mut self.now, &mut self.next);
        }
        !self.now.is_empty()
    }

    /// Takes the first input of this round.
    pub(super) fn pop(&mut self) -> Option<Input> {
        self.now.pop_front()
    }
}
