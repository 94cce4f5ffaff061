//! `run`: events in and out.

use crate::harness::{Folder, Run};

const FLOWS: &str = "\
flow main
  while True
    match Ring() as $ring
    await UtteranceBotAction(script=\"Door {$ring.door}\")
    send Opened(door=$ring.door)
";

fn run(arguments: &[&str], input: &str) -> (Folder, Run) {
    let folder = Folder::with([("bot/main.co", FLOWS)]);
    let run = folder.type_in(&[&["run", "bot"], arguments].concat(), input);
    (folder, run)
}

fn names(out: &str) -> Vec<String> {
    let events = out
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"));
    events
        .map(|event: serde_json::Value| event["type"].as_str().expect("a name").to_owned())
        .collect()
}

#[test]
fn events_go_in_and_out() {
    let (_, run) = run(&[], "{\"type\": \"Ring\", \"door\": 7}\n");
    let run = run.code(0);
    assert_eq!(names(&run.out), ["StartUtteranceBotAction"]);
    run.out_has("\"script\":\"Door 7\"");
}

#[test]
fn an_action_can_be_instant() {
    let (_, run) = run(
        &["--instant", "UtteranceBotAction"],
        "{\"type\": \"Ring\", \"door\": 7}\n",
    );
    assert_eq!(names(&run.out), ["UtteranceBotActionFinished", "Opened"]);
}

#[test]
fn the_same_seed_gives_the_same_uids() {
    let uid = |seed| {
        let (_, run) = run(&["--seed", seed], "{\"type\": \"Ring\", \"door\": 7}\n");
        let event: serde_json::Value = serde_json::from_str(run.out.trim()).expect("JSON");
        event["action_uid"].clone()
    };
    assert_eq!(uid("1"), uid("1"));
    assert_ne!(uid("1"), uid("2"));
}

#[test]
fn everything_can_be_recorded() {
    let (folder, run) = run(
        &["--record", "all.jsonl"],
        "{\"type\": \"Ring\", \"door\": 7}\n",
    );
    run.code(0);
    let record = folder.read("all.jsonl");
    let lines: Vec<serde_json::Value> = record
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(lines[0]["in"]["type"], "Ring");
    assert_eq!(lines[1]["out"]["type"], "StartUtteranceBotAction");
}

#[test]
fn what_is_no_event_is_told_and_passed_over() {
    let (_, run) = run(
        &[],
        "{\"type\": \"\"}\nRing\n{\"type\": \"Ring\", \"door\": 7}\n",
    );
    let run = run.code(1).err_has("line 1 of the input: ");
    assert_eq!(names(&run.err_has("line 2 of the input: ").out).len(), 1);
}

#[test]
fn a_record_that_cannot_be_written_is_refused() {
    let (_, run) = run(&["--record", "no/such/folder"], "");
    run.refused("`no/such/folder` cannot be written");
}

#[test]
fn actions_of_the_other_side_are_declared() {
    let folder = Folder::with([("main.co", "flow main\n  await OpenDoorAction(door=7)\n")]);
    folder.run(&["run"]).code(2).err_has("OpenDoorAction");
    let run = folder.run(&["run", "--outside", "OpenDoorAction"]).code(0);
    assert_eq!(names(&run.out), ["StartOpenDoorAction"]);
}
