//! Loading takes time linear in the length of the source: sizes that would take forever otherwise.

use colang::diagnostic::Code;
use colang::program::{File, PlacedMistake, Program, ProgramError};
use colang::source::SourceId;
use colang::syntax::{self, ast::Module};

fn parsed(source: &str) -> Module {
    let parsed = syntax::parse(SourceId(0), source);
    assert!(
        !parsed
            .diagnostics
            .iter()
            .any(colang::diagnostic::Diagnostic::is_error)
    );
    parsed.module
}

fn warnings(source: &str) -> Vec<PlacedMistake> {
    let module = &parsed(source);
    let name = "main.co";
    Program::check(&[File { name, module }])
}

fn loaded(source: &str) -> Result<Program, ProgramError> {
    let module = &parsed(source);
    let name = "main.co";
    Program::new(&[File { name, module }])
}

/// Checks the number of warnings with this code, that the last of them is in this line, and that only some have
/// suggestions.
#[track_caller]
fn check(source: &str, code: Code, count: usize, line: u32) {
    let warnings = warnings(source);
    assert_eq!(warnings.len(), count);
    assert!(
        warnings
            .iter()
            .all(|warning| warning.diagnostic().code == code)
    );
    let last = warnings.last().and_then(PlacedMistake::position);
    assert_eq!(last.map(|place| place.line), Some(line));
    let helps = warnings
        .iter()
        .filter_map(|warning| warning.diagnostic().help.as_deref());
    let suggested = helps
        .filter(|help| help.starts_with("did you mean"))
        .count();
    assert!((1..=50).contains(&suggested), "{suggested}");
}

#[test]
fn unknown_calls_beside_many_flows() {
    let many = 5000;
    let flows: String = (0..many)
        .map(|n| format!("flow greet user w{n}\n  pass\n"))
        .collect();
    let calls: String = (0..many).map(|n| format!("  greet usre w{n}\n")).collect();
    check(
        &format!("{flows}flow main\n{calls}"),
        Code::UnknownFlow,
        many,
        15_001,
    );
}

#[test]
fn unknown_arguments_beside_many_parameters() {
    let many = 4000;
    let list = |word: &str, equals: &str| {
        (0..many)
            .map(|n| format!(" ${word}{n}{equals}"))
            .collect::<String>()
    };
    let source = format!(
        "flow a{}\n  pass\nflow main\n  a{}\n",
        list("name", ""),
        list("nmae", "=1")
    );
    check(&source, Code::UnknownParameter, many, 4);
}

#[test]
fn arguments_that_are_too_many_for_many_parameters() {
    let parameters: String = (0..4000).map(|n| format!(" $name{n}")).collect();
    let source = format!(
        "flow a{parameters}\n  pass\nflow main\n  a{}\n",
        " 1".repeat(8000)
    );
    let warnings = warnings(&source);
    assert_eq!(warnings.len(), 4000);
    let help = warnings[0].diagnostic().help.clone().unwrap_or_default();
    assert!(help.ends_with("and 3980 more"), "{help}");
}

#[test]
fn a_name_of_many_words() {
    let name = "word ".repeat(20_000);
    let source = format!("flow {name}x\n  pass\nflow main\n  {name}y\n");
    let warnings = warnings(&source);
    assert_eq!(warnings.len(), 1);
    let help = warnings[0].diagnostic().help.clone().unwrap_or_default();
    assert_eq!(help, "define it, or import the file that does");
}

#[test]
fn many_flows_of_one_name() {
    let many = 30_000;
    let error = loaded(&"flow a\n  pass\n".repeat(many)).expect_err("names are given once");
    assert_eq!(error.mistakes().len(), many - 1);
    let last = error.mistakes().last().and_then(PlacedMistake::position);
    assert_eq!(last.map(|place| place.line), Some(59_999));
}

#[test]
fn many_flows_that_override_nothing() {
    let many = 5000;
    let flow = |n: usize| {
        format!("flow greet user w{n}\n  pass\n@override\nflow greet usre w{n}\n  pass\n")
    };
    let error =
        loaded(&(0..many).map(flow).collect::<String>()).expect_err("nothing is overridden");
    assert_eq!(error.mistakes().len(), many);
}
