//! Errors: one type with a kind to match on, which names the conversation.

use std::fmt;
use std::sync::Arc;

use crate::id::{ConversationId, IdError};
use crate::store::{StoreError, StoreErrorKind};

/// Why something could not be done for a conversation. It names the conversation if it concerns one, and is cheap to
/// clone.
#[derive(Clone)]
pub struct Error(Arc<Repr>);

struct Repr {
    kind: ErrorKind,
    conversation: Option<ConversationId>,
    message: String,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

/// Kinds of [`Error`], to match on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// An id of a conversation is not allowed.
    Id,
    /// The flows may not get an event, or there is no room for it. Nothing was accepted.
    Refused,
    /// Too many inputs of this conversation are waiting. Nothing was accepted; try again later.
    Busy,
    /// So many outputs of this conversation are unread that it takes no more inputs. Nothing was accepted.
    Unread,
    /// So many conversations are in memory that no other one is loaded. Nothing was accepted; try again later.
    Full,
    /// The store failed; see the source. Whether an input was accepted is known only if it is sent again with the same
    /// [`id`](crate::Input::with_id).
    Store,
    /// Another process has written this conversation. Send again: it is read from the store then.
    TakenOver,
    /// What is stored of the conversation is damaged. It is left as it is.
    Damaged,
    /// What is stored has a form that is unknown to this version. It is left as it is.
    Version,
    /// The flows have changed so that the conversation cannot go on. It is left as it is.
    Changed,
    /// The conversation cannot be saved.
    Snapshot,
    /// The conversations are being closed.
    Closed,
}

impl Error {
    pub(crate) fn new(
        kind: ErrorKind,
        conversation: Option<&ConversationId>,
        message: impl Into<String>,
    ) -> Self {
        Self(Arc::new(Repr {
            kind,
            conversation: conversation.cloned(),
            message: message.into(),
            source: None,
        }))
    }

    pub(crate) fn caused(
        kind: ErrorKind,
        conversation: &ConversationId,
        source: impl std::error::Error + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(Repr {
            kind,
            conversation: Some(conversation.clone()),
            message: source.to_string(),
            source: Some(Arc::new(source)),
        }))
    }

    pub(crate) fn store(conversation: &ConversationId, error: StoreError) -> Self {
        let kind = match error.kind() {
            StoreErrorKind::Conflict => ErrorKind::TakenOver,
            StoreErrorKind::Damaged => ErrorKind::Damaged,
            StoreErrorKind::Full | StoreErrorKind::InUse | StoreErrorKind::Unavailable => {
                ErrorKind::Store
            }
        };
        Self::caused(kind, conversation, error)
    }

    /// The kind of error, to match on.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The conversation, if it concerns one.
    #[must_use]
    pub fn conversation(&self) -> Option<&ConversationId> {
        self.0.conversation.as_ref()
    }
}

impl From<IdError> for Error {
    fn from(error: IdError) -> Self {
        Self(Arc::new(Repr {
            kind: ErrorKind::Id,
            conversation: None,
            message: error.to_string(),
            source: Some(Arc::new(error)),
        }))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.conversation {
            Some(id) => write!(f, "conversation `{id}`: {}", self.0.message),
            None => f.write_str(&self.0.message),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("conversation", &self.0.conversation)
            .field("message", &self.0.message)
            .field("source", &self.0.source)
            .finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        let source = self.0.source.as_deref();
        source.map(|source| source as &(dyn std::error::Error + 'static))
    }
}
