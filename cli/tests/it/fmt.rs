//! `fmt`: what is written, shown and refused.

use std::fs;

use crate::harness::Folder;

const UGLY: &str = "flow main\n    match  Start( )\n";
const NICE: &str = "flow main\n  match Start()\n";
const BROKEN: &str = "flow main\n  match Start(\n";

fn text(folder: &Folder, name: &str) -> String {
    fs::read_to_string(folder.path().join(name)).expect("the file is there")
}

#[test]
fn writes_the_files_of_a_folder_and_names_those_that_changed() {
    let folder = Folder::with([("a.co", UGLY), ("sub/b.co", NICE), (".hidden/c.co", UGLY)]);
    let run = folder.run(&["fmt"]).code(0).out("a.co\n");
    run.err_has("1 of 2 changed");
    assert_eq!(text(&folder, "a.co"), NICE);
    assert_eq!(text(&folder, ".hidden/c.co"), UGLY);
    folder.run(&["fmt", "."]).code(0).out("");
}

#[test]
fn check_shows_what_would_change_and_changes_nothing() {
    let folder = Folder::with([("a.co", UGLY)]);
    let run = folder.run(&["fmt", "--check", "a.co"]).code(1);
    let diff =
        "--- a.co\n+++ a.co\n@@ -1,2 +1,2 @@\n flow main\n-    match  Start( )\n+  match Start()\n";
    run.out(diff).err_has("1 of 1 would change");
    assert_eq!(text(&folder, "a.co"), UGLY);
}

#[test]
fn check_is_content_with_what_is_in_the_style() {
    let folder = Folder::with([("a.co", NICE)]);
    folder.run(&["fmt", "--check"]).code(0).out("");
}

#[test]
fn a_broken_source_is_left_alone_and_the_others_are_not() {
    let folder = Folder::with([("a.co", BROKEN), ("b.co", UGLY)]);
    let run = folder.run(&["fmt"]).code(1).out("b.co\n");
    run.err_has("a.co:2:15")
        .err_has("1 left alone because of mistakes");
    assert_eq!(text(&folder, "a.co"), BROKEN);
}

#[test]
fn standard_input_goes_to_standard_output() {
    let folder = Folder::with([]);
    folder.type_in(&["fmt", "-"], UGLY).code(0).out(NICE);
    folder.type_in(&["fmt", "-"], NICE).code(0).out(NICE);
    folder
        .type_in(&["fmt", "--check", "-"], NICE)
        .code(0)
        .out("");
    folder
        .type_in(&["fmt", "--check", "-"], UGLY)
        .code(1)
        .out_has("+  match Start()");
    folder
        .type_in(&["fmt", "-"], BROKEN)
        .code(1)
        .out("")
        .err_has("<stdin>:2:15");
}

#[test]
fn files_that_cannot_be_read_are_told() {
    let folder = Folder::with([("good.co", UGLY)]);
    folder.write("bad.co", b"flow \xff\n");
    folder
        .run(&["fmt"])
        .code(2)
        .out("good.co\n")
        .err_has("`bad.co` cannot be read");
    folder
        .run(&["fmt", "nowhere"])
        .refused("`nowhere` cannot be read");
    let empty = Folder::with([("readme.md", "")]);
    empty.run(&["fmt"]).refused("there is no `.co` file in `.`");
}
