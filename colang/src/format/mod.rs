//! Writes a source anew in one style: indentation, blanks, empty lines. What it means stays, and so do its comments.
//!
//! Only whitespace changes. Lines are neither joined nor split, and strings are copied as they are.

mod indent;
mod rows;
mod spacing;

use crate::diagnostic::Diagnostic;
use crate::source::SourceId;
use crate::syntax::{Comment, Lexed, lex, parse};

/// The same source in one style.
///
/// Blocks are indented by two blanks, lines that continue another by two more. Operators stand between blanks. There is an
/// empty line between flows, nowhere more than two, no blank at the end of a line, and one line break at the end.
///
/// ```
/// use colang::source::SourceId;
///
/// let source = "flow main\n    match  Start( ) as $event # first\n    $x=1+2\n\n\n";
/// let formatted = colang::format(SourceId(0), source).expect("there is no mistake in it");
/// assert_eq!(formatted, "flow main\n  match Start() as $event # first\n  $x = 1 + 2\n");
/// ```
///
/// # Errors
///
/// If the source has mistakes: all diagnostics, including the warnings.
pub fn format(source_id: SourceId, source: &str) -> Result<String, Vec<Diagnostic>> {
    let parsed = parse(source_id, source);
    if parsed.has_errors() {
        return Err(parsed.diagnostics);
    }
    let lexed = lex(source_id, source);
    let formatted = write(source, &lexed);
    let is_same = is_same(source, &lexed, &formatted);
    debug_assert!(is_same, "{source}\n----\n{formatted}");
    // A formatter that would change a program changes nothing.
    Ok(match is_same {
        true => formatted,
        false => source.to_owned(),
    })
}

fn write(source: &str, lexed: &Lexed) -> String {
    let first_end = source.find('\n').unwrap_or(0);
    let line_end = match source[..first_end].ends_with('\r') {
        true => "\r\n",
        false => "\n",
    };
    let mut out = String::with_capacity(source.len() + source.len() / 8);
    if source.starts_with('\u{feff}') {
        out.push('\u{feff}');
    }
    let rows = rows::rows(source, lexed);
    let columns = indent::columns(source, &rows);
    let mut writer = spacing::Writer::new(source);
    for (row, column) in rows.iter().zip(columns) {
        for _ in 0..row.blank_lines {
            out.push_str(line_end);
        }
        out.extend(std::iter::repeat_n(' ', column));
        out.push_str(&writer.row(row));
        out.push_str(line_end);
    }
    out
}

/// Whether both have the same tokens and comments, and so mean the same.
fn is_same(source: &str, lexed: &Lexed, formatted: &str) -> bool {
    let again = lex(SourceId(0), formatted);
    let tokens = lexed
        .tokens
        .iter()
        .map(|token| (token.kind, token.span.text(source)));
    let new = again
        .tokens
        .iter()
        .map(|token| (token.kind, token.span.text(formatted)));
    let comments = lexed
        .comments
        .iter()
        .map(|comment| comment_text(source, comment));
    let new_comments = again
        .comments
        .iter()
        .map(|comment| comment_text(formatted, comment));
    let is_excluded = |text| parse(SourceId(0), text).module.exclude_from_llm;
    tokens.eq(new) && comments.eq(new_comments) && is_excluded(source) == is_excluded(formatted)
}

/// A comment without the blanks behind it.
fn comment_text<'a>(source: &'a str, comment: &Comment) -> &'a str {
    comment
        .span
        .text(source)
        .trim_end_matches([' ', '\t', '\r'])
}
