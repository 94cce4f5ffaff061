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

#[test]
fn a_code_is_explained() {
    let folder = Folder::with([]);
    let run = folder.run(&["check", "--explain", "co0301"]).code(0);
    assert!(run.out.starts_with("## co0301\n"));
    folder
        .run(&["check", "--explain", "co9999"])
        .refused("there is no code `co9999`");
}

#[test]
fn flows_are_checked_against_the_actions_of_another_program() {
    let stub = r#"{"name": "PayAction", "parameters": [{"name": "amount", "kind": "argument", "type": "i64", "required": true}]}"#;
    let flows = "flow main\n  await PayAction(amount=5)\n  await PayAction(amout=5)\n  await PayAction(amount=\"5\")\n";
    let folder = Folder::with([("bot/main.co", flows), ("stubs.json", stub)]);
    let check = ["check", "bot", "--format", "json", "--stubs", "stubs.json"];
    let run = folder.run(&check).code(1);
    let found: Vec<serde_json::Value> = run
        .out
        .lines()
        .map(|line| serde_json::from_str(line).expect("one object a line"))
        .collect();
    let codes: Vec<_> = found
        .iter()
        .map(|found| (&found["line"], &found["code"]))
        .collect();
    assert_eq!(
        codes,
        [(&3.into(), &"co0402".into()), (&4.into(), &"co0404".into())]
    );
    folder
        .run(&["check", "bot", "--stubs", "bot/main.co"])
        .refused("has no actions as `list --format json` writes them");
}

#[test]
fn a_file_that_cannot_be_read_does_not_hide_the_others() {
    let folder = Folder::with([("bot/main.co", "flow main\n  await PayAction()\n")]);
    folder.write("bot/other.co", b"\xff\xfe");
    let run = folder.run(&["check", "bot", "--format", "json"]).code(2);
    assert!(
        run.out.contains("co0401") && run.out.contains("co0601"),
        "{}",
        run.out
    );
}
