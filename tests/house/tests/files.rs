//! What every source file looks like: its first line says who lives there, and it is not too long.

use std::path::{Path, PathBuf};

/// The maximum number of lines; a longer file should be split.
const MOST_LINES: usize = 600;

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
