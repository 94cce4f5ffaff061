//! One instance of a flow: its heads, its variables and its place in the hierarchy.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::children::Children;
use super::events::SourceHead;
use super::head::FlowHead;
use super::heads::Heads;
use super::hierarchy::Hierarchy;
use super::ids::{ActionKey, ContextKey, FlowKey, HeadId};
use crate::program::{FlowConfig, ForkId, Name, ScopeId};
use crate::value::Fields;

/// The status of a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FlowStatus {
    /// Created, not yet started.
    Waiting,
    /// Started, but not yet at its first wait.
    Starting,
    /// Has reached its first wait.
    Started,
    /// Fails, but has not yet cleaned up.
    Stopping,
    /// Has failed or was stopped.
    Stopped,
    /// Came to its end.
    Finished,
}

impl FlowStatus {
    /// Its name in `flows_info` and `$flow.status`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Starting => "starting",
            Self::Started => "started",
            Self::Stopping => "stopping",
            Self::Stopped => "stopped",
            Self::Finished => "finished",
        }
    }

    /// Started, or waiting to be started.
    pub const fn is_listening(self) -> bool {
        matches!(self, Self::Waiting | Self::Starting | Self::Started)
    }

    /// Started and not ended.
    pub const fn is_active(self) -> bool {
        matches!(self, Self::Starting | Self::Started)
    }

    /// Ended in any way.
    pub const fn is_done(self) -> bool {
        matches!(self, Self::Stopped | Self::Finished)
    }
}

/// What was started in a scope, and is stopped with it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Scope {
    pub(crate) flows: Vec<FlowKey>,
    pub(crate) actions: Vec<ActionKey>,
}

/// One instance of a flow.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FlowState {
    pub(crate) uid: Name,
    pub(crate) flow_id: Name,
    #[serde(skip)]
    pub(crate) config: Arc<FlowConfig>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) loop_id: Option<Name>,
    #[serde(skip)]
    pub(crate) hierarchy: Hierarchy,
    #[serde(default, skip_serializing_if = "Heads::is_empty")]
    pub(crate) heads: Heads,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) scopes: BTreeMap<ScopeId, Scope>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) forks: BTreeMap<ForkId, HeadId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) actions: Vec<ActionKey>,
    pub(crate) context: ContextKey,
    pub(crate) priority: f64,
    #[serde(default, skip_serializing_if = "Fields::is_empty")]
    pub(crate) arguments: Fields,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) parent: Option<FlowKey>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) parent_head: Option<SourceHead>,
    /// Its number among the children of its parent.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) child_number: u64,
    #[serde(default, skip_serializing_if = "Children::is_empty")]
    pub(crate) children: Children,
    pub(super) status: FlowStatus,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) activated: u32,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) new_instance_started: bool,
}

impl FlowState {
    pub(crate) fn new(
        uid: Name,
        config: Arc<FlowConfig>,
        hierarchy: Hierarchy,
        context: ContextKey,
    ) -> Self {
        Self {
            uid,
            flow_id: config.id.clone(),
            config,
            loop_id: None,
            hierarchy,
            heads: Heads::default(),
            scopes: BTreeMap::new(),
            forks: BTreeMap::new(),
            actions: Vec::new(),
            context,
            priority: 1.0,
            arguments: Fields::new(),
            parent: None,
            parent_head: None,
            child_number: 0,
            children: Children::default(),
            status: FlowStatus::Waiting,
            activated: 0,
            new_instance_started: false,
        }
    }

    /// Its uid: `(name)` and a UUID.
    pub fn uid(&self) -> &str {
        &self.uid
    }

    /// The name of the flow.
    pub fn flow_id(&self) -> &str {
        &self.flow_id
    }

    /// Its status.
    pub fn status(&self) -> FlowStatus {
        self.status
    }

    /// The interaction loop; `None` before it is started.
    pub fn loop_id(&self) -> Option<&Name> {
        self.loop_id.as_ref()
    }

    /// Its hierarchy position, such as `0.3.1`; if it has more than 64 parts, the last ones after `…`.
    pub fn hierarchy_position(&self) -> String {
        self.hierarchy.to_string()
    }

    /// The active heads.
    pub fn active_heads(&self) -> impl Iterator<Item = &FlowHead> {
        self.heads.iter().filter(|head| head.is_active())
    }
}

/// Default values are not saved.
pub(super) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
