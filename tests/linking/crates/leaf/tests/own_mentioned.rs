//! The tests of a crate that mention it see its actions.

use action_sdk::prelude::*;

link!(linking_leaf);

#[test]
fn a_crates_own_tests_see_its_actions_once_they_mention_it() {
    assert_eq!(Registry::linked().len(), 3);
}
