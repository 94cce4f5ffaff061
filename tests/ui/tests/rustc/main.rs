//! Mistakes that the compiler reports about generated code: traits, constants, its own rules. The compiler adds text
//! that changes between releases, so these tests only check what we promise: the number of errors, our words, and
//! what is underlined.

mod arguments;
mod futures;
mod harness;
mod names;
mod results;
mod schemas;
mod special_parameters;
mod the_compilers_own;

use harness::Message;

/// Checks the errors about `rustc/{case}.rs`: pairs of words in the message and the source that is underlined.
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

/// Checks other lines of the first error about `rustc/{case}.rs`.
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
