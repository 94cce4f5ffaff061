//! The queued events, and the event that is being processed.

use std::cell::OnceCell;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use umim::ActionEventName;

use super::{InternalEvent, Unhandled};
use crate::program::{EventName, Name};
use crate::state::scores::Scores;
use crate::value::{Event, EventKind};

/// An event in the queue, with the scores of the matches that led to it.
#[derive(Debug, Clone)]
pub(crate) struct Queued {
    pub(crate) event: Incoming,
    pub(crate) scores: Scores,
}

/// Something to be processed.
#[derive(Debug, Clone)]
pub(crate) enum Incoming {
    /// Between flows and the engine.
    Internal(Arc<InternalEvent>),
    /// From outside, or a report on an error: visible to programs as it is.
    Public(Arc<Event>),
}

impl Incoming {
    pub(crate) fn name(&self) -> EventName {
        match self {
            Self::Internal(event) => EventName::Internal(event.name()),
            Self::Public(event) => EventName::Public(event.name.clone()),
        }
    }

    pub(crate) fn internal(&self) -> Option<&InternalEvent> {
        match self {
            Self::Internal(event) => Some(event),
            Self::Public(_) => None,
        }
    }

    /// The uid of the action it is about.
    pub(crate) fn action(&self) -> Option<&Name> {
        match self {
            Self::Internal(_) => None,
            Self::Public(event) => event.action.as_ref(),
        }
    }
}

impl From<InternalEvent> for Incoming {
    fn from(event: InternalEvent) -> Self {
        Self::Internal(Arc::new(event))
    }
}

/// The event that is being processed. Its public form is created at most once.
pub(crate) struct Arrived<'e> {
    incoming: &'e Incoming,
    public: OnceCell<Event>,
    action: Option<ActionEventName<'e>>,
}

impl<'e> Arrived<'e> {
    pub(crate) fn new(incoming: &'e Incoming) -> Self {
        let action = match incoming {
            Incoming::Public(event) if event.kind == EventKind::Action => {
                ActionEventName::parse(&event.name)
            }
            Incoming::Public(_) | Incoming::Internal(_) => None,
        };
        Self {
            incoming,
            public: OnceCell::new(),
            action,
        }
    }

    pub(crate) fn incoming(&self) -> &'e Incoming {
        self.incoming
    }

    pub(crate) fn internal(&self) -> Option<&'e InternalEvent> {
        self.incoming.internal()
    }

    /// As programs see it.
    pub(crate) fn public(&self) -> &Event {
        match self.incoming {
            Incoming::Internal(event) => self.public.get_or_init(|| event.public()),
            Incoming::Public(event) => event,
        }
    }

    /// Its name as that of an action event, if it is one.
    pub(crate) fn action_name(&self) -> Option<ActionEventName<'e>> {
        self.action
    }
}

/// The saved form, unchanged since the first version.
#[derive(Serialize, Deserialize)]
struct Saved {
    event: Event,
    scores: Scores,
    unhandled_in: Vec<Name>,
}

impl Serialize for Queued {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (event, unhandled_in) = match self.event.internal() {
            Some(InternalEvent::UnhandledEvent(Unhandled { event, loops })) => (event, &loops[..]),
            _ => (&self.event, &[][..]),
        };
        let saved = Saved {
            event: Arrived::new(event).public().clone(),
            scores: self.scores.clone(),
            unhandled_in: unhandled_in.to_vec(),
        };
        saved.serialize(serializer)
    }
}

/// Internal events are loaded in their public form, until [`State::read_postponed`](crate::state::State) resolves
/// their flows.
impl<'de> Deserialize<'de> for Queued {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Saved {
            event,
            scores,
            unhandled_in,
        } = Saved::deserialize(deserializer)?;
        let event = Incoming::Public(Arc::new(event));
        let event = match unhandled_in.is_empty() {
            true => event,
            false => Incoming::from(InternalEvent::UnhandledEvent(Unhandled {
                event,
                loops: unhandled_in,
            })),
        };
        Ok(Self { event, scores })
    }
}
