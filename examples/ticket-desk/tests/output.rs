//! Tests what the program prints.

use std::process::Command;

#[test]
fn the_morning_goes_as_it_should() {
    let program = Command::new(env!("CARGO_BIN_EXE_ticket-desk")).output();
    let output = program.expect("the program starts");
    let printed = String::from_utf8(output.stdout).expect("it prints UTF-8");
    assert_eq!(printed, include_str!("output.txt"));
    assert!(output.status.success());
}
