//! Mistakes that the compiler reports about generated code: traits, constants, its own rules. Around our words it puts
//! its own, which change; so these tests hold what we promise: how many errors, which words, and what is underlined.

mod arguments;
mod futures;
mod harness;
mod names;
mod results;
mod schemas;
mod special_parameters;
mod the_compilers_own;

use harness::Message;

/// Holds the errors about `rustc/{case}.rs` against pairs of words that stand in them and the source they underline.
#[track_caller]
fn check(case: &str, expected: &[(&str, &str)]) {
    let Some(errors) = errors(case) else { return };
    let report: String = errors.iter().map(|error| error.text.as_str()).collect();
    assert_eq!(
        errors.len(),
        expected.len(),
        "errors about {case}:\n{report}"
    );
    for (error, (words, under)) in errors.iter().zip(expected) {
        assert!(
            error.text.contains(words),
            "{case} does not say {words:?}:\n{report}"
        );
        assert_eq!(
            error.under, *under,
            "{case} underlines something else:\n{report}"
        );
    }
}

/// Holds what else the first error about `rustc/{case}.rs` says.
#[track_caller]
fn check_notes(case: &str, notes: &[&str]) {
    let Some(errors) = errors(case) else { return };
    for note in notes {
        assert!(
            errors[0].text.contains(note),
            "{case} does not say {note:?}:\n{}",
            errors[0].text
        );
    }
}

fn errors(case: &str) -> Option<Vec<&'static Message>> {
    let errors = harness::messages(case)?
        .iter()
        .filter(|message| message.level == "error");
    Some(errors.collect())
}
