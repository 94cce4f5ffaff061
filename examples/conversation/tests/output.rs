//! Tests what the program prints.

use std::io::Write;
use std::process::{Command, Output, Stdio};

fn run(arguments: &[&str], typed: &str) -> Output {
    let program = Command::new(env!("CARGO_BIN_EXE_conversation"))
        .args(arguments)
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
fn the_recorded_conversation_goes_as_it_should() {
    let output = run(&[], "");
    assert_eq!(text(&output.stdout), include_str!("output.txt"));
    assert_eq!(text(&output.stderr), "");
    assert!(output.status.success());
}

/// Types lines, and compares what is printed, without the times, with what is expected.
#[track_caller]
fn check_chat(typed: &str, expected: &[&str]) {
    let output = run(&["--chat"], typed);
    let lines: Vec<_> = text(&output.stdout)
        .lines()
        .filter_map(|line| line.split_once("  "))
        .map(|(_time, line)| line)
        .collect();
    let welcome = "desk      Welcome to the parcel desk, open from 8 to 18. What can I do for you?";
    assert_eq!(lines[0], welcome);
    assert_eq!(&lines[1..], expected);
    assert_eq!(text(&output.stderr), "");
    assert!(output.status.success());
}

#[test]
fn what_is_typed_is_answered() {
    let typed = "where is my parcel\n17\n";
    let expected = [
        "desk      Which parcel is it? Its number, please.",
        "rail      `mask phone numbers` rewrote this: there is a phone number in it",
        "desk      Parcel 17 is in Haifa. Your courier is Noa, [phone number].",
    ];
    check_chat(typed, &expected);
}

#[test]
fn the_model_finds_the_wish_behind_what_no_flow_waits_for() {
    let expected = [
        "rail      `mask phone numbers` rewrote this: there is a phone number in it",
        "desk      Parcel 17 is in Haifa. Your courier is Noa, [phone number].",
    ];
    check_chat("My package 17 never came\n", &expected);
}

#[test]
fn a_blocked_message_is_seen_by_no_flow() {
    let expected = [
        "rail      `check words` blocked this: one does not say `stupid`",
        "desk      Let us stay friendly, please.",
        "desk      I can track a parcel, redirect it, or have it picked up.",
    ];
    check_chat("pick up your stupid parcel 17\nhello\n", &expected);
}

#[test]
fn an_action_that_fails_is_told_with_its_reason() {
    let expected = [
        "failed    `CallCourierAction`: nobody answers the call about parcel 17 for the moon",
        "desk      The courier cannot be reached. I have left a note for the evening shift.",
    ];
    check_chat(
        "send parcel 17 away\nthe moon\n",
        &[&["desk      Where shall parcel 17 go?"], &expected[..]].concat(),
    );
}

#[test]
fn quit_ends_the_chat() {
    check_chat("quit\nwhere is parcel 17\n", &[]);
}

#[test]
fn without_any_input_it_says_welcome() {
    check_chat("", &[]);
}

#[test]
fn help_explains_the_program() {
    let output = run(&["--help"], "");
    assert!(text(&output.stdout).contains("conversation --chat"));
    assert!(output.status.success());
}

#[track_caller]
fn check_refused(arguments: &[&str]) {
    let output = run(arguments, "");
    let problem = format!("unknown arguments: {}\n", arguments.join(" "));
    assert!(text(&output.stderr).starts_with(&problem));
    assert_eq!(text(&output.stdout), "");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn other_arguments_are_refused() {
    check_refused(&["--cat"]);
    check_refused(&["--chat", "now"]);
}
