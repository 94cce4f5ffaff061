//! Names that occur in nearly every event, allocated once for all conversations.

use std::sync::{Arc, LazyLock};

/// The shared name, or a new one if it is not among the frequent ones.
pub(crate) fn name(text: &str) -> Arc<str> {
    static NAMES: LazyLock<Vec<Arc<str>>> = LazyLock::new(|| {
        let mut names: Vec<Arc<str>> = FREQUENT.iter().map(|name| (*name).into()).collect();
        names.sort_unstable();
        names
    });
    match NAMES.binary_search_by(|known| (**known).cmp(text)) {
        Ok(place) => NAMES[place].clone(),
        Err(_) => text.into(),
    }
}

const FREQUENT: [&str; 22] = [
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
];
