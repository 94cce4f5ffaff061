//! The keys of flows, actions and contexts.

use serde::{Deserialize, Serialize};

use super::arena::Key;

macro_rules! keys {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        $($(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(u64);

        impl From<u64> for $name {
            fn from(number: u64) -> Self {
                Self(number)
            }
        }

        impl From<$name> for u64 {
            fn from(key: $name) -> Self {
                key.0
            }
        }

        impl Key for $name {})*
    };
}

keys! {
    /// One instance of a flow. It stays unique after the instance has been dropped. Keys are ordered by creation.
    FlowKey,
    /// One action.
    ActionKey,
    /// The variables of a flow; several instances may share them.
    ContextKey,
}

/// One head of a conversation; never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct HeadId(pub(crate) u64);

impl HeadId {
    /// The head's name in internal events.
    pub(crate) fn uid(self) -> String {
        umim::UidSource::seeded(self.0).next_uid().to_string()
    }
}

/// A head and its flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct HeadRef {
    /// The flow.
    pub flow: FlowKey,
    /// Its head.
    pub head: HeadId,
}
