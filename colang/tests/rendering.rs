//! How diagnostics are rendered, with their source lines (feature `render`).
#![cfg(feature = "render")]

use colang::diagnostic::render;
use colang::source::SourceMap;
use colang::syntax::parse;

fn rendered(name: &str, source: &str) -> String {
    let mut sources = SourceMap::new();
    let id = sources.add(name, source);
    let parsed = parse(id, source);
    let texts = parsed.diagnostics.iter();
    let texts: Vec<_> = texts.map(|mistake| render(mistake, &sources)).collect();
    texts.join("\n\n") + "\n"
}

#[track_caller]
fn check(source: &str, expected: &str) {
    let found = rendered("main.co", source);
    let lines: Vec<_> = found.trim_end().lines().map(str::trim_end).collect();
    assert_eq!(lines.join("\n"), expected.trim(), "found\n{found}");
}

#[test]
fn a_file_full_of_mistakes() {
    let found = rendered("mistakes.co", include_str!("data/mistakes.co"));
    let path = concat!(env!("CARGO_TARGET_TMPDIR"), "/mistakes.txt");
    std::fs::write(path, &found).expect("what was found can be kept");
    let expected = include_str!("data/mistakes.txt");
    let differs = found
        .lines()
        .zip(expected.lines())
        .find(|(found, expected)| found != expected);
    assert_eq!(differs, None, "the whole is in {path}");
    assert_eq!(
        found.lines().count(),
        expected.lines().count(),
        "the whole is in {path}"
    );
}

#[test]
fn related_places_are_shown() {
    check(
        "flow main\n  send Out(x=1\n  send Ready()\n",
        "
error[co0008]: `(` is never closed
 --> main.co:2:11
  |
2 |   send Out(x=1
  |           ^   - `)` was expected before this
  |
  = help: add `)` where it ends",
    );
}

#[test]
fn the_end_of_a_file_is_a_place() {
    check(
        "flow main\n  $x = [",
        "
error[co0101]: expected a value, found the end of the line
 --> main.co:2:9
  |
2 |   $x = [
  |         ^
  |
  = help: a value is missing here",
    );
}

#[test]
fn wide_characters_are_counted_as_seen() {
    check(
        "flow main\n  bot say \"変数\" ;\n",
        "
error[co0001]: the character `;` has no meaning here
 --> main.co:2:16
  |
2 |   bot say \"変数\" ;
  |                  ^
  |
  = help: end the line instead: every statement has a line of its own",
    );
}

#[test]
fn tabs_keep_places_in_line() {
    check(
        "flow main\n\tmatch\tGo() ;\n",
        "
error[co0001]: the character `;` has no meaning here
 --> main.co:2:13
  |
2 |     match    Go() ;
  |                   ^
  |
  = help: end the line instead: every statement has a line of its own",
    );
}

#[test]
fn characters_that_turn_the_text_around_are_shown_as_such() {
    check(
        "flow main\n  send \u{202e}Out()\n",
        "
error[co0001]: the character U+202E has no meaning here
 --> main.co:2:8
  |
2 |   send �Out()
  |        ^
  |
  = help: remove it; it cannot be seen, but it is there",
    );
}

#[test]
fn lines_may_end_as_on_windows() {
    check(
        "flow main\r\n  send Out();\r\n",
        "
error[co0001]: the character `;` has no meaning here
 --> main.co:2:13
  |
2 |   send Out();
  |             ^
  |
  = help: end the line instead: every statement has a line of its own",
    );
}

#[test]
fn lines_without_end_are_left_out() {
    let source = format!("flow main\n  $x = \"{}\" ;\n", "a".repeat(10_000));
    check(
        &source,
        "
error[co0001]: the character `;` has no meaning here
 |
 = note: main.co:2:10011
 = help: end the line instead: every statement has a line of its own",
    );
}
