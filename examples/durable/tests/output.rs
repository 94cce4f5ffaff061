//! Tests what the program prints.

use std::process::Command;

#[test]
fn a_killed_bot_goes_on_where_it_was() {
    let output = Command::new(env!("CARGO_BIN_EXE_durable")).output();
    let output = output.expect("the program starts");
    let printed = String::from_utf8(output.stdout).expect("it prints UTF-8");
    assert_eq!(printed, include_str!("output.txt"));
    assert!(output.status.success());
}
