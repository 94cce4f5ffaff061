//! Dependencies that are mentioned with `link!`.

use action_sdk::prelude::*;

link!(linking_leaf, linking_mid);

#[test]
fn their_actions_are_there() {
    let names: Vec<_> = Registry::linked()
        .iter()
        .map(|action| action.name().to_owned())
        .collect();
    assert_eq!(
        names,
        [
            "LeafAction",
            "LeafChildAction",
            "LeafGrandchildAction",
            "MidAction"
        ]
    );
}
