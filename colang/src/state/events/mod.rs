//! What the machine processes: events from outside, and the events by which flows and the engine speak to each other.
//!
//! The latter are typed and carry keys. They have a public form, an [`Event`] with a field for each thing they say, that
//! is made only where somebody looks at it: a pattern or variable of a program, or the history (`public.rs`). What a
//! program sends is read the other way round (`read.rs`).

mod public;
mod queue;
mod read;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::hierarchy::Hierarchy;
use super::ids::{FlowKey, HeadId};
use crate::program::{InternalName, Name};
use crate::value::{Dict, Event, Fields, Value};
pub(crate) use queue::{Arrived, Incoming, Queued};
pub(crate) use read::activations;

/// An event between flows and the engine.
#[derive(Debug, Clone)]
pub(crate) enum InternalEvent {
    /// A flow is to be started.
    StartFlow(StartFlow),
    /// Instances of a flow are to end as if they had come to their end.
    FinishFlow(EndFlow),
    /// Instances of a flow are to fail.
    StopFlow(EndFlow),
    /// `FlowStarted`, `FlowFinished` or `FlowFailed`.
    FlowNews(FlowNews),
    /// Some interaction loops did not deal with an event.
    UnhandledEvent(Unhandled),
    /// One that only patterns and the history look at.
    Told(Told),
}

/// An instance of a flow, by its key and as programs name it.
#[derive(Debug, Clone)]
pub(crate) struct Instance {
    pub(crate) key: FlowKey,
    pub(crate) uid: Name,
}

/// The start of a flow.
#[derive(Debug, Clone)]
pub(crate) struct StartFlow {
    pub(crate) flow_id: Name,
    /// The uid that the new instance is to have.
    pub(crate) instance: Option<Name>,
    /// The instance that wants it. None if it is the host, or an instance that is gone.
    pub(crate) source: Option<Instance>,
    /// The head that wants it.
    pub(crate) head: Option<SourceHead>,
    /// The place of the new instance.
    pub(crate) place: Hierarchy,
    /// Whether it is an activation.
    pub(crate) activates: bool,
    /// How many activations the new instance begins with.
    pub(crate) activated: u32,
    /// What the parameters are given.
    pub(crate) arguments: Fields,
    pub(crate) form: StartForm,
}

/// Who starts a flow: that decides the public form.
#[derive(Debug, Clone)]
pub(crate) enum StartForm {
    /// A statement `start`, `await` or `activate`.
    Statement {
        /// Whether it is `activate`.
        activates: bool,
    },
    /// The engine, in place of an instance that is over or has been left by `start_new_flow_instance`.
    Restart,
    /// A program that has sent `StartFlow`, or the host: the public form as it was given.
    Given(Arc<Event>),
}

/// The head of a flow that wants a start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum SourceHead {
    Head(HeadId),
    /// A head by its uid: one that never was, if the host wants the start, or one of a saved conversation.
    Uid(Name),
}

/// The end of one or more instances, asked for by a program.
#[derive(Debug, Clone)]
pub(crate) struct EndFlow {
    pub(crate) target: Target,
    /// Whether it takes an activation away first.
    pub(crate) deactivates: bool,
    /// Variables that are set at the end.
    pub(crate) update: Option<Arc<Dict>>,
    /// The instance that wants it. None if it is gone.
    pub(crate) source: Option<FlowKey>,
    /// The public form as it was given. Its arguments choose among the instances of a flow.
    pub(crate) public: Arc<Event>,
}

/// Which instances are to end.
#[derive(Debug, Clone)]
pub(crate) enum Target {
    /// The one with this uid.
    Instance(Name),
    /// Those of a flow.
    Flow(Name),
}

/// What has become of an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It has come to its first wait.
    Started,
    /// It has come to its end.
    Finished,
    /// It has failed.
    Failed,
}

/// News of the life of an instance.
#[derive(Debug, Clone)]
pub(crate) struct FlowNews {
    pub(crate) fate: Fate,
    /// The instance.
    pub(crate) of: Instance,
    /// The uid under which it was asked for. That of an instance that is activated once more is another than its own.
    pub(crate) asked_as: Name,
    pub(crate) flow_id: Name,
    pub(crate) arguments: Fields,
    /// What it has returned, in the news of its end.
    pub(crate) return_value: Option<Value>,
}

/// An event that some interaction loops did not deal with.
#[derive(Debug, Clone)]
pub(crate) struct Unhandled {
    pub(crate) event: Incoming,
    pub(crate) loops: Vec<Name>,
}

/// An event in its public form.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub(crate) name: InternalName,
    pub(crate) event: Arc<Event>,
    /// The instance that has sent it. None if it is gone, or if the engine tells of an instance that never was.
    pub(crate) source: Option<FlowKey>,
}

impl InternalEvent {
    pub(crate) fn name(&self) -> InternalName {
        match self {
            Self::StartFlow(_) => InternalName::StartFlow,
            Self::FinishFlow(_) => InternalName::FinishFlow,
            Self::StopFlow(_) => InternalName::StopFlow,
            Self::FlowNews(news) => news.fate.name(),
            Self::UnhandledEvent(_) => InternalName::UnhandledEvent,
            Self::Told(told) => told.name,
        }
    }

    /// The instance that speaks: that has sent it, or that it is news of.
    pub(crate) fn source(&self) -> Option<FlowKey> {
        match self {
            Self::StartFlow(start) => start.source(),
            Self::FinishFlow(end) | Self::StopFlow(end) => end.source,
            Self::FlowNews(news) => Some(news.of.key),
            Self::UnhandledEvent(_) => None,
            Self::Told(told) => told.source,
        }
    }
}

impl Fate {
    /// The event that tells it.
    pub(crate) fn name(self) -> InternalName {
        match self {
            Self::Started => InternalName::FlowStarted,
            Self::Finished => InternalName::FlowFinished,
            Self::Failed => InternalName::FlowFailed,
        }
    }

    /// The fate that this event tells.
    pub(crate) fn told_by(name: InternalName) -> Option<Self> {
        match name {
            InternalName::FlowStarted => Some(Self::Started),
            InternalName::FlowFinished => Some(Self::Finished),
            InternalName::FlowFailed => Some(Self::Failed),
            InternalName::StartFlow
            | InternalName::FinishFlow
            | InternalName::StopFlow
            | InternalName::UnhandledEvent
            | InternalName::BotIntentLog
            | InternalName::UserIntentLog
            | InternalName::BotActionLog
            | InternalName::UserActionLog => None,
        }
    }

    /// Whether an instance of which this is told will not come to the other fate any more.
    pub(crate) fn rules_out(self, other: Self) -> bool {
        self != Self::Started && self != other
    }
}

impl StartFlow {
    pub(crate) fn source(&self) -> Option<FlowKey> {
        self.source.as_ref().map(|source| source.key)
    }

    /// The head that wants it.
    pub(crate) fn source_head(&self) -> Option<(FlowKey, &SourceHead)> {
        Some((self.source()?, self.head.as_ref()?))
    }
}

impl SourceHead {
    /// As programs name it.
    pub(crate) fn uid(&self) -> Name {
        match self {
            Self::Head(head) => head.uid().into(),
            Self::Uid(uid) => uid.clone(),
        }
    }

    pub(crate) fn is(&self, head: HeadId) -> bool {
        match self {
            Self::Head(own) => *own == head,
            Self::Uid(uid) => **uid == *head.uid(),
        }
    }
}
