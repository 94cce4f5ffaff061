//! Events between flows and the engine, where programs see them: with the fields that they have, in their order.

use serde_json::{Value, json};

use crate::harness::{Talk, check, machine};

#[test]
fn a_sent_start_keeps_its_own_arguments() {
    check(
        "flow main\n  match Go()\n  send StartFlow(flow_id=\"no such flow\", mine=\"kept\")\n  match Never()\n\n\
         @active\nflow seen\n  match UnhandledEvent(event=\"StartFlow\") as $seen\n  send Seen(v=$seen.mine)\n",
        &["Go"],
        &[&[], &["Seen kept"]],
    );
}

/// The fields that the pattern names come first.
#[test]
fn the_start_of_a_statement_shows_its_fields_in_order() {
    check(
        "flow greet $name\n  match Never()\n\n@active\nflow seen\n  match StartFlow(flow_id=\"greet\") as $start\n  \
         send Seen(v=\", \".join(list($start.arguments)))\n\nflow main\n  match Go()\n  start greet \"you\"\n  match Never()\n",
        &["Go"],
        &[
            &[],
            &[
                "Seen flow_id, $0, flow_instance_uid, source_flow_instance_uid, source_head_uid, \
               flow_hierarchy_position",
            ],
        ],
    );
}

#[test]
fn a_stop_without_an_instance_ends_nothing() {
    check(
        "flow greet\n  match Never()\n\nflow main\n  start greet as $greet\n  match Go()\n  send StopFlow(flow_id=5)\n  \
         match Look()\n  send Still(v=$greet.status.value)\n  match Never()\n",
        &["Go", "Look"],
        &[&[], &[], &["Still started"]],
    );
}

/// The first form names the head that started a flow by its uid.
#[test]
fn the_first_form_of_a_saved_conversation_is_read() {
    let source = "flow greet\n  match Who()\n  send Head(v=$self.parent_head_uid)\n  match Never()\n\nflow main\n  \
                  start greet\n  match Never()\n";
    let (talk, _) = Talk::new(source);
    let mut saved: Value = serde_json::from_str(&talk.saved()).expect("it is JSON");
    assert_eq!(saved["version"], json!(2));
    let head = saved.pointer_mut("/state/flows/things/1/1/parent_head");
    *head.expect("it has one") = json!("a uid");
    saved["version"] = json!(1);
    let snapshot = serde_json::from_value(saved).expect("it has the form");
    let state = machine(source).resume(snapshot).expect("it is taken up");
    let mut old = talk;
    old.state = state;
    assert_eq!(old.say("Who"), ["Head a uid"]);
}
