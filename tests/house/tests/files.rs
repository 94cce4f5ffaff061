//! What every source file looks like: its first line says who lives there, and it is not too long.

use std::path::{Path, PathBuf};

/// The maximum number of lines; a longer file should be split.
const MOST_LINES: usize = 600;

/// The maximum number of lines of a function's body, and where it applies.
const MOST_LINES_OF_BODY: usize = 40;
const ENGINE: [&str; 2] = ["colang/src", "runtime/src"];

fn root() -> PathBuf {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.canonicalize().expect("the workspace is there")
}

/// All Rust files in a folder, without build output.
fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = folder
        .read_dir()
        .expect("a folder can be read")
        .map(|entry| entry.expect("and its entries").path());
    entries
        .flat_map(|path| match path.is_dir() {
            true if is_passed_over(&path) => Vec::new(),
            true => rust_files(&path),
            false if path.extension().is_some_and(|extension| extension == "rs") => vec![path],
            false => Vec::new(),
        })
        .collect()
}

/// Build output, and programs that are wrong on purpose.
fn is_passed_over(folder: &Path) -> bool {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with('.') || name == "target" || name == "fail"
}

fn check_each(rule: &str, holds: impl Fn(&str) -> bool) {
    let files = rust_files(&root());
    assert!(
        files.len() > 50,
        "the files of the workspace were not found"
    );
    let broken = files
        .iter()
        .filter(|file| !holds(&std::fs::read_to_string(file).expect("sources are UTF-8")));
    let broken: Vec<_> = broken
        .map(|file| file.strip_prefix(root()).unwrap_or(file))
        .collect();
    assert!(broken.is_empty(), "{rule}: {broken:#?}");
}

#[test]
fn every_file_says_who_lives_there() {
    check_each("the first line is a `//!` comment", |text| {
        text.starts_with("//!")
    });
}

#[test]
fn every_file_is_a_room() {
    check_each("at most 600 lines", |text| {
        text.lines().count() <= MOST_LINES
    });
}

#[test]
fn nothing_is_left_undone() {
    let marks = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("todo", "!("),
        concat!("unimplemented", "!("),
    ];
    check_each("no stubs", |text| {
        !marks.iter().any(|mark| text.contains(mark))
    });
}

/// The functions of a file with more lines than allowed, each with the number of lines of its body. The sources are
/// formatted, so a function ends at the first closing brace that is indented like its first line.
fn long_functions(text: &str) -> Vec<(String, usize)> {
    let lines: Vec<_> = text.lines().collect();
    let starts = (0..lines.len()).filter_map(|at| Some((at, function_name(lines[at])?)));
    let measured = starts.filter_map(|(at, name)| Some((name, body_lines(&lines[at..])?)));
    measured
        .filter(|(_, count)| *count > MOST_LINES_OF_BODY)
        .collect()
}

/// The name of the function that begins in this line.
fn function_name(line: &str) -> Option<String> {
    let (before, after) = line.trim_start().split_once("fn ")?;
    let is_qualifier = |word: &str| {
        word.starts_with("pub") || word.ends_with(')') || ["const", "async"].contains(&word)
    };
    let name: String = after
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect();
    let is_function = before.split_whitespace().all(is_qualifier);
    (is_function && !name.is_empty()).then_some(name)
}

/// The number of lines in the body of the function that begins in the first line; `None` if it has none of its own.
fn body_lines(lines: &[&str]) -> Option<usize> {
    let indent = lines[0].len() - lines[0].trim_start().len();
    let is_outer = |line: &str| line.len() - line.trim_start().len() == indent && !line.is_empty();
    let mut outer = (0..lines.len()).filter(|at| is_outer(lines[*at]));
    let ends_signature = |at: &usize| lines[*at].ends_with(['{', '}', ';']);
    let begin = outer.find(ends_signature)?;
    if !lines[begin].ends_with('{') {
        return None;
    }
    let end = outer.find(|at| lines[*at].trim_start() == "}")?;
    Some(end - begin - 1)
}

#[test]
fn functions_of_the_engine_fit_on_a_page() {
    let mut found = 0;
    let mut long = Vec::new();
    for file in ENGINE
        .iter()
        .flat_map(|folder| rust_files(&root().join(folder)))
    {
        let text = std::fs::read_to_string(&file).expect("sources are UTF-8");
        found += text.lines().filter_map(function_name).count();
        let functions = long_functions(&text).into_iter();
        long.extend(functions.map(|(name, lines)| format!("{}: {name} ({lines})", file.display())));
    }
    assert!(found > 1_000, "the functions were not found");
    assert!(
        long.is_empty(),
        "at most {MOST_LINES_OF_BODY} lines: {long:#?}"
    );
}

#[test]
fn a_long_function_is_found() {
    let body = "    let _x = 1;\n".repeat(MOST_LINES_OF_BODY + 1);
    let text =
        format!("pub(crate) async fn short() {{}}\n\nfn long(\n    a: u8,\n) -> u8 {{\n{body}}}\n");
    assert_eq!(
        long_functions(&text),
        [("long".to_owned(), MOST_LINES_OF_BODY + 1)]
    );
}
