//! The command line itself: help, wrong usage, files that cannot be used.

use std::process::Stdio;

use crate::harness::{Folder, GREETER, ended};

#[test]
fn help_has_examples_and_exit_codes() {
    let folder = Folder::with([]);
    let run = folder.run(&["chat", "--help"]).code(0);
    run.out_has("action-sdk chat bot --script greeting.txt");
    folder
        .run(&["--help"])
        .code(0)
        .out_has("Exit codes: 0 done");
}

#[test]
fn wrong_usage_is_refused() {
    let folder = Folder::with([]);
    folder
        .run(&["chta"])
        .code(2)
        .err_has("similar subcommand exists: 'chat'");
    folder.run(&["check"]).code(2).err_has("<DIR>");
}

#[test]
fn a_folder_that_is_none_is_refused() {
    let folder = Folder::with([]);
    folder
        .run(&["chat", "nothing"])
        .refused("there is no file or folder `nothing`");
}

#[test]
fn a_file_that_is_no_utf_8_is_refused() {
    let folder = Folder::with([]);
    folder.write("main.co", b"flow main\n  # \xff\n");
    folder.run(&["chat"]).refused("main.co");
}

#[test]
fn a_missing_script_is_refused() {
    let folder = Folder::with([("main.co", GREETER)]);
    folder
        .run(&["chat", "--script", "none.txt"])
        .refused("`none.txt` cannot be read");
}

#[test]
fn an_output_that_is_closed_ends_the_program_quietly() {
    let folder = Folder::with([("main.co", GREETER)]);
    let mut child = folder.command(&["chat"]);
    let mut child = child.stdin(Stdio::null()).spawn().expect("it starts");
    drop(child.stdout.take());
    let run = ended(child.wait_with_output().expect("it ends"));
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
}

#[test]
fn a_settings_file_of_100_mb_is_refused() {
    let folder = Folder::with([("main.co", GREETER), ("config.yml", "")]);
    let file = std::fs::File::options()
        .write(true)
        .open(folder.path().join("config.yml"));
    let grown = file.and_then(|file| file.set_len(100 << 20));
    grown.expect("the file can grow");
    folder.run(&["chat"]).refused("config.yml");
    folder.run(&["check", "."]).code(2);
}
