//! `#[cfg]` before and after our attributes.

use crate::is_registered;
use action_sdk::prelude::*;

#[cfg(true)]
#[action]
async fn condition_above_holds() {}

#[action]
#[cfg(true)]
async fn condition_below_holds() {}

#[cfg(false)]
#[action]
async fn condition_above_fails(gone: Gone) {}

#[action]
#[cfg(false)]
async fn condition_below_fails(gone: Gone) {}

#[cfg_attr(true, action)]
async fn attribute_on_a_condition() {}

#[cfg_attr(false, action)]
#[expect(dead_code, reason = "nothing registers it")]
async fn attribute_on_a_condition_that_fails() {}

#[cfg(true)]
#[action(name = "EitherAction")]
async fn either() {}

#[cfg(false)]
#[action(name = "EitherAction")]
async fn either(gone: Gone) {}

#[test]
fn an_action_is_there_when_its_function_is() {
    assert!(
        is_registered("ConditionAboveHoldsAction") && is_registered("ConditionBelowHoldsAction")
    );
    assert!(
        !is_registered("ConditionAboveFailsAction") && !is_registered("ConditionBelowFailsAction")
    );
}

#[test]
fn the_attribute_itself_may_be_on_a_condition() {
    assert!(is_registered("AttributeOnAConditionAction"));
    assert!(!is_registered("AttributeOnAConditionThatFailsAction"));
}

#[test]
fn one_name_may_stand_under_conditions_that_exclude_each_other() {
    assert!(is_registered("EitherAction"));
}

struct Conditional;

#[actions]
impl Conditional {
    #[cfg(true)]
    #[action]
    async fn method_above_holds() {}

    #[action]
    #[cfg(true)]
    async fn method_below_holds() {}

    #[cfg(false)]
    #[action]
    async fn method_above_fails(gone: Gone) {}

    #[action]
    #[cfg(false)]
    async fn method_below_fails(gone: Gone) {}
}

#[actions]
#[cfg(false)]
impl Conditional {
    #[action]
    async fn block_below_fails(&self, gone: Gone) {}
}

#[cfg(false)]
#[actions]
impl Conditional {
    #[action]
    async fn block_above_fails(&self, gone: Gone) {}
}

#[actions]
#[cfg(true)]
impl Conditional {
    #[action]
    async fn block_below_holds() {}
}

#[test]
fn a_method_is_an_action_when_it_is_there() {
    assert!(is_registered("MethodAboveHoldsAction") && is_registered("MethodBelowHoldsAction"));
    assert!(!is_registered("MethodAboveFailsAction") && !is_registered("MethodBelowFailsAction"));
}

#[test]
fn a_blocks_condition_is_that_of_its_methods() {
    assert!(is_registered("BlockBelowHoldsAction"));
    assert!(!is_registered("BlockBelowFailsAction") && !is_registered("BlockAboveFailsAction"));
}
