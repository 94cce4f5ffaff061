//! A dependency of which only a name is imported.

use action_sdk::prelude::*;
#[expect(unused_imports, reason = "that it is mentioned is enough")]
use linking_leaf::MENTIONED;

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
