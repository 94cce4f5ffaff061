//! A dependency that is mentioned with `extern crate`.

use action_sdk::prelude::*;

extern crate linking_leaf;

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
