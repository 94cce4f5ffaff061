//! Files in Colang 1 are skipped. Flows that are defined in them must not be needed elsewhere.

use colang::diagnostic::Code;

use crate::problem::Problem;

/// A flow that is defined in a skipped file.
pub(super) struct Lost {
    pub(super) flow: String,
    /// `old.co:3`.
    pub(super) place: String,
}

/// A skipped file.
pub(super) struct PassedOver {
    pub(super) warning: Problem,
    pub(super) lost: Vec<Lost>,
}

/// The definitions of a Colang 1 file, `None` for other files: it defines something in the syntax of Colang 1, and
/// has no Colang 2 flow.
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
    let warning = Problem::in_file(Code::SkippedFile, file, message).at_line(first, 1);
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

/// The Colang 2 name of the flow that a line of Colang 1 defines.
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
