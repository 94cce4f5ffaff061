//! The steps in an action's life, and their names in events.

use std::fmt;

/// The step of an action's life that an event requests or reports.
///
/// ```
/// use umim::ActionEventKind;
///
/// assert_eq!(ActionEventKind::Finished.to_string(), "Finished");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ActionEventKind {
    /// `StartXAction`: start the action.
    Start,
    /// `XActionStarted`: it has started.
    Started,
    /// `ChangeXAction`: continue a running action with other arguments.
    Change,
    /// `XActionUpdated` or `XAction<Parameter>Updated`: something about the action has changed.
    Updated,
    /// `StopXAction`: stop a running action.
    Stop,
    /// `XActionFinished`: it has ended.
    Finished,
}

impl ActionEventKind {
    /// All kinds, in the order in which they occur in an action's life.
    pub const ALL: [Self; 6] = [
        Self::Start,
        Self::Started,
        Self::Change,
        Self::Updated,
        Self::Stop,
        Self::Finished,
    ];

    /// The kinds whose word comes before the action's name.
    pub(crate) const REQUESTS: [Self; 3] = [Self::Start, Self::Change, Self::Stop];

    /// The word used in the event's name: `Start`, `Started` and so on.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Start => "Start",
            Self::Started => "Started",
            Self::Change => "Change",
            Self::Updated => "Updated",
            Self::Stop => "Stop",
            Self::Finished => "Finished",
        }
    }
}

impl fmt::Display for ActionEventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
