//! The files of a crate do not depend on each other in cycles, apart from a file and the files of its child modules:
//! files that import each other can only be understood together. The test reads `use` declarations and paths in code.

mod graph;
mod modules;
mod tokens;

use std::path::{Path, PathBuf};

use graph::{Circle, Graph};
use modules::Sources;

/// Known cycles that have not been removed yet, by the folder of their crate. A file that is no longer part of one
/// must be removed from the list.
const OPEN: &[(&str, &[&str])] = &[];

fn sources(folder: &Path, below: &Path, into: &mut Sources) {
    for entry in folder.read_dir().expect("a folder can be read") {
        let path = entry.expect("and its entries").path();
        if path.is_dir() {
            sources(&path, below, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix(below).expect("it was found there");
            let name = name.to_string_lossy().replace('\\', "/");
            into.insert(
                name,
                std::fs::read_to_string(&path).expect("sources are UTF-8"),
            );
        }
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The folders of all public crates.
fn crates() -> Vec<String> {
    let entries = root().read_dir().expect("a folder can be read");
    let folders = entries.map(|entry| entry.expect("and its entries").path());
    let crates = folders.filter(|folder| folder.join("src/lib.rs").is_file());
    crates
        .map(|folder| {
            folder
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned()
        })
        .collect()
}

/// The name of the crate in this folder, as used in code.
fn own_name(folder: &Path) -> String {
    let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).expect("a manifest");
    let name = manifest
        .lines()
        .find_map(|line| line.strip_prefix("name = "));
    name.expect("a name").trim_matches('"').replace('-', "_")
}

fn graph_of(krate: &str) -> Graph {
    let folder = root().join(krate);
    let mut found = Sources::new();
    sources(&folder.join("src"), &folder.join("src"), &mut found);
    assert!(found.len() > 3, "the files of {krate} were not found");
    Graph::of(&own_name(&folder), &found)
}

/// The remaining cycles of a crate.
fn open(krate: &str) -> impl Iterator<Item = &'static [&'static str]> {
    OPEN.iter()
        .filter(move |(other, _)| *other == krate)
        .map(|(_, files)| *files)
}

fn is_open(krate: &str, circle: &Circle) -> bool {
    open(krate).any(|files| circle.iter().all(|file| files.contains(&file.as_str())))
}

/// The problems of a crate: cycles that are not on the list, and obsolete entries of the list.
fn problems(krate: &str) -> Vec<String> {
    let graph = graph_of(krate);
    let circles = graph.circles();
    let new = circles.iter().filter(|circle| !is_open(krate, circle));
    let new = new.map(|circle| {
        let (many, arrows) = (circle.len(), graph.arrows_of(circle));
        format!("{krate}: {many} files form a circle:\n{arrows}")
    });
    let is_in_one = |file: &&str| circles.iter().any(|circle| circle.contains(*file));
    let gone = open(krate).flatten().filter(|file| !is_in_one(file));
    let gone = gone.map(|file| format!("{krate}: {file} is in no circle: take it off `OPEN`\n"));
    new.chain(gone).collect()
}

#[test]
fn no_files_form_a_circle() {
    let crates = crates();
    assert!(crates.len() >= 5, "the crates were not found");
    let problems: Vec<String> = crates.iter().flat_map(|krate| problems(krate)).collect();
    assert!(problems.is_empty(), "\n{}", problems.concat());
}

#[track_caller]
fn check(files: &[(&str, &str)], circles: &[&[&str]]) {
    let sources = files
        .iter()
        .map(|(file, source)| ((*file).to_owned(), (*source).to_owned()))
        .collect();
    let expected: Vec<Circle> = circles
        .iter()
        .map(|files| files.iter().map(|file| (*file).to_owned()).collect())
        .collect();
    assert_eq!(Graph::of("own", &sources).circles(), expected);
}

#[test]
fn files_that_import_each_other_are_a_circle() {
    check(
        &[
            ("lib.rs", "mod a; mod b; mod c;"),
            ("a.rs", "use crate::b::{B, self};"),
            ("b.rs", "fn b() { super::c::c() }"),
            ("c.rs", "use own::a;"),
        ],
        &[&["a.rs", "b.rs", "c.rs"]],
    );
}

#[test]
fn one_way_is_no_circle() {
    check(
        &[
            ("lib.rs", "mod a; mod b;"),
            ("a.rs", "use crate::b::B;"),
            ("b.rs", "use std::fmt; pub struct B;"),
        ],
        &[],
    );
}

#[test]
fn a_module_and_those_below_it_may_use_each_other() {
    check(
        &[
            ("lib.rs", "mod a;"),
            ("a/mod.rs", "mod b; mod c; use b::B; pub struct A;"),
            ("a/b.rs", "use super::A; use super::c::C;"),
            ("a/c.rs", "use super::A; pub struct C;"),
        ],
        &[],
    );
}

#[test]
fn a_name_that_a_parent_re_exports_belongs_to_the_file_that_declares_it() {
    check(
        &[
            ("lib.rs", "mod a;"),
            ("a.rs", "mod b; mod c; use b::B; use c::*;"),
            ("a/b.rs", "use super::C; pub struct B;"),
            ("a/c.rs", "use super::B; pub struct C;"),
        ],
        &[&["a/b.rs", "a/c.rs"]],
    );
}

#[test]
fn a_circle_that_leaves_a_folder_by_one_file_and_comes_back_by_another_counts() {
    check(
        &[
            ("lib.rs", "mod a; mod b;"),
            ("a/mod.rs", "mod c; pub struct A; use c::C;"),
            ("a/c.rs", "use crate::b::B; pub struct C;"),
            ("b.rs", "use crate::a::A; pub struct B;"),
        ],
        &[&["a/c.rs", "a/mod.rs", "b.rs"]],
    );
}

#[test]
fn code_for_tests_does_not_count() {
    check(
        &[
            ("lib.rs", "mod a; mod b;"),
            (
                "a.rs",
                "#[cfg(test)] mod tests { use crate::b::B; } pub struct A;",
            ),
            ("b.rs", "use crate::a::A;"),
        ],
        &[],
    );
}

#[test]
fn a_path_in_an_attribute_counts_and_one_in_a_comment_does_not() {
    check(
        &[
            ("lib.rs", "mod a; mod b; mod c;"),
            ("a.rs", "#[serde(with = \"super::b::x\")] struct A;"),
            ("b.rs", "use crate::a::A; use crate::c::C;"),
            ("c.rs", "//! [`crate::b::B`]\npub(in crate::b) struct C;"),
        ],
        &[&["a.rs", "b.rs"]],
    );
}
