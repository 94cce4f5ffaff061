//! The tests of the crate that defines the actions, without mentioning it: not even they see its actions.

use action_sdk::prelude::*;

#[test]
fn a_crates_own_tests_do_not_link_it_unless_they_mention_it() {
    assert!(Registry::linked().is_empty());
}
