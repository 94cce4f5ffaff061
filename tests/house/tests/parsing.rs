//! Where Colang is parsed: a value is never code, and nothing is parsed twice.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The files of the runtime that may parse: those that load a configuration, `AddFlowsAction`, and those that parse
/// what a model wrote, or look into the flows that it starts.
const PARSERS: [&str; 6] = [
    "actions/completion.rs",
    "actions/generated.rs",
    "actions/reach.rs",
    "config/import.rs",
    "config/rails.rs",
    "intrinsic.rs",
];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../runtime/src")
}

fn add_parsers(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in folder.read_dir().expect("a folder can be read") {
        let path = entry.expect("and its entries").path();
        if path.is_dir() {
            add_parsers(&path, found);
        } else if parses(&std::fs::read_to_string(&path).expect("sources are UTF-8")) {
            let name = path
                .strip_prefix(self::folder())
                .expect("it was found there");
            found.insert(name.to_string_lossy().replace('\\', "/"));
        }
    }
}

/// Whether a source uses one of the functions of `colang::syntax` that parse, outside of its tests.
fn parses(source: &str) -> bool {
    let code = source.split("#[cfg(test)]").next().unwrap_or_default();
    let mut lines = code.lines();
    lines.any(|line| line.contains("syntax::") && line.contains("parse"))
}

#[test]
fn the_runtime_parses_only_what_is_new() {
    let mut found = BTreeSet::new();
    add_parsers(&folder(), &mut found);
    let expected: BTreeSet<String> = PARSERS.map(str::to_owned).into();
    assert_eq!(found, expected);
}
