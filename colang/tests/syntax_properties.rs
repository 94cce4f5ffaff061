//! Properties of parsing, for any string: it ends, does not panic, and reports places inside the string.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use colang::diagnostic::Diagnostic;
use colang::program::{File, Program};
use colang::source::SourceId;
use colang::syntax::{Parsed, parse, parse_expr};
use proptest::prelude::*;

const WORDS: &[&str] = &[
    "flow",
    "main",
    "import",
    "@meta",
    "if",
    "elif",
    "else",
    "while",
    "when",
    "or",
    "and",
    "not",
    "in",
    "is",
    "as",
    "match",
    "await",
    "start",
    "stop",
    "send",
    "activate",
    "deactivate",
    "return",
    "log",
    "print",
    "pass",
    "abort",
    "global",
    "priority",
    "True",
    "None",
    "Go()",
    "BrewAction",
    "$x",
    "$größe",
    "=",
    "+=",
    "==",
    "<",
    "+",
    "-",
    "**",
    "*",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    ".",
    "...",
    "->",
    "1",
    "2.5",
    "1_0",
    ".5",
    "0x1",
    "99999999999999999999",
    "\"a\"",
    "\"{$x}\"",
    "\"{\"",
    "\"{1 +}\"",
    "\"{[y for y in $l]}\"",
    "\"\"\"doc\"\"\"",
    "\"\"\"",
    "'",
    "\"",
    "\\",
    "\\x4",
    "for",
    "\n",
    "\n  ",
    "\n    ",
    "\n\t",
    "\r\n",
    " ",
    "# c",
    "\u{feff}",
    "é",
    "€",
    "\0",
    ";",
    "{{",
    "}}",
];

/// All spans in a tree and its diagnostics.
fn spans(text: &str) -> Vec<(usize, usize)> {
    let number = |text: &str| {
        text.chars()
            .take_while(char::is_ascii_digit)
            .collect::<String>()
            .parse()
            .ok()
    };
    text.split("Span { start: ")
        .skip(1)
        .filter_map(|rest| Some((number(rest)?, number(rest.split_once("end: ")?.1)?)))
        .collect()
}

#[track_caller]
fn check_spans(source: &str, parsed: &Parsed) {
    let mut module = parsed.module.clone();
    assert_eq!(&*module.source, source);
    module.source = "".into();
    for (start, end) in spans(&format!("{:?} {:?}", module, parsed.diagnostics)) {
        assert!(
            source.get(start..end).is_some(),
            "{start}..{end} is not in {source:?}"
        );
    }
    let is_mute = |mistake: &&Diagnostic| mistake.message.is_empty() || mistake.help.is_none();
    assert_eq!(parsed.diagnostics.iter().find(is_mute), None);
}

/// Parses a source; without errors, it is lowered, too.
#[track_caller]
fn check_all(source: &str) {
    let parsed = parse(SourceId(0), source);
    check_spans(source, &parsed);
    if !parsed.has_errors() {
        let file = File {
            name: "main.co",
            module: &parsed.module,
        };
        // The program may be refused, but must not panic.
        let _ = Program::new(&[file]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_can_be_read(source in "(?s).{0,200}") {
        check_spans(&source, &parse(SourceId(0), &source));
    }

    #[test]
    fn any_bytes_can_be_read(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let source = String::from_utf8_lossy(&bytes);
        check_spans(&source, &parse(SourceId(0), &source));
    }

    #[test]
    fn any_words_can_be_read(words in proptest::collection::vec(proptest::sample::select(WORDS), 0..60)) {
        for source in [words.concat(), words.join(" ")] {
            check_spans(&source, &parse(SourceId(0), &source));
            let body = format!("flow main\n  {source}\n\nflow last\n  pass\n");
            check_spans(&body, &parse(SourceId(0), &body));
        }
    }

    #[test]
    fn any_words_can_be_read_as_an_expression(words in proptest::collection::vec(proptest::sample::select(WORDS), 0..40)) {
        let source = words.join(" ");
        let parsed = parse_expr(SourceId(0), &source);
        for (start, end) in spans(&format!("{parsed:?}")) {
            prop_assert!(source.get(start..end).is_some(), "{}..{} is not in {:?}", start, end, source);
        }
    }

    #[test]
    fn reading_is_repeatable(words in proptest::collection::vec(proptest::sample::select(WORDS), 0..60)) {
        let source = words.join(" ");
        prop_assert_eq!(parse(SourceId(0), &source), parse(SourceId(0), &source));
    }
}

/// The programs of the recorded conversations.
static PROGRAMS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/conformance/cases");
    let mut programs = Vec::new();
    for case in files_below(&root) {
        let text = std::fs::read_to_string(&case).expect("a case can be read");
        let case: serde_json::Value = serde_json::from_str(&text).expect("a case is JSON");
        let files = case["files"].clone();
        let files: BTreeMap<String, String> = serde_json::from_value(files).unwrap_or_default();
        let sources = files.into_iter().filter(|(name, _)| name.ends_with(".co"));
        programs.extend(sources.map(|(_, source)| source));
    }
    assert!(programs.len() > 200, "{} programs", programs.len());
    programs
});

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = folder.read_dir().expect("a folder can be read");
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("an entry can be read").path())
        .collect();
    paths.sort();
    paths
        .into_iter()
        .flat_map(|path| match path.is_dir() {
            true => files_below(&path),
            false => vec![path],
        })
        .collect()
}

/// A change to a source, at some character of it.
#[derive(Debug, Clone)]
enum Damage {
    Cut,
    Drop(usize),
    Repeat(usize),
    Insert(String),
    MoveTo(prop::sample::Index, usize),
}

/// Characters that editors, terminals and copying leave in files.
const STRANGE: &[&str] = &[
    "\r\n",
    "\r",
    "\t",
    "\u{feff}",
    "\0",
    "\u{1b}[0m",
    "\u{202e}",
    "\u{2066}",
    "\u{200b}",
    "\u{a0}",
    "\u{2028}",
    "\u{85}",
    "\u{c}",
    "e\u{301}",
    "ﬁ",
    "Ⅷ",
    "変数",
    "🙂",
    "\u{fffd}",
    "\u{10ffff}",
    "“",
    "'''",
    "\"\"\"",
    "\\\n",
    "{\\\"",
    "\n\n\n",
    "  ",
];

fn damage() -> impl Strategy<Value = Damage> {
    let piece = prop_oneof![
        prop::sample::select(WORDS).prop_map(str::to_owned),
        prop::sample::select(STRANGE).prop_map(str::to_owned),
        any::<char>().prop_map(String::from),
    ];
    prop_oneof![
        Just(Damage::Cut),
        (1_usize..40).prop_map(Damage::Drop),
        (1_usize..40).prop_map(Damage::Repeat),
        piece.prop_map(Damage::Insert),
        (any::<prop::sample::Index>(), 1_usize..40)
            .prop_map(|(to, length)| Damage::MoveTo(to, length)),
    ]
}

fn damaged(text: &str, at: &prop::sample::Index, damage: &Damage) -> String {
    let chars: Vec<char> = text.chars().collect();
    let at = at.index(chars.len() + 1);
    let (before, after) = chars.split_at(at);
    let string = |part: &[char]| part.iter().collect::<String>();
    let upto = |length: usize| length.min(after.len());
    match damage {
        Damage::Cut => string(before),
        Damage::Drop(length) => string(before) + &string(&after[upto(*length)..]),
        Damage::Repeat(length) => {
            string(before) + &string(&after[..upto(*length)]) + &string(after)
        }
        Damage::Insert(piece) => string(before) + piece + &string(after),
        Damage::MoveTo(to, length) => {
            let (moved, rest) = after.split_at(upto(*length));
            let rest = [before, rest].concat();
            let to = to.index(rest.len() + 1);
            string(&rest[..to]) + &string(moved) + &string(&rest[to..])
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_programs_can_be_read(
        program in any::<prop::sample::Index>(),
        damages in prop::collection::vec((any::<prop::sample::Index>(), damage()), 1..4),
    ) {
        let mut source = program.get(&PROGRAMS).clone();
        for (at, damage) in &damages {
            source = damaged(&source, at, damage);
        }
        check_all(&source);
    }
}

#[test]
fn every_beginning_of_a_program_can_be_read() {
    for program in PROGRAMS.iter().step_by(9) {
        for (at, _) in program.char_indices() {
            let _ = parse(SourceId(0), &program[..at]);
        }
        check_all(program);
    }
}

/// The lines of all flows and statements, and the diagnostics.
fn outline(source: &str) -> (Vec<u32>, Vec<String>) {
    let parsed = parse(SourceId(0), source);
    let lines = parsed.module.flows.iter().flat_map(|flow| {
        let lines = flow.body.iter().map(|stmt| stmt.line);
        std::iter::once(flow.line).chain(lines).collect::<Vec<_>>()
    });
    let messages = parsed.diagnostics.iter();
    let messages = messages.map(|mistake| mistake.message.clone()).collect();
    (lines.collect(), messages)
}

#[test]
fn line_ends_and_a_mark_at_the_beginning_change_nothing() {
    for program in PROGRAMS.iter() {
        let expected = outline(program);
        for other in [
            program.replace('\n', "\r\n"),
            format!("\u{feff}{program}"),
            format!("{program}\n\n# end"),
        ] {
            assert_eq!(outline(&other), expected, "{program}");
        }
    }
}
