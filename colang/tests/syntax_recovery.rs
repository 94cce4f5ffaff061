//! Recovery: every independent mistake of a file is reported at once, and nothing else.

use colang::diagnostic::Code;
use colang::source::{LineIndex, SourceId};
use colang::syntax::{Parsed, parse};

/// Line, column and code of each diagnostic, as in `4:11 co0101`.
fn told(source: &str, parsed: &Parsed) -> Vec<String> {
    let lines = LineIndex::new(source);
    let place = |at| lines.position(source, at);
    let told = parsed.diagnostics.iter();
    told.map(|mistake| format!("{} {}", place(mistake.span.start), mistake.code))
        .collect()
}

/// Checks a source whose lines mark their own mistakes: `#! column code`, once for each mistake.
#[track_caller]
fn check_marked(source: &str) {
    let mut expected = Vec::new();
    for (number, line) in source.lines().enumerate() {
        for mark in line.split("#! ").skip(1) {
            expected.push(format!("{}:{}", number + 1, mark.trim()));
        }
    }
    assert!(expected.len() > 30, "{}", expected.len());
    let parsed = parse(SourceId(0), source);
    assert_eq!(told(source, &parsed), expected, "{:#?}", parsed.diagnostics);
    let without_help = parsed
        .diagnostics
        .iter()
        .find(|mistake| mistake.help.is_none());
    assert_eq!(without_help, None);
}

#[test]
fn each_mistake_of_a_file_is_told_once() {
    check_marked(include_str!("data/mistakes.co"));
}

#[test]
fn flows_around_mistakes_are_read() {
    let parsed = parse(SourceId(0), include_str!("data/mistakes.co"));
    let names = parsed
        .module
        .flows
        .iter()
        .map(|flow| flow.name.name.as_str());
    let names: Vec<_> = names.collect();
    for name in ["sound at first", "sound in between", "sound at last"] {
        assert!(names.contains(&name), "{name} is not among {names:?}");
    }
}

/// Each code with a source that has only this mistake.
const CODES: &[(Code, &str)] = &[
    (Code::UnknownCharacter, "flow main\n  send Out();\n"),
    (Code::UnterminatedString, "flow main\n  bot say \"hi\n"),
    (Code::InvalidNumber, "flow main\n  $x = 007\n"),
    (Code::InvalidEscape, "flow main\n  $x = \"\\u12\"\n"),
    (Code::UnknownIndentation, "flow main\n    pass\n  pass\n"),
    (Code::UnexpectedIndentation, "flow main\n  pass\n    pass\n"),
    (Code::MissingBody, "flow main\n  if $x\n  pass\n"),
    (Code::UnbalancedBracket, "flow main\n  $x = [1, 2\n  pass\n"),
    (Code::Unexpected, "flow main\n  $x = 1 2\n"),
    (Code::OutsideFlow, "send Out()\n"),
    (Code::InvalidFlowHeader, "flow main $x:\n  pass\n"),
    (Code::InvalidAssignment, "flow main\n  $x *= 2\n"),
    (
        Code::PositionalAfterNamed,
        "flow main\n  send Out(a=1, 2)\n",
    ),
    (Code::InvalidDecorator, "@loop($x)\nflow main\n  pass\n"),
    (Code::InvalidImport, "import a as b\n"),
    (Code::MissingHeader, "flow main\n  else\n    pass\n"),
    (Code::BareName, "flow main\n  $x = [count]\n"),
    (Code::InvalidInterpolation, "flow main\n  $x = \"{1 +}\"\n"),
    (Code::Duplicate, "flow main $x $x\n  pass\n"),
    (Code::Suspicious, "@actve\nflow main\n  pass\n"),
    (Code::ForeignForm, "flow main\n  execute XAction()\n"),
];

#[test]
fn each_code_has_its_mistake() {
    for (code, source) in CODES {
        let parsed = parse(SourceId(0), source);
        let codes: Vec<_> = parsed
            .diagnostics
            .iter()
            .map(|mistake| mistake.code)
            .collect();
        assert_eq!(codes, [*code], "for\n{source}");
    }
}

#[test]
fn no_code_is_left_out() {
    // Depth and number are tested in `syntax_limits`, and a source of 4 GiB is too large for a test.
    let elsewhere = [Code::TooDeep, Code::TooMany, Code::TooLarge];
    // Codes from co0201 on do not come from the parser.
    let of_syntax = |code: &&Code| code.as_str() < "co02";
    for code in Code::ALL.iter().filter(of_syntax) {
        let is_shown = CODES.iter().any(|(shown, _)| shown == code);
        assert!(is_shown != elsewhere.contains(code), "{code}");
    }
}

#[test]
fn codes_are_told_apart() {
    let mut texts: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
    texts.dedup();
    assert_eq!(texts.len(), Code::ALL.len());
    assert!(texts.is_sorted());
}
