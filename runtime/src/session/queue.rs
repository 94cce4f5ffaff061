//! What is to be run, in its order: events, and the starts of flows.

use std::collections::VecDeque;
use std::sync::Arc;

use colang::machine::StartRequest;
use colang::value::Event as Inside;
use serde::{Deserialize, Serialize};
use umim::Event;

use crate::error::RuntimeError;

/// How many events may be queued for each that one call may process. One event may set off thousands, and what they set
/// off in turn must not fill the memory before the call ends.
const MOST_QUEUED: usize = 20;

/// One thing that is to be run.
#[derive(Serialize, Deserialize)]
pub(crate) enum Input {
    /// The start of `main`, of a flow with `@active`, or of one that the session itself wants.
    Start(StartRequest),
    /// An event from outside, or one that a flow has sent.
    Event(Arc<Inside>),
    /// What has become of an action that is performed here.
    Performed(Arc<Inside>),
}

impl Input {
    /// An event that comes from outside.
    ///
    /// # Errors
    ///
    /// If it holds a value that no variable can hold.
    pub(crate) fn from_outside(event: &Event) -> Result<Self, RuntimeError> {
        read(event).map(Self::Event)
    }

    /// An event that the session makes itself, such as the end of an action that ran here.
    ///
    /// # Errors
    ///
    /// If it holds a value that no variable can hold.
    pub(crate) fn made_here(event: &Event) -> Result<Self, RuntimeError> {
        read(event).map(Self::Performed)
    }

    /// The event, as flows see it.
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

/// What is to be run, in rounds: what one round sets off belongs to the next. It outlives a call that has reached its
/// limit.
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

    /// Whether more is queued than a call that may process so many events lets happen.
    pub(super) fn is_full(&self, max_events: usize) -> bool {
        self.len() > max_events.saturating_mul(MOST_QUEUED)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Input> {
        self.now.iter().chain(&self.next)
    }

    /// Puts something behind the rest of this round.
    pub(super) fn add_now(&mut self, inputs: impl IntoIterator<Item = Input>) {
        self.now.extend(inputs);
    }

    /// Puts something behind all that is there.
    pub(super) fn add_next(&mut self, inputs: impl IntoIterator<Item = Input>) {
        self.next.extend(inputs);
    }

    /// Whether anything is left for this round, or else for the next one, which then begins.
    pub(super) fn has_round(&mut self) -> bool {
        if self.now.is_empty() {
            std::mem::swap(&mut self.now, &mut self.next);
        }
        !self.now.is_empty()
    }

    /// Takes out what is first in this round.
    pub(super) fn pop(&mut self) -> Option<Input> {
        self.now.pop_front()
    }
}
