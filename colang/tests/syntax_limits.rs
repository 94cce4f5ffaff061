//! Depth and size: deeply nested sources, long sources, and how little stack they need.

use std::sync::Arc;

use colang::diagnostic::{Code, MOST_DIAGNOSTICS};
use colang::program::{File, Program};
use colang::source::SourceId;
use colang::syntax::{parse, parse_expr};

/// Far beyond every limit.
const DEPTH: usize = 100_000;

/// The stack size of a thread in a careful host, in bytes.
const SMALL_STACK: usize = 512 * 1024;

/// Parses, clones, compares, lowers and drops a source on a small stack, and returns the codes of its mistakes.
fn codes_on_a_small_stack(source: String) -> Vec<Code> {
    let live = move || {
        let parsed = parse(SourceId(0), &source);
        let copy = parsed.clone();
        assert!(copy == parsed, "reading is repeatable");
        assert!(!format!("{copy:?}").is_empty());
        if !parsed.has_errors() {
            let file = File {
                name: "main.co",
                module: &parsed.module,
            };
            let program = Program::new(&[file]).expect("what can be read can be lowered");
            drop(program);
        }
        parsed
            .diagnostics
            .iter()
            .map(|mistake| mistake.code)
            .collect()
    };
    let thread = std::thread::Builder::new().stack_size(SMALL_STACK);
    let thread = thread.spawn(live).expect("a thread can be started");
    thread.join().expect("the stack suffices")
}

#[track_caller]
fn check(source: String, expected: &[Code]) {
    let beginning: String = source.chars().take(60).collect();
    let found = codes_on_a_small_stack(source);
    assert_eq!(found, expected, "for {beginning:?}");
}

fn wrapped(open: &str, inner: &str, close: &str, depth: usize) -> String {
    format!("{}{inner}{}", open.repeat(depth), close.repeat(depth))
}

/// Brackets, operators and chains that can be nested, with their endings.
const NESTED: &[(&str, &str)] = &[
    ("(", ")"),
    ("[", "]"),
    ("{1: ", "}"),
    ("{", "}"),
    ("f(", ")"),
    ("$x[", "]"),
    ("$x.a(b=", ")"),
    ("[1, ", "]"),
    ("(1, ", ")"),
    ("[y for y in ", "]"),
    ("-", ""),
    ("not ", ""),
    ("~", ""),
    ("1 ** ", ""),
    ("1 if 1 else ", ""),
    ("1 + (", ")"),
    ("not (", ")"),
    ("1 < (", ")"),
    ("1 or (1 and (", "))"),
    ("f(-[", "])"),
];

#[test]
fn expressions_nested_too_deeply_are_one_mistake() {
    for (open, close) in NESTED {
        let value = wrapped(open, "1", close, DEPTH);
        check(format!("flow main\n  $x = {value}\n"), &[Code::TooDeep]);
    }
}

#[test]
fn conditions_nested_too_deeply_are_one_mistake() {
    for (open, close) in NESTED {
        let value = wrapped(open, "1", close, DEPTH);
        check(
            format!("flow main\n  if {value}\n    pass\n"),
            &[Code::TooDeep],
        );
    }
}

#[test]
fn expressions_as_deep_as_allowed_fit_on_a_small_stack() {
    for (open, close) in NESTED {
        let fits = |depth: usize| {
            let value = wrapped(open, "1", close, depth);
            !parse_expr(SourceId(0), &value).has_errors()
        };
        let deepest = (1..200)
            .rev()
            .find(|depth| fits(*depth))
            .expect("some depth is allowed");
        // The body of the flow is a level, too.
        let value = wrapped(open, "1", close, deepest - 1);
        check(format!("flow main\n  $x = {value}\n"), &[]);
    }
}

#[test]
fn chains_that_are_too_long_are_one_mistake() {
    for link in [" + 1", ".a", "[0]", ".a()", " | 1", " if 1 else 1"] {
        check(
            format!("flow main\n  $x = $y{}\n", link.repeat(DEPTH)),
            &[Code::TooDeep],
        );
    }
}

#[test]
fn groups_nested_too_deeply_are_one_mistake() {
    for (open, close) in [
        ("(", ")"),
        ("(g and (h or ", "))"),
        ("(g or ", ")"),
        ("(g and ", ")"),
    ] {
        let group = wrapped(open, "f", close, DEPTH);
        check(format!("flow main\n  await {group}\n"), &[Code::TooDeep]);
        check(
            format!("flow main\n  when {group}\n    pass\n"),
            &[Code::TooDeep],
        );
    }
}

fn stairs(header: &str, depth: usize) -> String {
    let lines = (1..=depth).map(|level| format!("{}{header}\n", " ".repeat(level)));
    format!(
        "flow main\n{}{}pass\n",
        lines.collect::<String>(),
        " ".repeat(depth + 1)
    )
}

#[test]
fn blocks_nested_too_deeply_are_one_mistake() {
    for header in ["if True", "while True", "when A()", "flow inner"] {
        let parsed = parse(SourceId(0), &stairs(header, 2000));
        let errors = parsed
            .diagnostics
            .iter()
            .filter(|mistake| mistake.is_error());
        let codes: Vec<_> = errors.map(|mistake| mistake.code).collect();
        assert_eq!(codes, [Code::TooDeep], "for {header}");
    }
}

#[test]
fn blocks_as_deep_as_allowed_fit_on_a_small_stack() {
    for header in ["if True", "while True", "when A()"] {
        check(stairs(header, 62), &[]);
    }
}

#[test]
fn indentation_without_headers_is_told_once_for_each_line() {
    let found = codes_on_a_small_stack(stairs("pass", 50));
    assert_eq!(found, [Code::UnexpectedIndentation; 50]);
}

#[test]
fn stairs_without_end_are_read_to_the_end() {
    for header in ["if True", "pass", "else"] {
        let found = codes_on_a_small_stack(stairs(header, 5000));
        assert!(found.len() <= MOST_DIAGNOSTICS + 1, "{}", found.len());
    }
}

#[test]
fn open_brackets_without_end_are_few_mistakes() {
    for bracket in ["(", "[", "{", "f(", "$x["] {
        let source = format!("flow main\n  $x = {}", bracket.repeat(DEPTH));
        let found = codes_on_a_small_stack(source);
        assert!((1..3).contains(&found.len()), "{}", found.len());
    }
}

#[test]
fn long_conditions_are_no_problem() {
    check(
        format!("flow main\n  if $x{}\n    pass\n", " or $x".repeat(DEPTH)),
        &[],
    );
}

#[test]
fn long_groups_are_no_problem() {
    let parsed = parse(
        SourceId(0),
        &format!("flow main\n  match A(){}\n", " or A()".repeat(DEPTH)),
    );
    assert_eq!(parsed.diagnostics, []);
}

#[test]
fn many_alternatives_are_no_problem() {
    check(
        format!(
            "flow main\n  if $x\n    pass\n{}",
            "  elif $y\n    pass\n".repeat(50_000)
        ),
        &[],
    );
}

#[test]
fn ten_megabytes_are_read_to_the_end() {
    let flow = "flow greet $name\n  user said \"hello {$name}\" or user said \"hi\"\n  bot say \"hello\" # friendly\n\n";
    let count = 10_000_000 / flow.len();
    let parsed = parse(SourceId(0), &flow.repeat(count));
    assert_eq!(parsed.diagnostics, []);
    assert_eq!(parsed.module.flows.len(), count);
}

#[test]
fn ten_megabytes_on_one_line_are_read_to_the_end() {
    let items = "\"a {$x}\", 1.5, ".repeat(10_000_000 / 15);
    let parsed = parse(SourceId(0), &format!("flow main\n  $x = [{items}]\n"));
    assert_eq!(parsed.diagnostics, []);
}

#[test]
fn a_text_of_ten_megabytes_is_read_to_the_end() {
    for piece in ["é", "{$x} ", "\\n"] {
        let text = piece.repeat(10_000_000 / piece.len());
        let parsed = parse(SourceId(0), &format!("flow main\n  bot say \"{text}\"\n"));
        assert_eq!(parsed.diagnostics, [], "for {piece}");
    }
}

#[test]
fn a_comment_of_ten_megabytes_is_read_to_the_end() {
    let source: Arc<str> = format!("flow main\n  pass # {}\n", "x".repeat(10_000_000)).into();
    assert_eq!(parse(SourceId(0), &source).diagnostics, []);
}

#[test]
fn long_rows_of_one_piece_are_read_to_the_end() {
    for piece in [
        "(",
        ")",
        "{",
        "\"",
        "'",
        "\\",
        ";",
        "$",
        "@",
        ".",
        ":",
        "\n",
        " ",
        "\t",
        "-",
        "a",
        "0",
        "#",
        "\"{",
        "or ",
        "\"\"\"",
        "'''",
        "@a\n",
        "flow\n",
        "flow a\n",
        "if\n",
        "when a\n",
        "a\n b\n",
        "import\n",
        "\"{1 +}\" ",
        "\u{feff}",
        "\r",
        "\r\n",
        "\0",
        "else\n",
        "(a\n",
        "$x = [\n",
        "f(a=1,",
        "flwo a\n b\n",
        "flwo a\n",
        "é",
        "…",
        "@f(a=1) ",
        "or when ",
        "$x.a = 1\n",
    ] {
        let row = piece.repeat(100_000 / piece.len());
        let most = MOST_DIAGNOSTICS + 1;
        let alone = parse(SourceId(0), &row);
        assert!(
            alone.diagnostics.len() <= most,
            "{piece:?}: {}",
            alone.diagnostics.len()
        );
        let told = parse(SourceId(0), &format!("flow main\n  bot say \"{row}\"\n"));
        assert!(told.diagnostics.len() <= most, "{piece:?} in a text");
        let body = parse(SourceId(0), &format!("flow main\n  $x = {row}\n"));
        assert!(body.diagnostics.len() <= most, "{piece:?} in a flow");
    }
}

#[test]
fn mistakes_without_number_are_cut_off() {
    let parsed = parse(
        SourceId(0),
        &format!("flow main\n{}", "  send ;\n".repeat(5_000)),
    );
    assert_eq!(parsed.diagnostics.len(), MOST_DIAGNOSTICS + 1);
    let last = parsed.diagnostics.last().map(|last| last.code);
    assert_eq!(last, Some(Code::TooMany));
}
