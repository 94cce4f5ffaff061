//! `check`: the frame; what is found is tested where it is found.

use crate::harness::Folder;

#[test]
fn nothing_is_said_about_what_is_right() {
    let folder = Folder::with([("main.co", "flow main\n  match Start()\n")]);
    folder.run(&["check", "."]).code(0).out("");
}

#[test]
fn mistakes_are_objects_for_programs() {
    let folder = Folder::with([("bot/main.co", "flow main\n  await PayAction()\n")]);
    let run = folder.run(&["check", "bot", "--format", "json"]).code(1);
    let mistake: serde_json::Value = serde_json::from_str(&run.out).expect("one object");
    assert_eq!(mistake["file"], "bot/main.co");
    assert_eq!(
        (&mistake["line"], &mistake["column"]),
        (&2.into(), &9.into())
    );
    assert_eq!(mistake["severity"], "error");
    assert_eq!(mistake["code"], "co0401");
    assert!(mistake["message"].is_string() && mistake.get("help").is_some());
}

#[test]
fn warnings_can_be_denied() {
    let folder = Folder::with([
        ("main.co", "flow main\n  match Start()\n"),
        ("config.yml", "lowest_temprature: 0.2\n"),
    ]);
    folder.run(&["check", "."]).code(0);
    folder.run(&["check", ".", "--deny", "warnings"]).code(1);
}

#[test]
fn a_folder_that_is_none_is_no_mistake_in_it() {
    let folder = Folder::with([]);
    folder
        .run(&["check", "nothing"])
        .refused("there is no file or folder `nothing`");
}
