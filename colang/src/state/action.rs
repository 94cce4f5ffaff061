//! An action, from the point of view of the flows.

use serde::{Deserialize, Serialize};
use umim::ActionEventKind;

use super::ids::FlowKey;
use crate::program::Name;
use crate::value::Fields;

/// The status of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ActionStatus {
    /// Created; its start event has not been sent yet.
    Initialized,
    /// Asked to start.
    Starting,
    /// Has started.
    Started,
    /// Asked to stop.
    Stopping,
    /// Is over.
    Finished,
}

impl ActionStatus {
    /// Its name in `$action.status`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Initialized => "initialized",
            Self::Starting => "starting",
            Self::Started => "started",
            Self::Stopping => "stopping",
            Self::Finished => "finished",
        }
    }

    /// Whether it has to be stopped when no flow needs it any more.
    pub const fn is_running(self) -> bool {
        matches!(self, Self::Starting | Self::Started)
    }
}

/// One action.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Action {
    pub(crate) uid: Name,
    pub(crate) name: Name,
    pub(crate) flow_uid: Option<Name>,
    pub(crate) status: ActionStatus,
    pub(crate) context: Fields,
    pub(crate) start_arguments: Fields,
    /// The flows that refer to it: while they listen, its events are processed.
    pub(crate) owners: Vec<FlowKey>,
    /// The flows that still need it: it is stopped with the last of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) users: Vec<FlowKey>,
    /// Whether it was started outside, and flows only refer to it.
    #[serde(default, skip_serializing_if = "super::flow_state::is_default")]
    pub(crate) foreign: bool,
}

impl Action {
    pub(crate) fn new(uid: Name, name: Name, start_arguments: Fields) -> Self {
        Self {
            uid,
            name,
            flow_uid: None,
            status: ActionStatus::Initialized,
            context: Fields::new(),
            start_arguments,
            owners: Vec::new(),
            users: Vec::new(),
            foreign: false,
        }
    }

    /// Updates the status for an event of this kind.
    pub(crate) fn hear(&mut self, kind: ActionEventKind) {
        match kind {
            ActionEventKind::Start => self.status = ActionStatus::Starting,
            ActionEventKind::Started => self.status = ActionStatus::Started,
            ActionEventKind::Stop => self.status = ActionStatus::Stopping,
            ActionEventKind::Finished => {
                self.status = ActionStatus::Finished;
                self.users.clear();
            }
            ActionEventKind::Updated | ActionEventKind::Change => {}
        }
    }

    /// Its uid.
    pub fn uid(&self) -> &str {
        &self.uid
    }

    /// Its name: `UtteranceBotAction`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its status.
    pub fn status(&self) -> ActionStatus {
        self.status
    }
}
