//! How much is taken, and how long things are kept in memory.

use std::time::Duration;

use action_sdk_runtime::OnChange;

/// Limits for all conversations.
///
/// ```
/// use action_sdk_conversations::Limits;
///
/// let limits = Limits { waiting: 8, ..Limits::default() };
/// assert_eq!(limits.attempts, 3);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// How many requests may wait for one conversation. More are refused with [`ErrorKind::Busy`](crate::ErrorKind).
    pub waiting: usize,
    /// How many outputs of one conversation may be unread. Then inputs are refused with
    /// [`ErrorKind::Unread`](crate::ErrorKind), and timers are held back.
    pub unread: usize,
    /// How many conversations may be in memory. Then others are refused with [`ErrorKind::Full`](crate::ErrorKind).
    pub loaded: usize,
    /// How often an action is performed if its process ends each time. Then it is reported as failed.
    pub attempts: u32,
    /// A conversation in which nothing has happened for this long is unloaded.
    pub rest_after: Duration,
    /// So many records are written before a new snapshot replaces them.
    pub records: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            waiting: 64,
            unread: 1_000,
            loaded: 200_000,
            attempts: 3,
            rest_after: Duration::from_secs(60),
            records: 64,
        }
    }
}

/// What happens to a conversation whose flows were changed while they were running. See [`OnChange`] for what goes on in
/// any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ChangePolicy {
    /// It is not loaded: [`ErrorKind::Changed`](crate::ErrorKind::Changed). Nothing is lost: the flows that saved it can
    /// go on with it.
    #[default]
    Refuse,
    /// The flows that have changed end, and begin anew if they are activated. It is refused if records of a killed process
    /// would have other effects than they had.
    RestartFlows,
    /// The conversation begins anew if it cannot go on. Its unread outputs and the numbers of inputs and outputs are kept.
    RestartConversation,
}

impl ChangePolicy {
    pub(crate) fn of_flows(self) -> OnChange {
        match self {
            Self::RestartFlows => OnChange::RestartFlows,
            Self::Refuse | Self::RestartConversation => OnChange::Refuse,
        }
    }
}
