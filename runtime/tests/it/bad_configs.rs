//! Folders with planted mistakes, `tests/bad-configs`. A comment says what is to be found in its line: `~ co0101`, with
//! the column `~ co0101@5`. Nothing else may be found.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use action_sdk_runtime::{Checker, Problem};

use crate::support::dispatcher;

/// How many mistakes there are at least.
const PLANTED: usize = 60;

fn folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad-configs");
    let entries = root.read_dir().expect("there are folders");
    let folders = entries.map(|entry| entry.expect("it can be read").path());
    folders.collect()
}

/// `main.co:3 co0101`, or `main.co:3:5 co0101`.
fn planted(folder: &Path) -> Vec<String> {
    let mut planted = Vec::new();
    for entry in folder.read_dir().expect("a folder") {
        let file = entry.expect("it can be read").path();
        let name = file
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let text = fs::read_to_string(&file).expect("a text");
        for (line, text) in text.lines().enumerate() {
            let marks = text.split_once("~ ").map_or("", |(_, marks)| marks);
            planted.extend(
                marks
                    .split(' ')
                    .filter(|mark| !mark.is_empty())
                    .map(|mark| match mark.split_once('@') {
                        Some((code, column)) => format!("{name}:{}:{column} {code}", line + 1),
                        None => format!("{name}:{} {mark}", line + 1),
                    }),
            );
        }
    }
    planted
}

/// The two forms of a problem: with and without its column.
fn forms(found: &Problem) -> [String; 2] {
    let file = Path::new(found.file().unwrap_or_default());
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let (line, column) = (found.line().unwrap_or(0), found.column().unwrap_or(0));
    let code = found.code();
    [
        format!("{name}:{line} {code}"),
        format!("{name}:{line}:{column} {code}"),
    ]
}

/// What is not as planted.
fn differences(folder: &Path, planted: &[String]) -> Vec<String> {
    let checker = Checker::new(dispatcher(&Arc::default()));
    let report = checker.check(folder).expect("there is a folder");
    let found: Vec<[String; 2]> = report.problems().iter().map(forms).collect();
    let places: BTreeSet<&String> = found.iter().flatten().collect();
    let missing = planted.iter().filter(|mark| !places.contains(mark));
    let mut differences: Vec<String> = missing.map(|mark| format!("missing: {mark}")).collect();
    for (problem, forms) in report.problems().iter().zip(&found) {
        if !forms.iter().any(|form| planted.contains(form)) {
            differences.push(format!("not planted: {} {problem}", problem.code()));
        }
    }
    differences
}

#[test]
fn every_planted_mistake_is_found_at_its_place_and_no_other() {
    let (mut count, mut wrong) = (0, Vec::new());
    for folder in folders() {
        let planted = planted(&folder);
        count += planted.len();
        let found = differences(&folder, &planted).into_iter();
        wrong.extend(found.map(|found| format!("{}: {found}", folder.display())));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count >= PLANTED, "only {count} mistakes are planted");
}
