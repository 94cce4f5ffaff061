//! The tutorial page and the program agree: the files are the same, and the program does what the page shows.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const PAGE: &str = include_str!("../../../docs/tutorial.md");

/// A block of code of the page.
struct Block {
    /// The line before it, if that is a name like `` **`src/main.rs`** ``.
    file: Option<&'static str>,
    /// What follows the backticks.
    info: &'static str,
    text: String,
}

fn blocks() -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = PAGE.lines();
    let mut before = "";
    while let Some(line) = lines.next() {
        let Some(info) = line.strip_prefix("```") else {
            before = if line.is_empty() { before } else { line };
            continue;
        };
        let file = before
            .strip_prefix("**`")
            .and_then(|rest| rest.strip_suffix("`**"));
        let text = lines.by_ref().take_while(|line| *line != "```");
        let text = text.map(|line| format!("{line}\n")).collect();
        blocks.push(Block { file, info, text });
        before = "";
    }
    blocks
}

/// The only block of this kind on the page.
#[track_caller]
fn block(info: &str) -> String {
    let mut found = blocks().into_iter().filter(|block| block.info == info);
    let block = found.next().expect("there is such a block");
    assert!(found.next().is_none(), "there is one `{info}` only");
    block.text
}

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

#[test]
fn every_file_of_the_page_is_the_one_that_runs() {
    let blocks = blocks();
    let named: Vec<_> = blocks.iter().filter(|block| block.file.is_some()).collect();
    assert_eq!(named.len(), 5);
    for block in named {
        let file = block.file.expect("it is named");
        let found = fs::read_to_string(here(file)).expect("the file is there");
        assert_eq!(block.text, found, "{file}");
    }
}

fn run(folder: &Path, typed: &str) -> Output {
    let program = Command::new(env!("CARGO_BIN_EXE_tutorial"))
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut program = program.expect("the program starts");
    let mut stdin = program.stdin.take().expect("an input");
    // Fails if the program has already ended.
    let _ = stdin.write_all(typed.as_bytes());
    drop(stdin);
    program.wait_with_output().expect("the program ends")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("UTF-8")
}

#[test]
fn the_conversation_goes_as_the_page_says() {
    let shown = block("console");
    let (typed, said): (Vec<_>, Vec<_>) = shown.lines().partition(|line| line.starts_with("> "));
    let typed: String = typed
        .iter()
        .map(|line| format!("{}\n", &line[2..]))
        .collect();
    let output = run(&here(""), &typed);
    assert_eq!(text(&output.stderr), "");
    assert_eq!(text(&output.stdout).lines().collect::<Vec<_>>(), said);
    assert!(output.status.success());
}

#[test]
fn a_misspelt_action_is_reported_as_the_page_says() {
    let folder = std::env::temp_dir().join(format!("tutorial-{}", std::process::id()));
    fs::create_dir_all(folder.join("bot")).expect("a folder");
    for file in ["bot/config.yml", "bot/main.co", "bot/rails.co"] {
        let source = fs::read_to_string(here(file)).expect("the file is there");
        let wrong = source.replace("CheckCardNumbersAction", "CheckCardNumberAction");
        fs::write(folder.join(file), wrong).expect("it is written");
    }
    let output = run(&folder, "");
    fs::remove_dir_all(&folder).expect("it is removed");
    // One line in a terminal, wrapped on the page.
    let shown = block("text error")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    assert_eq!(text(&output.stderr).trim_end(), shown);
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn the_commands_add_what_the_package_needs() {
    let manifest = fs::read_to_string(here("Cargo.toml")).expect("the file is there");
    for needed in ["action-sdk", "action-sdk-runtime", "tokio"] {
        assert!(manifest.contains(&format!("\n{needed}")), "{needed}");
        let is_added = |line: &str| line.starts_with("cargo add") && line.contains(needed);
        assert!(PAGE.lines().any(is_added), "{needed}");
    }
}
