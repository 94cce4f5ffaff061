//! How the name of an action is derived, and where an action may be defined.

use crate::{check, descriptor, is_registered, none};
use action_sdk::prelude::*;
use serde_json::json;

#[action]
async fn derived_name() {}

#[action]
async fn derived_with_suffix_action() {}

#[action]
async fn _derived_2_numbers() {}

#[test]
fn from_the_function() {
    for name in [
        "DerivedNameAction",
        "DerivedWithSuffixAction",
        "Derived2NumbersAction",
    ] {
        assert!(is_registered(name), "for {name}");
    }
}

const BY_CONSTANT: &str = "ByConstantAction";

mod paths {
    pub(crate) const NAME: &str = "ByPathAction";
}

#[action(name = BY_CONSTANT)]
async fn first() {}

#[action(name = paths::NAME)]
async fn second() {}

#[action(name = concat!("By", "Concat", "Action"))]
async fn third() {}

#[action(name = r"ByRawTextAction")]
async fn fourth() {}

#[action(name = ("InParenthesesAction"))]
async fn fifth() {}

#[action(name = r#"ByHashedTextAction"#)]
async fn sixth() {}

#[test]
fn from_an_expression() {
    let names = [
        "ByConstantAction",
        "ByPathAction",
        "ByConcatAction",
        "ByRawTextAction",
        "InParenthesesAction",
    ];
    for name in names.into_iter().chain(["ByHashedTextAction"]) {
        assert!(is_registered(name), "for {name}");
    }
}

/// The constant has the same name as a type and a value of the user.
#[action(name = "TakenAction")]
async fn taken() {}

#[expect(dead_code, reason = "it is there to be in the way")]
struct TakenAction;

#[test]
fn items_called_like_an_action_are_not_in_the_way() {
    assert!(is_registered("TakenAction"));
}

#[action(aliases = ["action_aliased", "validate_pizza_form", "fs.read_file"])]
async fn aliased() -> i64 {
    1
}

#[test]
fn aliases_are_names_too() {
    for name in [
        "AliasedAction",
        "action_aliased",
        "validate_pizza_form",
        "fs.read_file",
    ] {
        check(name, none(), json!(1));
    }
}

mod outer {
    pub(crate) mod inner {
        use action_sdk::prelude::*;

        #[action]
        pub(crate) async fn in_a_nested_module() {}
    }
}

#[test]
fn in_a_private_module() {
    let origin = descriptor("InANestedModuleAction").origin();
    assert!(
        origin.starts_with(
            "forms::names::outer::inner::in_a_nested_module (tests/ui/tests/forms/names.rs:"
        ),
        "{origin}"
    );
}

#[test]
fn in_the_body_of_a_function() {
    #[action]
    async fn in_a_body(value: i64) -> i64 {
        value + 1
    }

    check("InABodyAction", json!({"value": 1}), json!(2));
}

#[test]
fn in_a_block_of_a_constant() {
    const _: () = {
        #[action]
        async fn in_a_constant() {}
    };
    assert!(is_registered("InAConstantAction"));
}

mod by_path {
    #[action_sdk::action]
    async fn attribute_by_path() {}

    #[::action_sdk::prelude::action(name = "AttributeByLongPathAction")]
    async fn another() {}
}

#[test]
fn the_attribute_may_be_written_as_a_path() {
    assert!(is_registered("AttributeByPathAction") && is_registered("AttributeByLongPathAction"));
}

#[test]
fn the_line_is_that_of_the_function() {
    const LINE: u32 = line!() + 3;

    #[action(name = "LineAction")]
    async fn line_test() {}

    let origin = descriptor("LineAction").origin();
    assert!(origin.ends_with(&format!("names.rs:{LINE})")), "{origin}");
}
