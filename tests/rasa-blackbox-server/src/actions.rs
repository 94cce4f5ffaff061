//! The actions of `suite/ACTIONS.md`, by topic.

pub(crate) mod failures;
pub(crate) mod forms;
pub(crate) mod knowledge_base;
pub(crate) mod messages;
pub(crate) mod probe;
pub(crate) mod returned;
pub(crate) mod streams;
pub(crate) mod tracker;
pub(crate) mod values;
