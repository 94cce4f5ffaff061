//! Files in Colang 1: they are passed over, and what is lost with them must not be missing.

use super::problem::ConfigProblem;

/// A flow that is defined in a file that is passed over.
pub(super) struct Lost {
    pub(super) flow: String,
    /// `old.co:3`.
    pub(super) place: String,
}

/// A file that is passed over.
pub(super) struct PassedOver {
    pub(super) warning: ConfigProblem,
    pub(super) lost: Vec<Lost>,
}

/// What is lost with a file if it is one in Colang 1: it defines something as that does, and has no flow of Colang 2.
pub(super) fn pass_over(file: &str, text: &str) -> Option<PassedOver> {
    let text = text.trim_start_matches('\u{feff}');
    if text.lines().any(is_flow) {
        return None;
    }
    let definitions = text.lines().zip(1_u32..);
    let mut definitions = definitions
        .filter(|(line, _)| line.starts_with("define "))
        .peekable();
    let (_, first) = *definitions.peek()?;
    let message = "this file is written in Colang 1, and is passed over with all that it defines";
    let warning = ConfigProblem::in_file(file, message).at_line(first, 1);
    let lost = definitions.filter_map(|(line, number)| {
        Some(Lost {
            flow: flow(line)?,
            place: format!("{file}:{number}"),
        })
    });
    Some(PassedOver {
        warning: warning.help("write it in Colang 2, or leave it out with `.railsignore`"),
        lost: lost.collect(),
    })
}

fn is_flow(line: &str) -> bool {
    let line = line.trim_start();
    line.strip_prefix("flow")
        .is_some_and(|rest| rest.starts_with([' ', '\t']))
}

/// What Colang 2 would call that which a line of Colang 1 defines.
fn flow(line: &str) -> Option<String> {
    let words: Vec<_> = line.split_whitespace().collect();
    let name = |words: &[&str]| (!words.is_empty()).then(|| words.join(" "));
    match words.as_slice() {
        ["define", "user" | "bot", _, ..] => name(&words[1..]),
        ["define", "flow" | "subflow", rest @ ..] => name(rest),
        ["define", "extension" | "parallel", "flow", rest @ ..] => name(rest),
        _ => None,
    }
}
