//! Folders as they are mounted in containers, and files in them that are not part of the configuration.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use action_sdk_runtime::{Config, ConfigError, ConfigErrorKind, ConfigLoader};

use crate::config::{MAIN, check_error, folder};

fn load(root: &Path) -> Result<Config, ConfigError> {
    ConfigLoader::new().colang_path([] as [&str; 0]).load(root)
}

/// A folder with a flow and a link.
fn linked(name: &str, target: &str, link: &str) -> PathBuf {
    let root = folder(name, &[("main.co", MAIN)]);
    symlink(target, root.join(link)).expect("a link");
    root
}

#[track_caller]
fn check_warning(root: &Path, words: &str) {
    let config = load(root).expect("a configuration");
    let warnings: Vec<_> = config.warnings().iter().map(ToString::to_string).collect();
    let [warning] = warnings.as_slice() else {
        panic!("one warning is expected, and there are {warnings:?}");
    };
    assert!(warning.contains(words), "{warning}");
}

#[track_caller]
fn check_silent(root: &Path) {
    assert_eq!(load(root).expect("a configuration").warnings(), []);
}

#[test]
fn a_mounted_folder_has_each_file_once() {
    let yaml = "prompts: [{task: x, content: y}]\nrails: {input: {flows: [my check]}}\n";
    let main = "flow main\n  match Never()\n\nflow my check\n  pass\n";
    let root = folder(
        "mounted",
        &[("..2026/config.yml", yaml), ("..2026/main.co", main)],
    );
    symlink("..2026", root.join("..data")).expect("a link");
    symlink("..data/config.yml", root.join("config.yml")).expect("a link");
    symlink("..data/main.co", root.join("main.co")).expect("a link");
    let config = load(&root).expect("a configuration");
    assert_eq!(config.rails().prompts.len(), 1);
    assert_eq!(config.rails().rails.input.flows, ["my check"]);
    assert_eq!(config.warnings(), []);
}

#[test]
fn a_file_with_two_names_is_read_once() {
    let root = folder(
        "two_names",
        &[("main.co", "import also\n\nflow main\n  match Start()\n")],
    );
    symlink("main.co", root.join("also.co")).expect("a link");
    check_silent(&root);
}

#[test]
fn what_an_import_path_names_again_is_read_once() {
    let root = folder(
        "again",
        &[
            ("main.co", MAIN),
            (
                "more/a.yml",
                "models: [{type: main, engine: e, model: m}]\n",
            ),
        ],
    );
    let yaml = format!("import_paths: ['{}']\n", root.join("more").display());
    fs::write(root.join("config.yml"), yaml).expect("it can be written");
    assert_eq!(
        load(&root).expect("a configuration").rails().models.len(),
        1
    );
}

#[test]
fn names_that_begin_with_a_dot_are_passed_over() {
    check_silent(&folder(
        "dots",
        &[
            ("main.co", MAIN),
            (".ipynb_checkpoints/main-checkpoint.co", MAIN),
            (".main.co", MAIN),
            (".config.yml", "- no settings\n"),
            ("main.co~", MAIN),
            ("#main.co#", MAIN),
        ],
    ));
}

#[test]
fn a_folder_whose_own_name_begins_with_a_dot_is_read() {
    let root = folder("hidden", &[(".bot/main.co", MAIN)]);
    check_silent(&root.join(".bot"));
}

#[test]
fn a_broken_link_is_named_and_passed_over() {
    check_warning(
        &linked("dangling", "nowhere.co", "rails.co"),
        "rails.co: this is a link that leads nowhere, and is passed over",
    );
}

#[test]
fn a_link_to_itself_is_named_and_passed_over() {
    check_warning(
        &linked("circular", "self.co", "self.co"),
        "self.co: this is a link that leads nowhere",
    );
}

#[test]
fn a_link_back_to_the_folder_is_followed_once() {
    check_silent(&linked("back", ".", "again"));
}

#[test]
fn a_lock_of_an_editor_is_nothing() {
    check_silent(&linked("lock", "user@host.1234", ".#main.co"));
}

#[test]
fn a_pipe_is_named_and_passed_over() {
    let root = folder("pipe", &[("main.co", MAIN)]);
    let made = Command::new("mkfifo").arg(root.join("x.co")).status();
    assert!(made.expect("mkfifo runs").success());
    check_warning(&root, "x.co: this is no regular file, and is passed over");
}

#[test]
fn a_device_is_named_and_passed_over() {
    check_warning(
        &linked("device", "/dev/zero", "x.yml"),
        "x.yml: this is no regular file",
    );
}

#[test]
fn a_device_is_no_configuration() {
    let root = linked("only_device", "/dev/zero", "x.co");
    check_error(
        load(&root.join("x.co")),
        ConfigErrorKind::Unreadable,
        "is no regular file",
    );
}

#[test]
fn a_file_has_a_largest_size() {
    let root = folder(
        "large",
        &[
            ("main.co", MAIN),
            ("notes.txt", "a long text that is no part of it"),
        ],
    );
    let loader = ConfigLoader::new().max_file_size(10);
    check_error(
        loader.load(&root),
        ConfigErrorKind::TooLarge,
        "main.co: this has more than 10 bytes",
    );
    let loader = ConfigLoader::new().max_file_size(MAIN.len() as u64);
    assert!(loader.load(&root).is_ok());
}

#[test]
fn many_stars_in_a_pattern_take_no_longer() {
    let pattern = "*a".repeat(40) + ".co\n";
    let name = "a".repeat(200) + ".co";
    check_silent(&folder(
        "stars",
        &[
            (".railsignore", &pattern),
            (&name, "nonsense ("),
            ("main.co", MAIN),
        ],
    ));
}
