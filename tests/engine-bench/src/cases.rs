//! The measured programs and events, the same for both engines.

use serde_json::{Value, json};

/// The largest size for the reference, which needs minutes for more.
const MOST_FLOWS_OF_THE_REFERENCE: usize = 1_000;

/// All cases.
pub(crate) fn all() -> Vec<Value> {
    let mut cases = vec![
        echo(),
        local_action(),
        turn("echo with the library", &library(false), &said(), 0),
        turn("echo with rails", &library(true), &said(), 0),
        load(1_000),
        state(500),
        idle_echo(),
        idle_flows(10),
    ];
    cases.extend([10, 100, 1_000, 10_000].map(waiting));
    cases.extend([50, 400, 1_000].map(wide));
    cases.extend([50, 400].map(deep));
    cases
}

/// The bot echoes the user; the front end reports that it was said.
const ECHO: &str = "flow main\n  while True\n    match UtteranceUserActionFinished() as $said\n    \
                    await UtteranceBotAction(script=$said.final_transcript)\n";

fn said() -> Value {
    json!({
        "type": "UtteranceUserActionFinished", "action_uid": "u1", "final_transcript": "hello", "is_success": true
    })
}

fn echo() -> Value {
    turn("echo", ECHO, &said(), 0)
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

/// The echo with flows of the library, as users write bots, and with rails that check both messages.
fn library(rails: bool) -> String {
    let bot = "flow main\n  while True\n    user said something as $heard\n    bot say $heard.transcript\n";
    let rails = match rails {
        true => {
            "import guardrails\n\n\
                 flow input rails $input_text\n  if \"forbidden\" in $input_text\n    abort\n\n\
                 flow output rails $output_text\n  if \"forbidden\" in $output_text\n    abort\n\n"
        }
        false => "\n",
    };
    format!("import core\n{rails}{bot}")
}

/// Flows that each wait for a different event; one of them is found and restarted.
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

/// A chain of flows that await one another; the last one finishes, and so all do.
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

/// A bot after its first turn: the memory that a server needs per visitor.
fn idle(name: &str, source: &str, said: &Value) -> Value {
    json!({"kind": "memory", "name": name, "source": source, "setup": [[said]], "reference": true})
}

fn idle_echo() -> Value {
    idle("idle echo conversation", ECHO, &said())
}

fn idle_flows(flows: usize) -> Value {
    let source = program(flows, "activate", |place| {
        format!("  match Tick(id=\"k{place}\") as $tick\n  $last = $tick.id\n  send Tock()\n")
    });
    let name = format!("idle conversation of {flows} flows");
    idle(&name, &source, &tick(0))
}

fn tick(place: usize) -> Value {
    json!({"type": "Tick", "id": format!("k{place}")})
}

/// A program of numbered flows, all of which `main` starts.
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
