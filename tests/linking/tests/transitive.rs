//! A transitive dependency that is not mentioned by the crate in between.

use action_sdk::prelude::*;
use linking_mid as _;

#[test]
fn only_the_one_between_is_there() {
    let names: Vec<_> = Registry::linked()
        .iter()
        .map(|action| action.name().to_owned())
        .collect();
    assert_eq!(names, ["MidAction"]);
}
