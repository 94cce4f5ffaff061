//! What each code of a problem means, with a bad and a good example: the contents of `docs/diagnostics.md`.

use colang::diagnostic::Code;

/// A section for each code, which begins with `## co0101`.
const CODES: &str = include_str!("codes.md");

/// Explains a code: what it means, what is wrong, and what is right, as Markdown.
///
/// ```
/// use action_sdk_runtime::{Code, explain};
///
/// assert!(explain(Code::UnknownFlow).starts_with("## co0301\n"));
/// ```
#[must_use]
pub fn explain(code: Code) -> &'static str {
    let header = format!("## {code}\n");
    let start = CODES.find(&header).unwrap_or(CODES.len());
    let section = &CODES[start..];
    let end = section.find("\n## ").map_or(section.len(), |end| end + 1);
    &section[..end]
}
