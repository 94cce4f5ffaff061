//! A transitive dependency that is mentioned by the crate in between.

use action_sdk::prelude::*;
use linking_mid_linking as _;

#[test]
fn its_actions_are_there() {
    let names: Vec<_> = Registry::linked()
        .iter()
        .map(|action| action.name().to_owned())
        .collect();
    assert_eq!(
        names,
        ["LeafAction", "LeafChildAction", "LeafGrandchildAction"]
    );
}
