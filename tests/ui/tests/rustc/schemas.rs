//! Arguments without a JSON Schema, where the SDK has its feature `schema`.

use crate::{check, check_notes};

const WORDS: &str = "has no JSON Schema, which every argument needs while the feature `schema`";

#[test]
fn what_has_no_schema() {
    let case = "schema/argument_has_no_schema";
    check(case, &[(WORDS, "Plain")]);
    let derive = "derive `schemars::JsonSchema` on it, or on the type of yours that it holds";
    let label = "callers cannot be told what to send here";
    check_notes(case, &["`Plain` has no JSON Schema", label, derive]);
}

#[test]
fn a_list_of_what_has_no_schema() {
    check(
        "schema/argument_list_has_no_schema",
        &[(WORDS, "Vec<Plain>")],
    );
}

#[test]
fn a_rest_that_has_no_schema() {
    check("schema/rest_has_no_schema", &[(WORDS, "Plain")]);
}

#[test]
fn what_serde_cannot_read_is_said_once() {
    let words = "`NotDe` cannot be used as an action parameter";
    check("schema/argument_is_not_deserialize", &[(words, "NotDe")]);
}

#[test]
fn a_default_of_another_type_is_said_once() {
    let words = "expected `i64`, found `&str`";
    check("schema/default_of_another_type", &[(words, r#""ten""#)]);
}

#[test]
fn what_is_no_argument_needs_none() {
    check("schema/others_need_none", &[]);
}
