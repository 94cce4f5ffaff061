//! Mistakes that the macros report themselves: each is a file in `fail/`, with the complete output next to it.
//!
//! `TRYBUILD=overwrite cargo test -p ui --test fail` records the outputs again.

#[test]
fn the_macros_say_what_is_wrong_and_what_to_do() {
    if ui::is_known_rustc("the messages of the macros") {
        trybuild::TestCases::new().compile_fail("fail/*.rs");
    }
}
