//! A module in which every name that generated code could use by accident has another meaning.

use crate::{check, none};
use serde_json::json;

mod hostile {
    #![expect(
        dead_code,
        nonstandard_style,
        unused_macros,
        reason = "they are there to be in the way"
    )]

    use ::action_sdk::{Context, Res, action, actions};

    pub(super) struct Ok;
    pub(super) struct Err;
    pub(super) struct Some;
    pub(super) struct None;
    pub(super) struct Box;
    pub(super) struct Result;
    pub(super) struct String;
    pub(super) struct Option;
    pub(super) struct Vec;
    pub(super) struct Default;
    pub(super) struct Send;
    pub(super) struct Future;
    pub(super) struct Call;
    pub(super) struct RawAction;
    pub(super) struct RawCall;
    pub(super) struct RetPlain;
    pub(super) struct bool;
    pub(super) struct u8;
    pub(super) struct u32;
    pub(super) struct usize;
    pub(super) struct str;

    mod std {}
    mod core {}
    mod alloc {}
    mod serde {}
    mod inventory {}
    mod action_sdk {}
    mod __private {}

    macro_rules! env {
        ($($anything:tt)*) => {};
    }
    macro_rules! file {
        ($($anything:tt)*) => {};
    }
    macro_rules! concat {
        ($($anything:tt)*) => {};
    }

    fn call() {}
    fn run() {}
    fn fail() {}
    fn argument() {}
    fn __call() {}
    const a0: () = ();

    #[action(name = "HostileAction")]
    async fn hostile(value: i64, #[arg(default)] other: i64, context: &Context) -> i64 {
        value + other + i64::from(context.is_empty())
    }

    const NAME: &::core::primitive::str = "HostileConstantAction";

    #[action(name = NAME, aliases = ["hostile"], blocking)]
    fn constant(db: Res<crate::arguments::Db>) -> i64 {
        db.into_inner().rows
    }

    pub(super) struct Hostile;

    #[actions]
    impl Hostile {
        #[action(name = "HostileMethodAction")]
        async fn method(value: i64) -> ::core::result::Result<i64, ::std::string::String> {
            ::core::result::Result::Ok(value)
        }
    }
}

#[test]
fn nothing_that_a_user_shadows_is_in_the_way() {
    check("HostileAction", json!({"value": 1}), json!(2));
    check("HostileConstantAction", none(), json!(3));
    check("HostileMethodAction", json!({"value": 1}), json!(1));
}
