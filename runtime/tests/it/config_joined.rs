//! Settings that are spread over several YAML files.

use action_sdk_runtime::{Config, ConfigErrorKind, Problem};
use serde_json::json;

use crate::config::{MAIN, check_error, load};

#[track_caller]
fn joined(name: &str, files: &[(&str, &str)]) -> Config {
    let files = [files, &[("main.co", MAIN)]].concat();
    load(name, &files).expect("a configuration")
}

#[track_caller]
fn check_refused(name: &str, files: &[(&str, &str)], words: &str) {
    let files = [files, &[("main.co", MAIN)]].concat();
    check_error(load(name, &files), ConfigErrorKind::Field, words);
}

const CHECKS: &str =
    "flow no planes\n  pass\n\nflow no rudeness\n  pass\n\nflow no trains\n  pass\n";

#[test]
fn lists_of_rails_are_joined_in_the_order_of_the_files() {
    let config = joined(
        "joined_rails",
        &[
            ("a.yml", "rails:\n  input:\n    flows: [no planes]\n"),
            ("b.yml", "rails:\n  output:\n    flows: [no rudeness]\n"),
            ("c.yml", "rails:\n  input:\n    flows: [no trains]\n"),
            ("checks.co", CHECKS),
        ],
    );
    let rails = &config.rails().rails;
    assert_eq!(rails.input.flows, ["no planes", "no trains"]);
    assert_eq!(rails.output.flows, ["no rudeness"]);
    assert!(config.program().flow("input rails").is_some());
    assert!(config.program().flow("output rails").is_some());
}

#[test]
fn tables_and_lists_of_every_setting_are_joined() {
    let config = joined(
        "joined_all",
        &[
            (
                "a.yml",
                "models: [{type: main, engine: e, model: a}]\ncustom_data: {deep: {a: [1]}}\n",
            ),
            (
                "b.yml",
                "models: [{type: second, engine: e, model: b}]\ncustom_data: {deep: {a: [2], b: x}}\n",
            ),
        ],
    );
    assert_eq!(config.rails().models.len(), 2);
    assert_eq!(
        config.rails().custom_data["deep"],
        json!({"a": [1, 2], "b": "x"})
    );
}

#[test]
fn settings_that_contradict_each_other_are_refused_with_both_places() {
    let files = [
        ("a.yml", "\nlowest_temperature: 0.1\n"),
        ("b.yml", "lowest_temperature: 0.2\n"),
    ];
    check_refused(
        "joined_contradiction",
        &files,
        "b.yml:1:21: `lowest_temperature` is something else than at ",
    );
    check_refused("joined_contradiction", &files, "a.yml:2:21; ");
}

#[test]
fn contradictions_are_found_at_every_depth() {
    let files = [
        ("a.yml", "custom_data: {a: {b: 1}}\n"),
        ("b.yml", "custom_data: {a: {b: two}}\n"),
    ];
    check_refused(
        "joined_deep",
        &files,
        "`custom_data.a.b` is something else than at ",
    );
}

#[test]
fn a_list_and_a_table_contradict_each_other() {
    let files = [
        ("a.yml", "custom_data: {a: [1]}\n"),
        ("b.yml", "custom_data: {a: {b: 1}}\n"),
    ];
    check_refused(
        "joined_kinds",
        &files,
        "`custom_data.a` is something else than at ",
    );
}

#[test]
fn the_same_said_twice_is_no_contradiction() {
    let config = joined(
        "joined_same",
        &[
            (
                "a.yml",
                "colang_version: \"2.x\"\nstreaming: false\nlowest_temperature: 1\n",
            ),
            (
                "b.yml",
                "colang_version: \"2.0\"\nstreaming: no\nlowest_temperature: 1.0\n",
            ),
        ],
    );
    assert_eq!(config.rails().lowest_temperature, Some(1.0));
}

#[test]
fn nothing_contradicts_nothing() {
    let config = joined(
        "joined_null",
        &[
            ("a.yml", "models:\n"),
            ("b.yml", "models: [{type: main, engine: e, model: b}]\n"),
        ],
    );
    assert_eq!(config.rails().models.len(), 1);
}

#[test]
fn what_is_wrong_in_all_files_is_told_at_once() {
    let files = [
        ("a.yml", "rail: {}\n"),
        ("b.yml", "lowest_temperature: warm\n"),
        ("c.yml", "models: [\n"),
        ("main.co", MAIN),
    ];
    let error = load("joined_wrong", &files).expect_err("it is refused");
    let files = error.problems().iter().filter_map(Problem::file);
    let files: Vec<_> = files
        .map(|file| file.rsplit('/').next().unwrap_or(file))
        .collect();
    assert_eq!(files, ["a.yml", "b.yml", "c.yml"]);
}

#[test]
fn a_contradiction_does_not_repeat_secrets() {
    let files = [
        ("a.yml", "custom_data: {key: sk-one}\n"),
        ("b.yml", "custom_data: {key: sk-two}\n"),
        ("main.co", MAIN),
    ];
    let error = load("joined_secret", &files).expect_err("it is refused");
    assert!(!format!("{error:?}{}", error.render()).contains("sk-"));
}
