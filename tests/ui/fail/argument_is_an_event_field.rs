//! Fields that every event has.

use action_sdk::prelude::*;

#[action]
async fn custom_test(
    r#type: i64,
    uid: i64,
    event_created_at: i64,
    source_uid: i64,
    action_uid: i64,
    action_info_modality: i64,
    action_info_modality_policy: i64,
) -> i64 {
    r#type + uid + event_created_at + source_uid + action_uid + action_info_modality + action_info_modality_policy
}

fn main() {}
