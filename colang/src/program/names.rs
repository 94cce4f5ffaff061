//! Names, and those of events as far as they can be understood when a program is loaded: those of the engine itself, those of the
//! life of an action, those behind the dot of a reference, and all others.

use std::sync::Arc;

use umim::{ActionEventKind, ActionEventName};

use crate::value::{Event, EventKind};

/// A name that many share: of a flow, an event, a variable, an argument.
pub type Name = Arc<str>;

macro_rules! internal_names {
    ($($name:ident),* $(,)?) => {
        /// The name of an event of the engine itself.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum InternalName {
            $(
                #[doc = concat!("`", stringify!($name), "`")]
                $name,
            )*
        }

        impl InternalName {
            /// As programs write it.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name),)*
                }
            }

            /// None if the engine has no event of this name.
            pub fn parse(name: &str) -> Option<Self> {
                match name {
                    $(stringify!($name) => Some(Self::$name),)*
                    _ => None,
                }
            }
        }

        /// The names of the events of the engine itself (nemoguardrails 0.24.1, without `PauseFlow` and `ResumeFlow`, which
        /// no one answers). They never come from outside. Of these events the history holds only starts that no flow
        /// has asked for and the four logs.
        pub const INTERNAL_EVENTS: [&str; 11] = [$(stringify!($name),)*];
    };
}

internal_names! {
    StartFlow,
    FinishFlow,
    StopFlow,
    FlowStarted,
    FlowFinished,
    FlowFailed,
    UnhandledEvent,
    BotIntentLog,
    UserIntentLog,
    BotActionLog,
    UserActionLog,
}

/// The name of an event. `FlowFinished` of the engine is another event than one of that name from outside.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum EventName {
    /// An event of the engine.
    Internal(InternalName),
    /// An event from outside or to the outside.
    Public(Name),
}

impl EventName {
    /// The event that a program calls so.
    pub fn of(name: &Name) -> Self {
        InternalName::parse(name).map_or_else(|| Self::Public(name.clone()), Self::Internal)
    }

    /// What the event is about, as far as its name tells.
    pub(crate) fn kind(&self) -> EventKind {
        match self {
            Self::Internal(_) => EventKind::Internal,
            Self::Public(name) if ActionEventName::parse(name).is_some() => EventKind::Action,
            Self::Public(_) => EventKind::Plain,
        }
    }
}

/// What stands behind the dot in `$reference.Finished()`, `flow().Finished()` and `Action().Finished()`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Member {
    /// `Start`
    Start,
    /// `Stop`
    Stop,
    /// `Pause`
    Pause,
    /// `Resume`
    Resume,
    /// `Change`
    Change,
    /// `Started`
    Started,
    /// `Finished`
    Finished,
    /// `Failed`
    Failed,
    /// `Updated`, or the name of a parameter and `Updated`.
    Updated(Name),
    /// Anything else: no flow and no action has such an event.
    Unknown(Name),
}

impl Member {
    /// The member with this name.
    pub fn of(name: &str) -> Self {
        match name {
            "Start" => Self::Start,
            "Stop" => Self::Stop,
            "Pause" => Self::Pause,
            "Resume" => Self::Resume,
            "Change" => Self::Change,
            "Started" => Self::Started,
            "Finished" => Self::Finished,
            "Failed" => Self::Failed,
            _ if name.ends_with("Updated") => Self::Updated(name.into()),
            _ => Self::Unknown(name.into()),
        }
    }

    /// As programs write it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Start => "Start",
            Self::Stop => "Stop",
            Self::Pause => "Pause",
            Self::Resume => "Resume",
            Self::Change => "Change",
            Self::Started => "Started",
            Self::Finished => "Finished",
            Self::Failed => "Failed",
            Self::Updated(name) | Self::Unknown(name) => name,
        }
    }

    /// The kind of event of an action; none if actions have no such event.
    pub(crate) fn of_action(&self) -> Option<ActionEventKind> {
        match self {
            Self::Start => Some(ActionEventKind::Start),
            Self::Stop => Some(ActionEventKind::Stop),
            Self::Change => Some(ActionEventKind::Change),
            Self::Started => Some(ActionEventKind::Started),
            Self::Finished => Some(ActionEventKind::Finished),
            Self::Updated(_) => Some(ActionEventKind::Updated),
            Self::Pause | Self::Resume | Self::Failed | Self::Unknown(_) => None,
        }
    }

    /// The full name of the event of an action; none if actions have no such event.
    pub(crate) fn event_of_action(&self, action: &str) -> Option<Name> {
        let event = self.as_str();
        Some(match self.of_action()? {
            ActionEventKind::Start | ActionEventKind::Change | ActionEventKind::Stop => {
                [event, action].concat().into()
            }
            ActionEventKind::Started | ActionEventKind::Finished | ActionEventKind::Updated => {
                [action, event].concat().into()
            }
        })
    }
}

impl Event {
    /// Its name, if it is an event of the engine.
    pub(crate) fn internal_name(&self) -> Option<InternalName> {
        match self.kind {
            EventKind::Internal => InternalName::parse(&self.name),
            EventKind::Plain | EventKind::Action => None,
        }
    }
}
