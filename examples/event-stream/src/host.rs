//! The host of the actions: which actions there are, and what they need.

use crate::actions::{AgentRoster, Load};
use crate::llm::FaqLlm;
use action_sdk::BuildErrors;
use action_sdk::prelude::*;
use action_sdk::umim::UidSource;
use std::time::Duration;

link!(shop_actions);

/// All actions of this program and of `shop-actions`, with everything they need and a time limit of `timeout`. A seed
/// makes the uids of sent events reproducible.
pub(crate) fn dispatcher(
    timeout: Duration,
    seed: Option<u64>,
) -> Result<ActionDispatcher, BuildErrors> {
    shop_actions::install(ActionDispatcher::builder())
        .expect_crate("shop-actions")
        .resource(AgentRoster::default())
        .resource(Load::default())
        .llm(FaqLlm)
        .timeout(timeout)
        .uids(seed.map_or_else(UidSource::random, UidSource::seeded))
        .source_uid("event-stream")
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_actions_of_both_crates_are_there() {
        let dispatcher = dispatcher(Duration::MAX, None).expect("it can be built");
        let crates: std::collections::BTreeSet<_> = dispatcher
            .actions()
            .map(ActionDescriptor::crate_name)
            .collect();
        assert_eq!(
            crates.into_iter().collect::<Vec<_>>(),
            ["event-stream", "shop-actions"]
        );
    }

    #[test]
    fn the_actions_fit_together() {
        action_sdk::testing::assert_registry();
    }
}
