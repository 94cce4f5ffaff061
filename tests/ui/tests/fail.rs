//! Mistakes that the macros report themselves: one file of `fail/` each, with the whole output beside it.
//!
//! `TRYBUILD=overwrite cargo test -p ui --test fail` records the outputs anew.

#[test]
fn the_macros_say_what_is_wrong_and_what_to_do() {
    if ui::is_known_rustc("the messages of the macros") {
        trybuild::TestCases::new().compile_fail("fail/*.rs");
    }
}
