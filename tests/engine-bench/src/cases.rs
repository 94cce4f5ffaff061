//! What is measured: programs and events, the same for both engines.

use serde_json::{Value, json};

/// The largest program that the reference is given, unless all are wanted: more take it minutes.
const MOST_FLOWS_OF_THE_REFERENCE: usize = 1_000;

/// All cases.
pub(crate) fn all() -> Vec<Value> {
    let mut cases = vec![echo(), local_action(), load(1_000), state(500), idle()];
    cases.extend([10, 100, 1_000, 10_000].map(waiting));
    cases.extend([50, 400, 1_000].map(wide));
    cases.extend([50, 400].map(deep));
    cases
}

/// A user says something, and the bot says it too; the front end says that it was said.
fn echo() -> Value {
    let source = "flow main\n  while True\n    match UtteranceUserActionFinished() as $said\n    \
                  await UtteranceBotAction(script=$said.final_transcript)\n";
    let said = json!({
        "type": "UtteranceUserActionFinished", "action_uid": "u1", "final_transcript": "hello", "is_success": true
    });
    turn("echo", source, &said, 0)
}

fn local_action() -> Value {
    let source = "flow main\n  while True\n    match Add() as $numbers\n    \
                  $sum = await AddAction(a=$numbers.a, b=$numbers.b)\n    send Sum(sum=$sum)\n";
    turn(
        "local action",
        source,
        &json!({"type": "Add", "a": 1, "b": 2}),
        0,
    )
}

/// Flows that wait for an event of their own each; one of them is found, and starts anew.
fn waiting(flows: usize) -> Value {
    let source = program(flows, "activate", |place| {
        format!("  match Tick(id=\"k{place}\")\n  send Tock()\n")
    });
    turn(
        &format!("one of {flows} waiting flows"),
        &source,
        &tick(flows / 2),
        flows,
    )
}

/// Flows that each await a leaf flow; one leaf finishes.
fn wide(flows: usize) -> Value {
    let leaf = "flow leaf $id\n  match Tick(id=$id)\n\n";
    let flows_source = program(flows, "start", |place| {
        format!("  while True\n    await leaf(id=\"k{place}\")\n    send Tock()\n")
    });
    let source = format!("{leaf}{flows_source}");
    turn(
        &format!("one of {flows} awaited leaf flows"),
        &source,
        &tick(flows / 2),
        flows,
    )
}

/// Flows that await one another in a row; the last one finishes, so all do.
fn deep(flows: usize) -> Value {
    let mut source = String::from("flow f0\n  match Tick(id=\"k0\")\n  send Tock()\n\n");
    for place in 1..flows {
        source += &format!("flow f{place}\n  await f{}\n\n", place - 1);
    }
    source += &format!("flow main\n  while True\n    await f{}\n", flows - 1);
    turn(&format!("{flows} nested awaits"), &source, &tick(0), flows)
}

fn load(flows: usize) -> Value {
    let source = program(flows, "activate", |place| {
        format!(
            "  match Tick(id=\"k{place}\") as $tick\n  if $tick.id == \"x\"\n    $n = {place} + 1\n  send Tock(n=$n)\n"
        )
    });
    json!({"kind": "load", "name": format!("load {flows} flows"), "source": source, "reference": true})
}

fn state(flows: usize) -> Value {
    let source = waiting(flows)["source"].clone();
    json!({"kind": "state", "name": format!("state of {flows} flows"), "source": source, "setup": [], "reference": true})
}

/// A small bot after its first turn: what a server keeps per visitor.
fn idle() -> Value {
    let source = program(10, "activate", |place| {
        format!("  match Tick(id=\"k{place}\") as $tick\n  $last = $tick.id\n  send Tock()\n")
    });
    json!({
        "kind": "memory", "name": "idle conversation", "source": source, "setup": [[tick(0)]], "reference": true
    })
}

fn tick(place: usize) -> Value {
    json!({"type": "Tick", "id": format!("k{place}")})
}

/// A program of numbered flows, all of which `main` begins.
fn program(flows: usize, verb: &str, body: impl Fn(usize) -> String) -> String {
    let mut source = String::new();
    for place in 0..flows {
        source += &format!("flow w{place}\n{}\n", body(place));
    }
    source += "flow main\n";
    for place in 0..flows {
        source += &format!("  {verb} w{place}\n");
    }
    source + "  match Never()\n"
}

fn turn(name: &str, source: &str, event: &Value, flows: usize) -> Value {
    json!({
        "kind": "turn", "name": name, "source": source, "setup": [], "turns": [[event]], "outputs": 1,
        "reference": flows <= MOST_FLOWS_OF_THE_REFERENCE
    })
}
