//! Which crate may depend on which, and what the SDK may depend on. The data comes from cargo.

use serde_json::Value;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

/// The public crates of the project, each with those of ours that it may depend on.
const ARROWS: [(&str, &[&str]); 10] = [
    ("umim", &[]),
    ("action-sdk-macros", &[]),
    ("colang", &["umim"]),
    ("action-sdk", &["action-sdk-macros", "colang", "umim"]),
    ("action-sdk-mcp", &["action-sdk"]),
    ("action-sdk-runtime", &["action-sdk", "colang", "umim"]),
    ("action-sdk-action-server", &["action-sdk"]),
    (
        "action-sdk-lsp",
        &["action-sdk", "action-sdk-runtime", "colang", "umim"],
    ),
    (
        "action-sdk-cli",
        &[
            "action-sdk",
            "action-sdk-action-server",
            "action-sdk-lsp",
            "action-sdk-mcp",
            "action-sdk-runtime",
            "colang",
            "umim",
        ],
    ),
    (
        "action-sdk-conversations",
        &["action-sdk", "action-sdk-runtime", "umim"],
    ),
];

/// Crates that do IO or wait: the engine is a pure function, and may not depend on them.
const EXECUTORS: [&str; 4] = ["async-std", "futures-core", "smol", "tokio"];

/// Crates of an HTTP stack, which must not be part of an author's build.
const HTTP_STACK: [&str; 8] = [
    "axum", "h2", "http", "hyper", "reqwest", "rmcp", "tonic", "tower",
];

/// The maximum number of lines of `cargo tree -p action-sdk -e normal,build --prefix none | sort -u`.
const MOST_LINES_OF_THE_SDKS_TREE: usize = 36;

fn cargo(arguments: &[&str]) -> String {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(root)
        .output();
    let output = output.expect("cargo runs, it runs this test");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("cargo writes UTF-8")
}

fn packages() -> Vec<Value> {
    let metadata = cargo(&["metadata", "--no-deps", "--format-version", "1", "--locked"]);
    let metadata: Value = serde_json::from_str(&metadata).expect("cargo writes JSON");
    metadata["packages"]
        .as_array()
        .expect("there are packages")
        .clone()
}

fn name(value: &Value) -> &str {
    value["name"].as_str().expect("everything has a name")
}

/// The names of a package's dependencies, without those of its tests.
fn dependencies(package: &Value) -> BTreeSet<&str> {
    let all = package["dependencies"].as_array().expect("there is a list");
    all.iter()
        .filter(|dependency| dependency["kind"] != "dev")
        .map(name)
        .collect()
}

fn tree(arguments: &[&str]) -> BTreeSet<String> {
    tree_of("action-sdk", arguments)
}

fn tree_of(package: &str, arguments: &[&str]) -> BTreeSet<String> {
    let tree = ["tree", "--locked", "-p", package, "--prefix", "none"];
    cargo(&[&tree, arguments].concat())
        .lines()
        .map(str::to_owned)
        .collect()
}

#[test]
fn our_crates_depend_on_each_other_only_as_the_arrows_say() {
    let packages = packages();
    let ours: BTreeSet<&str> = packages.iter().map(name).collect();
    for (package, allowed) in ARROWS {
        let found = packages
            .iter()
            .find(|other| name(other) == package)
            .expect(package);
        let named: Vec<&str> = dependencies(found)
            .into_iter()
            .filter(|other| ours.contains(other))
            .collect();
        assert_eq!(named, allowed, "for {package}");
    }
}

#[test]
fn every_crate_for_others_stands_in_the_arrows() {
    for package in packages() {
        let published = package["publish"].is_null();
        let listed = ARROWS.iter().any(|(listed, _)| *listed == name(&package));
        assert_eq!(published, listed, "for {}", name(&package));
    }
}

#[test]
fn the_sdk_brings_no_http_stack() {
    for line in tree(&["-e", "normal,build"]) {
        let krate = line.split(' ').next().unwrap_or_default();
        assert!(
            !HTTP_STACK.contains(&krate),
            "{line} is in the tree of action-sdk"
        );
    }
}

#[test]
fn the_sdk_knows_the_engine_only_by_a_feature() {
    let packages = packages();
    let sdk = packages
        .iter()
        .find(|package| name(package) == "action-sdk")
        .expect("there is an sdk");
    let engine = sdk["dependencies"]
        .as_array()
        .expect("there is a list")
        .iter()
        .find(|dependency| name(dependency) == "colang" && dependency["kind"] != "dev");
    assert_eq!(engine.expect("it is named")["optional"], true);
    assert!(
        !tree(&["-e", "normal,build"])
            .iter()
            .any(|line| line.starts_with("colang "))
    );
}

#[test]
fn the_engine_does_not_wait() {
    for line in tree_of("colang", &["-e", "normal,build", "--all-features"]) {
        let krate = line.split(' ').next().unwrap_or_default();
        assert!(
            !EXECUTORS.contains(&krate),
            "{line} is in the tree of colang"
        );
    }
}

#[track_caller]
fn check_tokio(package: &str) {
    let features: BTreeSet<String> = tree_of(package, &["-e", "normal,features"])
        .iter()
        .filter_map(|line| {
            line.strip_prefix("tokio feature ")
                .map(|rest| rest.replace(" (*)", "").replace('"', ""))
        })
        .collect();
    let expected = ["default", "rt", "sync", "time"].map(str::to_owned);
    assert!(
        features.iter().all(|feature| expected.contains(feature)),
        "{package}: {features:?}"
    );
}

#[test]
fn the_sdk_takes_little_of_tokio() {
    check_tokio("action-sdk");
}

#[test]
fn the_runtime_takes_little_of_tokio() {
    check_tokio("action-sdk-runtime");
}

#[test]
fn the_sdk_stays_small() {
    let lines = tree(&["-e", "normal,build"]);
    assert!(
        lines.len() <= MOST_LINES_OF_THE_SDKS_TREE,
        "{} lines: {lines:#?}",
        lines.len()
    );
}
