//! Names, and how names of events are classified when a program is loaded: the engine's own events, action events,
//! members of references, and all others.

use std::sync::Arc;

use umim::{ActionEventKind, ActionEventName};

use crate::value::{Event, EventKind};

/// A shared name of a flow, an event, a variable, or an argument.
pub type Name = Arc<str>;

macro_rules! internal_names {
    ($($name:ident),* $(,)?) => {
        /// The name of one of the engine's own events.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum InternalName {
            $(
                #[doc = concat!("`", stringify!($name), "`")]
                $name,
            )*
        }

        impl InternalName {
            /// The name in programs.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name),)*
                }
            }

            /// `None` if the engine has no event of this name.
            pub fn parse(name: &str) -> Option<Self> {
                match name {
                    $(stringify!($name) => Some(Self::$name),)*
                    _ => None,
                }
            }
        }

        /// The names of the engine's own events (nemoguardrails 0.24.1, without `PauseFlow` and `ResumeFlow`, which
        /// have no effect). They never come from outside. Of these events the history only contains starts that no
        /// flow requested, and the four logs.
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

/// The name of an event. The engine's `FlowFinished` is a different event than one of that name from outside.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum EventName {
    /// One of the engine's own events.
    Internal(InternalName),
    /// An event from outside or to the outside.
    Public(Name),
}

impl EventName {
    /// The event that a program refers to by this name.
    pub fn of(name: &Name) -> Self {
        InternalName::parse(name).map_or_else(|| Self::Public(name.clone()), Self::Internal)
    }

    /// The kind of event, as far as its name determines it.
    pub(crate) fn kind(&self) -> EventKind {
        match self {
            Self::Internal(_) => EventKind::Internal,
            Self::Public(name) if ActionEventName::parse(name).is_some() => EventKind::Action,
            Self::Public(_) => EventKind::Plain,
        }
    }
}

/// The member in `$reference.Finished()`, `flow().Finished()` and `Action().Finished()`.
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
    /// `Updated`, or the name of a parameter followed by `Updated`.
    Updated(Name),
    /// Anything else: neither flows nor actions have such an event.
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

    /// The name in programs.
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

    /// The kind of action event; `None` if actions have no such event.
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

    /// The full name of the action event; `None` if actions have no such event.
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
    /// Its name, if it is one of the engine's own events.
    pub(crate) fn internal_name(&self) -> Option<InternalName> {
        match self.kind {
            EventKind::Internal => InternalName::parse(&self.name),
            EventKind::Plain | EventKind::Action => None,
        }
    }
}
