//! The example of the README, and the pages that show the commands.

use std::path::Path;

use crate::harness::Folder;

const README: &str = include_str!("../../../README.md");

fn example() -> String {
    let clone = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let example = clone.join("examples/tea-shop");
    example.to_str().expect("UTF-8").to_owned()
}

/// The lines of the README that begin like this, without that.
fn lines(begin: &str) -> String {
    let lines = README.lines().filter_map(|line| line.strip_prefix(begin));
    lines.map(|line| format!("{line}\n")).collect()
}

#[test]
fn the_readme_shows_what_the_bot_says() {
    let run = Folder::with([]).type_in(&["chat", &example()], &lines("you: "));
    let said = lines("bot: ");
    let said: String = said.lines().map(|line| format!("bot: {line}\n")).collect();
    run.code(0).out(&said);
}

#[test]
fn the_conversation_of_the_example_goes_as_written() {
    let example = example();
    let script = format!("{example}/conversation.txt");
    let run = Folder::with([]).run(&["chat", &example, "--script", &script]);
    run.code(0).out("");
}

#[test]
fn there_are_no_mistakes_in_the_example() {
    let run = Folder::with([]).run(&["check", &example(), "--deny", "warnings"]);
    run.code(0).out("");
}
