//! Names that occur in nearly every event, allocated once for all conversations.

use std::sync::{Arc, LazyLock};

use crate::map::HashSet;

/// The shared name, or a new one if it is not among the frequent ones.
pub(crate) fn name(text: &str) -> Arc<str> {
    static NAMES: LazyLock<HashSet<Arc<str>>> =
        LazyLock::new(|| FREQUENT.iter().map(|name| (*name).into()).collect());
    match NAMES.get(text) {
        Some(name) => name.clone(),
        None => text.into(),
    }
}

const FREQUENT: [&str; 29] = [
    "uid",
    "event_created_at",
    "source_uid",
    "action_uid",
    "action_info_modality",
    "action_info_modality_policy",
    "action_arguments",
    "flow_id",
    "flow_instance_uid",
    "source_flow_instance_uid",
    "source_head_uid",
    "flow_hierarchy_position",
    "activated",
    "return_value",
    "event",
    "loop_ids",
    "StartFlow",
    "FlowStarted",
    "FlowFinished",
    "FlowFailed",
    "UnhandledEvent",
    "replace",
    "action_started_at",
    "action_finished_at",
    "is_success",
    "failure_reason",
    "script",
    "final_script",
    "final_transcript",
];
