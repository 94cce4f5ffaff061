//! Flows, events and variables as lines for people.

use action_sdk::{Event, State};
use colang::state::FlowState;

/// How many characters of a value are shown.
const SHOWN: usize = 100;

/// Fields that every event has.
const OF_EVERY_EVENT: [&str; 4] = ["type", "uid", "event_created_at", "source_uid"];

/// The beginning of a value.
pub(super) fn short(text: &str) -> String {
    let text = safe(text);
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// Without what a terminal would take for a command: a model may have written it.
pub(super) fn safe(text: &str) -> String {
    let shown = |c: char| match c {
        '\n' | '\t' => c,
        c if c.is_control() => char::REPLACEMENT_CHARACTER,
        c => c,
    };
    text.chars().map(shown).collect()
}

/// `Name(field=value, …)`.
pub(super) fn event(event: &Event) -> String {
    let fields = event.as_map().iter();
    let fields = fields.filter(|(name, _)| !OF_EVERY_EVENT.contains(&name.as_str()));
    let fields = fields.map(|(name, value)| format!("{name}={}", short(&value.to_string())));
    let fields: Vec<_> = fields.collect();
    format!("{}({})", event.name(), fields.join(", "))
}

/// A line for each head of each flow that waits for something, below the flow that has started it.
pub(super) fn flows(state: &State) -> Vec<String> {
    state.flows().flat_map(flow).collect()
}

fn flow(flow: &FlowState) -> Vec<String> {
    let depth = flow.hierarchy_position().matches('.').count();
    let indent = "  ".repeat(depth);
    let heads = flow.active_heads();
    let lines = heads.map(|head| {
        let place = place(flow, head.position());
        format!("{indent}{}  {place}", flow.flow_id())
    });
    lines.collect()
}

/// `main.co:4`.
pub(super) fn place(flow: &FlowState, position: usize) -> String {
    let config = flow.config();
    match config.line(position) {
        Some(line) => format!("{}:{line}", config.file),
        None => config.file.to_string(),
    }
}

/// The global variables.
pub(super) fn variables(state: &State) -> Vec<String> {
    let globals = state.globals().iter();
    let lines = globals.map(|(name, value)| format!("${name} = {}", short(&value.to_string())));
    lines.collect()
}
