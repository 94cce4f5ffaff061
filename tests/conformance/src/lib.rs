//! Runs recorded conversations against the engine: each case has a program, input events and expected output events.

mod case;
mod cycle;
mod normal;
pub mod probes;
mod script;

use std::io::Write;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use action_sdk_runtime::Report;

pub use case::{Verdict, run, transcript};

/// What a check finds in the files of a case before anything runs.
#[must_use]
pub fn findings(case: &Json) -> Report {
    cycle::findings(case)
}

/// Prints a line.
pub fn print(line: &str) {
    // A closed output is not an error.
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Reads a case; `None` if the file is not JSON.
pub fn read(file: &Path) -> Option<Json> {
    serde_json::from_str(&std::fs::read_to_string(file).ok()?).ok()
}

/// The file itself, or all JSON files in the folder and its subfolders.
pub fn case_files(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    let Ok(entries) = std::fs::read_dir(path) else {
        return vec![path.to_owned()];
    };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let is_case =
        |path: &PathBuf| path.is_dir() || path.extension().is_some_and(|end| end == "json");
    paths
        .filter(is_case)
        .flat_map(|path| case_files(&path))
        .collect()
}
