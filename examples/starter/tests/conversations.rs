//! Plays the conversations in `tests/conversations`: what the user says, and what the bot must answer.

use std::process::Command;

#[test]
fn the_bot_answers_as_written() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/conversations");
    let bot = concat!(env!("CARGO_MANIFEST_DIR"), "/bot");
    for file in std::fs::read_dir(folder).expect("the folder is there") {
        let file = file.expect("it can be read").path();
        let chat = Command::new(env!(concat!("CARGO_BIN_EXE_", env!("CARGO_PKG_NAME"))))
            .args(["chat", bot, "--script"])
            .arg(&file)
            .output()
            .expect("the bot starts");
        let found = String::from_utf8_lossy(&chat.stdout);
        let problems = String::from_utf8_lossy(&chat.stderr);
        assert!(chat.status.success(), "{found}{problems}");
    }
}
