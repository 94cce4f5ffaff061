//! The Colang sources of this repository.

#![allow(dead_code, reason = "not every test needs all of it")]

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// All files in a folder of the repository and its subfolders, in the order of their paths.
pub(crate) fn below(folder: &str) -> Vec<PathBuf> {
    let mut folders = vec![
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("..")
            .join(folder),
    ];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        let entries = folder.read_dir().expect("a folder can be read");
        for path in entries.map(|entry| entry.expect("an entry can be read").path()) {
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// The strings that are sources, by the names of the members they are in.
fn texts(value: &serde_json::Value, found: &mut Vec<String>) {
    if let Some(members) = value.as_object() {
        for (name, member) in members {
            let is_source = name.ends_with(".co") || name == "source";
            found.extend(member.as_str().filter(|_| is_source).map(str::to_owned));
            texts(member, found);
        }
    }
    for member in value.as_array().into_iter().flatten() {
        texts(member, found);
    }
}

/// Every Colang source that is recorded in this repository.
pub(crate) static SOURCES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut sources = Vec::new();
    for folder in [
        "runtime/library",
        "examples",
        "colang/tests/data",
        "tests/conformance",
        "runtime/tests",
    ] {
        for path in below(folder) {
            let extension = path.extension().unwrap_or_default();
            let Ok(text) = std::fs::read_to_string(&path) else {
                continue;
            };
            if extension == "co" {
                sources.push(text);
            } else if extension == "json" {
                let value = serde_json::from_str(&text).unwrap_or_default();
                texts(&value, &mut sources);
            }
        }
    }
    sources
});
