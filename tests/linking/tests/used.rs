//! A dependency that is mentioned with `use … as _`.

use action_sdk::prelude::*;
use linking_leaf as _;

#[test]
fn its_actions_are_there_from_private_modules_too() {
    let names: Vec<_> = Registry::linked()
        .iter()
        .map(|action| action.name().to_owned())
        .collect();
    assert_eq!(
        names,
        ["LeafAction", "LeafChildAction", "LeafGrandchildAction"]
    );
}

#[test]
fn an_expected_crate_may_be_written_either_way() {
    let builder = ActionDispatcher::builder()
        .expect_crate("linking-leaf")
        .expect_crate("linking_leaf");
    assert!(builder.expect_actions(["LeafChildAction"]).build().is_ok());
}
