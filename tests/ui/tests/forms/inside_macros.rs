//! Actions defined by `macro_rules!`.

use crate::{check, descriptor, is_registered, none};
use action_sdk::prelude::*;
use serde_json::json;

macro_rules! constant {
    ($name:ident, $action:literal, $ty:ty, $value:expr) => {
        #[action(name = $action)]
        async fn $name() -> $ty {
            $value
        }
    };
}

constant!(constant_number, "ConstantNumberAction", i64, 6 * 7);
constant!(
    constant_text,
    "ConstantTextAction",
    Option<&'static str>,
    Some("text")
);

#[test]
fn with_names_types_literals_and_expressions() {
    check("ConstantNumberAction", none(), json!(42));
    check("ConstantTextAction", none(), json!("text"));
}

macro_rules! arguments {
    ($name:ident($argument:ident: $ty:ty = $default:expr) $body:block) => {
        #[action]
        async fn $name(#[arg(default = $default)] $argument: $ty, context: &Context) -> $ty {
            let _ = context;
            $body
        }
    };
}

arguments!(doubled(value: i64 = 4) { value * 2 });

macro_rules! optional {
    ($name:ident, $special:ty, $lent:ty, $result:ty) => {
        #[action]
        async fn $name(context: $special, text: $lent) -> $result {
            text.len() + context.len()
        }
    };
}

optional!(lent_by_type, &Context, &str, usize);

#[test]
fn with_parameters() {
    check("DoubledAction", none(), json!(8));
    check("DoubledAction", json!({"value": 5}), json!(10));
    check("LentByTypeAction", json!({"text": "abc"}), json!(3));
}

macro_rules! named {
    ($name:ident, $action:expr) => {
        #[action(name = $action)]
        async fn $name() {}
    };
}

const NAME: &str = "NamedByExpressionAction";

named!(named_by_expression, NAME);
named!(named_by_text, concat!("NamedBy", "TextAction"));

macro_rules! derived {
    ($($name:ident),+) => {
        $(
            #[action(name = concat!(stringify!($name), "Action"))]
            async fn $name() {}
        )+
    };
}

#[expect(
    nonstandard_style,
    reason = "the functions are called like the actions"
)]
mod derived {
    use action_sdk::prelude::*;

    derived!(FromIdentOne, FromIdentTwo);
}

#[test]
fn with_names_put_together() {
    for name in [
        "NamedByExpressionAction",
        "NamedByTextAction",
        "FromIdentOneAction",
        "FromIdentTwoAction",
    ] {
        assert!(is_registered(name), "for {name}");
    }
}

macro_rules! passed_through {
    ($(#[$meta:meta])* $vis:vis async fn $($rest:tt)+) => {
        $(#[$meta])*
        #[action]
        $vis async fn $($rest)+
    };
}

passed_through! {
    /// Passed through.
    pub(crate) async fn passed_on(value: i64) -> Result<i64, String> {
        Ok(value)
    }
}

macro_rules! items {
    ($($item:item)+) => { $(#[action] $item)+ };
}

items! {
    async fn item_one() {}
    async fn item_two(value: i64) -> i64 { value }
}

#[test]
fn with_whole_functions() {
    check("PassedOnAction", json!({"value": 1}), json!(1));
    assert_eq!(
        descriptor("PassedOnAction").description(),
        "Passed through."
    );
    check("ItemTwoAction", json!({"value": 2}), json!(2));
    assert!(is_registered("ItemOneAction"));
}

macro_rules! counter {
    ($owner:ty { $($name:ident: $action:literal),+ }) => {
        #[actions]
        impl $owner {
            $(
                #[action(name = $action)]
                async fn $name(#[arg(default = Self::STEP)] by: i64) -> i64 {
                    by * 2
                }
            )+
        }
    };
}

struct Macro;

impl Macro {
    const STEP: i64 = 5;
}

counter!(Macro {
    one: "MacroOneAction",
    two: "MacroTwoAction"
});

#[test]
fn with_whole_blocks() {
    check("MacroOneAction", none(), json!(10));
    check("MacroTwoAction", json!({"by": 1}), json!(2));
}

/// A macro whose local variables have the names of those in generated code.
macro_rules! hygiene {
    ($name:ident, $value:expr) => {
        #[action]
        async fn $name(call: i64, a0: i64) -> i64 {
            let error = $value;
            call + a0 + error
        }
    };
}

hygiene!(hygienic, 1);

#[test]
fn locals_of_the_macro_are_its_own() {
    check("HygienicAction", json!({"call": 1, "a0": 2}), json!(4));
}
