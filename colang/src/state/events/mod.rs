//! The events that the machine processes: those from outside, and internal ones between flows and the engine.
//!
//! Internal events are typed and contain keys. They have a public form, an [`Event`] with a field for each of their
//! data, which is only created where it is needed: for a pattern or variable of a program, or for the history
//! (`public.rs`). Events sent by a program are converted the other way (`read.rs`).

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
    /// Starts a flow.
    StartFlow(StartFlow),
    /// Finishes instances of a flow.
    FinishFlow(EndFlow),
    /// Fails instances of a flow.
    StopFlow(EndFlow),
    /// `FlowStarted`, `FlowFinished` or `FlowFailed`.
    FlowNews(FlowNews),
    /// Some interaction loops did not handle an event.
    UnhandledEvent(Unhandled),
    /// An event that is only seen by patterns and the history.
    Told(Told),
}

/// An instance of a flow, by its key and its uid.
#[derive(Debug, Clone)]
pub(crate) struct Instance {
    pub(crate) key: FlowKey,
    pub(crate) uid: Name,
}

/// The start of a flow.
#[derive(Debug, Clone)]
pub(crate) struct StartFlow {
    pub(crate) flow_id: Name,
    /// The requested uid of the new instance.
    pub(crate) instance: Option<Name>,
    /// The instance that requests it. `None` if it is the host, or an instance that no longer exists.
    pub(crate) source: Option<Instance>,
    /// The head that requests it.
    pub(crate) head: Option<SourceHead>,
    /// The hierarchy position of the new instance.
    pub(crate) place: Hierarchy,
    /// Whether it is an activation.
    pub(crate) activates: bool,
    /// The initial number of activations of the new instance.
    pub(crate) activated: u32,
    /// The arguments.
    pub(crate) arguments: Fields,
    pub(crate) form: StartForm,
}

/// The origin of a start, which determines its public form.
#[derive(Debug, Clone)]
pub(crate) enum StartForm {
    /// A statement `start`, `await` or `activate`.
    Statement {
        /// Whether it is `activate`.
        activates: bool,
    },
    /// The engine, in place of an instance that has ended or was left by `start_new_flow_instance`.
    Restart,
    /// A program that has sent `StartFlow`, or the host: the public form as given.
    Given(Arc<Event>),
}

/// The head that requests a start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum SourceHead {
    Head(HeadId),
    /// A head by its uid: one that never existed if the host requests the start, or one of a saved conversation.
    Uid(Name),
}

/// A program's request to end one or more instances.
#[derive(Debug, Clone)]
pub(crate) struct EndFlow {
    pub(crate) target: Target,
    /// Whether it removes an activation first.
    pub(crate) deactivates: bool,
    /// Variables that are set at the end.
    pub(crate) update: Option<Arc<Dict>>,
    /// The instance that requests it. `None` if it no longer exists.
    pub(crate) source: Option<FlowKey>,
    /// The public form as given. Its arguments select among the instances of a flow.
    pub(crate) public: Arc<Event>,
}

/// The instances to end.
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

/// A report on the life cycle of an instance.
#[derive(Debug, Clone)]
pub(crate) struct FlowNews {
    pub(crate) fate: Fate,
    /// The instance.
    pub(crate) of: Instance,
    /// The uid of the request. If an existing instance is activated once more, this differs from its own uid.
    pub(crate) asked_as: Name,
    pub(crate) flow_id: Name,
    pub(crate) arguments: Fields,
    /// The returned value, in the report on its end.
    pub(crate) return_value: Option<Value>,
}

/// An event that some interaction loops did not handle.
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
    /// The instance that sent it. `None` if it no longer exists, or if the engine reports on an instance that never
    /// existed.
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

    /// The instance that sent it, or that it reports on.
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
    /// The event that reports it.
    pub(crate) fn name(self) -> InternalName {
        match self {
            Self::Started => InternalName::FlowStarted,
            Self::Finished => InternalName::FlowFinished,
            Self::Failed => InternalName::FlowFailed,
        }
    }

    /// The outcome that this event reports.
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

    /// Whether an instance with this outcome cannot have the other one any more.
    pub(crate) fn rules_out(self, other: Self) -> bool {
        self != Self::Started && self != other
    }
}

impl StartFlow {
    pub(crate) fn source(&self) -> Option<FlowKey> {
        self.source.as_ref().map(|source| source.key)
    }

    /// The head that requests it.
    pub(crate) fn source_head(&self) -> Option<(FlowKey, &SourceHead)> {
        Some((self.source()?, self.head.as_ref()?))
    }
}

impl SourceHead {
    /// Its name in programs.
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
