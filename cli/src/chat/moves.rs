//! What has moved in a conversation since the last look, for `--debug`.

use std::collections::BTreeMap;

use action_sdk_runtime::Session;
use colang::state::FlowState;

use super::view;

/// The flows at the last look, each with the places of its heads.
#[derive(Debug, Default)]
pub(super) struct Moves(BTreeMap<String, (String, Vec<String>)>);

impl Moves {
    /// Lines about events, and about flows that began, moved or ended.
    pub(super) fn since_last(&mut self, session: &mut Session) -> Vec<String> {
        let events = session.take_history();
        let events = events
            .iter()
            .map(|event| format!("event   {}", view::event(event)));
        let mut lines: Vec<_> = events.collect();
        let now = session.state().flows().filter_map(standing).collect();
        let before = std::mem::replace(&mut self.0, now);
        for (uid, (name, heads)) in &self.0 {
            match before.get(uid) {
                Some((_, old)) if old == heads => {}
                _ => lines.push(format!("flow    {name} waits at {}", heads.join(", "))),
            }
        }
        let ended = before.iter().filter(|(uid, _)| !self.0.contains_key(*uid));
        lines.extend(ended.map(|(_, (name, _))| format!("flow    {name} ends")));
        lines
    }
}

/// A flow that waits for something, under its uid.
fn standing(flow: &FlowState) -> Option<(String, (String, Vec<String>))> {
    let heads = flow.active_heads();
    let heads: Vec<_> = heads
        .map(|head| view::place(flow, head.position()))
        .collect();
    let role = match flow.config().role {
        Some(role) => format!(" ({role:?})"),
        None => String::new(),
    };
    let name = format!("`{}`{}", flow.flow_id(), role.to_lowercase());
    (!heads.is_empty()).then(|| (flow.uid().to_owned(), (name, heads)))
}
