//! Configurations: folders, YAML, imports, and all mistakes of a source at once.

use std::fs;
use std::path::{Path, PathBuf};

use action_sdk_runtime::{
    Config, ConfigError, ConfigErrorKind, ConfigLoader, load_config, parse_config,
};

pub(crate) const MAIN: &str = "flow main\n  match Start()\n";

/// Writes files to a new folder.
pub(crate) fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("config")
        .join(name);
    let _there_may_be_none = fs::remove_dir_all(&root);
    for (path, text) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
        fs::write(path, text).expect("it can be written");
    }
    root
}

pub(crate) fn load(name: &str, files: &[(&str, &str)]) -> Result<Config, ConfigError> {
    ConfigLoader::new()
        .colang_path([] as [&str; 0])
        .load(folder(name, files))
}

fn parse(yaml: &str) -> Config {
    parse_config(yaml, [("main.co", MAIN)]).expect("a configuration")
}

pub(crate) fn warnings(config: &Config) -> Vec<String> {
    config.warnings().iter().map(ToString::to_string).collect()
}

#[track_caller]
pub(crate) fn check_error(result: Result<Config, ConfigError>, kind: ConfigErrorKind, words: &str) {
    let error = result.expect_err("it is refused");
    assert_eq!(error.kind(), kind, "{error}");
    assert!(error.to_string().contains(words), "{error}");
}

#[test]
fn all_files_of_a_folder_belong_to_it() {
    let config = load(
        "all",
        &[
            ("config.yml", "lowest_temperature: 0.5\n"),
            ("main.co", MAIN),
            ("deep/er/more.co", "flow more\n  match More()\n"),
            ("deep/other.yaml", "custom_data: {a: 1}\n"),
            ("kb/page.md", "# Page\n"),
            ("kb/not_a_flow.co", "nonsense ("),
            ("notes.txt", "nonsense ("),
        ],
    )
    .expect("a configuration");
    assert!(config.program().flow("more").is_some());
    assert_eq!(config.rails().lowest_temperature, Some(0.5));
    assert_eq!(config.rails().custom_data["a"], 1);
    assert_eq!(config.rails().docs.len(), 1);
}

#[test]
fn a_single_file_is_a_configuration() {
    let root = folder("single", &[("main.co", MAIN)]);
    let config = load_config(root.join("main.co")).expect("a configuration");
    assert!(config.program().flow("main").is_some());
}

#[test]
fn files_can_be_ignored() {
    let config = load(
        "ignored",
        &[
            (".railsignore", "# drafts\ndraft*.co\n"),
            ("main.co", MAIN),
            ("draft1.co", "nonsense ("),
        ],
    );
    assert!(config.is_ok());
}

#[test]
fn a_missing_folder_is_told() {
    check_error(
        load_config("/nowhere/at/all"),
        ConfigErrorKind::NotFound,
        "/nowhere/at/all",
    );
}

#[test]
fn a_file_that_is_no_text_is_told() {
    let root = folder("binary", &[("main.co", MAIN)]);
    fs::write(root.join("bad.co"), [0xff, 0xfe, 0x00]).expect("it can be written");
    check_error(load_config(root), ConfigErrorKind::Unreadable, "bad.co");
}

#[track_caller]
fn check_value(yaml: &str, expected: impl Into<serde_json::Value>) {
    let config = parse(&format!("custom_data:\n  v: {yaml}\n"));
    assert_eq!(
        config.rails().custom_data["v"],
        expected.into(),
        "for {yaml}"
    );
}

#[test]
fn yaml_knows_the_old_booleans() {
    for yes in ["yes", "Yes", "on", "true", "ON"] {
        check_value(yes, true);
    }
    for no in ["no", "off", "false", "No"] {
        check_value(no, false);
    }
}

#[test]
fn quoted_words_stay_texts() {
    check_value("\"yes\"", "yes");
    check_value("'12'", "12");
}

#[test]
fn yaml_knows_the_old_octal_numbers() {
    check_value("012", 10);
}

#[test]
fn dates_stay_texts() {
    check_value("2026-03-02", "2026-03-02");
}

#[test]
fn yaml_merges() {
    let config =
        parse("custom_data:\n  base: &base {a: 1, b: 2}\n  more:\n    <<: *base\n    b: 3\n");
    assert_eq!(
        config.rails().custom_data["more"],
        serde_json::json!({"a": 1, "b": 3})
    );
}

#[test]
fn a_key_given_twice_is_told() {
    let result = parse_config("custom_data: {}\ncustom_data: {}\n", [("main.co", MAIN)]);
    check_error(result, ConfigErrorKind::Yaml, "config.yml:2:1");
}

#[test]
fn broken_yaml_is_told() {
    let result = parse_config("models: [\n", [("main.co", MAIN)]);
    check_error(result, ConfigErrorKind::Yaml, "config.yml:");
}

#[test]
fn yaml_that_is_no_mapping_is_told() {
    check_error(
        parse_config("- a\n", [("main.co", MAIN)]),
        ConfigErrorKind::Yaml,
        "config.yml",
    );
}

#[test]
fn a_field_of_another_type_is_told() {
    check_error(
        parse_config("lowest_temperature: warm\n", [("main.co", MAIN)]),
        ConfigErrorKind::Field,
        "warm",
    );
}

const GREETS: &str = "import lib.greetings\n\nflow main\n  greet\n";
const GREETINGS: &str = "flow greet\n  send Hello()\n";

#[track_caller]
fn check_greets(loader: &ConfigLoader) {
    let config = loader
        .parse("", [("main.co", GREETS)])
        .expect("a configuration");
    assert!(config.program().flow("greet").is_some());
    assert!(config.rails().imported_paths.contains_key("lib/greetings"));
}

#[test]
fn a_file_on_the_import_path_is_found() {
    let root = folder("path_file", &[("lib/greetings.co", GREETINGS)]);
    check_greets(&ConfigLoader::new().colang_path([root]));
}

#[test]
fn a_folder_on_the_import_path_is_found() {
    let root = folder(
        "path_folder",
        &[
            ("lib/greetings/a.co", GREETINGS),
            ("lib/greetings/b.co", "flow b\n  match B()\n"),
        ],
    );
    check_greets(&ConfigLoader::new().colang_path([PathBuf::from("/nowhere"), root]));
}

#[test]
fn a_module_is_found() {
    check_greets(&ConfigLoader::new().module("lib/greetings.co", GREETINGS));
}

#[test]
fn a_file_of_the_configuration_itself_is_read_once() {
    let config = load(
        "own",
        &[("main.co", GREETS), ("lib/greetings.co", GREETINGS)],
    );
    assert!(
        config
            .expect("a configuration")
            .program()
            .flow("greet")
            .is_some()
    );
}

#[test]
fn imports_import() {
    let loader = ConfigLoader::new()
        .module("lib/greetings.co", "import words\n\nflow greet\n  say\n")
        .module(
            "words.co",
            "import lib.greetings\n\nflow say\n  send Hello()\n",
        );
    check_greets(&loader);
}

#[test]
fn the_settings_name_imports_too() {
    let loader = ConfigLoader::new().module("greetings.co", GREETINGS);
    let config = loader
        .parse("import_paths: [greetings]\n", [("main.co", MAIN)])
        .expect("a configuration");
    assert!(config.program().flow("greet").is_some());
}

#[test]
fn an_import_that_is_not_found_is_told() {
    let result = ConfigLoader::new()
        .colang_path(["/nowhere"])
        .parse("", [("main.co", GREETS)]);
    check_error(
        result,
        ConfigErrorKind::Import,
        "main.co:1:1: nothing is found for the import `lib.greetings`",
    );
}

#[test]
fn all_mistakes_of_all_sources_are_told_at_once() {
    let sources = [
        (
            "a.co",
            "flow main\n  match Start();\n  $x = = 3\n  match Fine()\n",
        ),
        (
            "b.co",
            "flow other\n  send Hello(\n\nflow fine\n  match Start()\n",
        ),
    ];
    let error = parse_config("", sources).expect_err("there are mistakes");
    assert_eq!(error.kind(), ConfigErrorKind::Sources);
    assert_eq!(error.line(), Some(2));
    let report = error.render();
    for place in ["a.co:2:16", "a.co:3:", "b.co:2:"] {
        assert!(report.contains(place), "{place} is missing:\n{report}");
    }
    assert!(error.problems().len() >= 3);
    let mut problems = error.problems().iter();
    assert!(problems.any(|problem| problem.suggestion().is_some()));
}

#[test]
fn flows_of_one_name_are_told() {
    let result = parse_config("", [("a.co", MAIN), ("b.co", MAIN)]);
    check_error(result, ConfigErrorKind::Program, "main");
}

/// Checks the codes and places of all diagnostics of a source.
#[track_caller]
fn check_all(source: &str, expected: &[&str]) {
    let error = parse_config("", [("main.co", source)]).expect_err("mistakes");
    let sources = error.report().source_map();
    let told = error.report().diagnostics().map(|told| {
        let place = sources.position(told.source, told.span.start);
        let place = place.map_or_else(String::new, |place| place.to_string());
        format!("{place} {}", told.code)
    });
    assert_eq!(told.collect::<Vec<_>>(), expected);
}

#[test]
fn a_statement_that_cannot_be_read_hides_no_mistake_in_another() {
    let source = "flow helper\n  pass\n\nflow main\n  match helper\n  send Out(;)\n  start Event()\n\nflow send it\n  pass\n";
    check_all(
        source,
        &["5:9 co0204", "6:12 co0001", "7:9 co0204", "9:6 co0201"],
    );
}

#[test]
fn a_flow_that_cannot_be_read_is_not_missed_as_well() {
    let source = "flow job-one\n  pass\n\n@override\nflow job one\n  pass\n\nflow main\n  pass\n";
    check_all(source, &["1:9 co0103"]);
}

#[test]
fn a_condition_that_means_nothing_hides_no_mistake_in_its_body() {
    let source = "flow main\n  if ...\"is it?\"\n    match helper\n  else\n    send helper\n\nflow helper\n  pass\n";
    check_all(source, &["2:6 co0207", "3:11 co0204", "5:10 co0204"]);
}

#[test]
fn an_import_that_is_not_found_hides_no_mistake() {
    let source = "import no.such.file\nimport nothing\n\nflow main\n  match helper\n  send Out(;)\n\nflow helper\n  pass\n";
    check_all(
        source,
        &["1:1 co0107", "2:1 co0107", "5:9 co0204", "6:12 co0001"],
    );
}
