//! Damaged snapshots: they are refused, or the conversation continues within its limits.
#![no_main]

use std::sync::LazyLock;

use colang::machine::Machine;
use colang::program::{File, Program};
use colang::source::SourceId;
use colang::state::Snapshot;
use colang::syntax::parse;
use colang::value::Event;
use libfuzzer_sys::fuzz_target;
use umim::Timestamp;

const SOURCE: &str = r#"
flow greet $name
  await BotAction(text="hello {$name}") as $action
  match Go() as $event

@loop("other")
flow watch $n
  match Tick(n=$n)

flow main
  activate watch 1
  start greet "you" as $greeting
  $list = [1, {"k": (2.5, None)}, regex("^a")]
  when $greeting.Finished()
    send Done(list=$list)
  or when Stop()
    abort
  match Never()
"#;

static MACHINE: LazyLock<Machine> = LazyLock::new(|| {
    let parsed = parse(SourceId(0), SOURCE);
    let file = File {
        name: "main.co",
        module: &parsed.module,
    };
    Program::new(&[file])
        .and_then(Machine::new)
        .expect("the program is sound")
});

/// A valid snapshot as JSON.
static SAVED: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut state = MACHINE.start(1);
    let now = Timestamp::from_micros(0);
    MACHINE.begin(&mut state, now);
    MACHINE.run_to_completion(&mut state, Event::new("Tick").with("n", 1), now);
    serde_json::to_vec(&state.snapshot()).expect("conversations can be saved")
});

/// The valid snapshot with one range replaced: two bytes give its start, one its length, the rest the replacement. Input
/// that begins with a brace is used unchanged.
fn damaged(bytes: &[u8]) -> Vec<u8> {
    let ([high, low, length, new @ ..], true) = (bytes, !bytes.starts_with(b"{")) else {
        return bytes.to_vec();
    };
    let mut text = SAVED.clone();
    let start = usize::from(u16::from_be_bytes([*high, *low])) % text.len();
    let end = (start + usize::from(*length)).min(text.len());
    text.splice(start..end, new.iter().copied());
    text
}

fuzz_target!(|bytes: &[u8]| {
    let Ok(snapshot) = serde_json::from_slice::<Snapshot>(&damaged(bytes)) else {
        return;
    };
    let Ok(mut state) = MACHINE.resume(snapshot) else {
        return;
    };
    for name in ["Tick", "Go", "Stop"] {
        let event = Event::new(name).with("n", 1);
        MACHINE.run_to_completion(&mut state, event, Timestamp::from_micros(1));
    }
    let saved = serde_json::to_string(&state.snapshot()).expect("conversations can be saved");
    assert!(serde_json::from_str::<Snapshot>(&saved).is_ok());
});
