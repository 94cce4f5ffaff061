//! The tests of the very crate that defines actions, without a word about it: not even they see its actions.

use action_sdk::prelude::*;

#[test]
fn a_crates_own_tests_do_not_link_it_unless_they_mention_it() {
    assert!(Registry::linked().is_empty());
}
