//! Rails: the flows that decide what passes, and what may end them.

use umim::{ActionEventKind, ActionEventName, ENVELOPE_FIELDS};

use super::run::Run;
use crate::state::FlowKey;
use crate::value::Event;

/// The flows that check, and those of the library that call them (nemoguardrails 0.24.1).
const RAILS: [&str; 4] = [
    "input rails",
    "output rails",
    "run input rails",
    "run output rails",
];

/// The rails that see what the bot says, and the flow of the library that asks them.
const OUTPUT_RAILS: [&str; 2] = ["output rails", "run output rails"];

/// The flow of the library that says nothing without having asked the output rails.
const BOT_SAY: &str = "_bot_say";

/// The actions whose events carry text to the user.
const SHOWING: [&str; 4] = [
    "UtteranceBotAction",
    "VisualInformationSceneAction",
    "VisualChoiceSceneAction",
    "VisualFormSceneAction",
];

/// Actions whose descriptions some hosts show as text: a flow of the configuration chooses its own words for them, one that
/// was added, such as one of a model, may choose any.
const DESCRIBED: [&str; 3] = [
    "GestureBotAction",
    "PostureBotAction",
    "FacialGestureBotAction",
];

/// What the names of flows begin with that stand for what users say and mean: those may be ended by a flow that is not
/// part of the rails, such as the one that finds out what a user means.
const OF_THE_USER: &str = "user ";

impl Run<'_> {
    /// The rails that a flow is part of, itself included; none if they are to fail open.
    pub(super) fn rails_above(&mut self, flow: FlowKey) -> Option<FlowKey> {
        if self.machine.rails_fail_open {
            return None;
        }
        let upwards = self.state.upwards(Some(flow));
        self.budget.charge(upwards.len() / 8);
        let rails = upwards
            .iter()
            .find(|flow| RAILS.contains(&&*flow.flow_id))?;
        self.state.flow_key(&rails.uid)
    }

    /// Whether the event carries text to the user that the output rails, which there are, have not seen. What an output
    /// rail says itself counts as seen.
    pub(super) fn is_unchecked(&self, event: &Event, sender: Option<FlowKey>) -> bool {
        let program = self.state.program();
        self.machine.checks_what_is_said
            && (is_about(event, &SHOWING)
                || (is_about(event, &DESCRIBED) && self.is_below_added(sender)))
            && OUTPUT_RAILS.iter().all(|flow| program.flow(flow).is_some())
            && !self
                .state
                .upwards(sender)
                .iter()
                .enumerate()
                .any(|(height, flow)| {
                    OUTPUT_RAILS.contains(&&*flow.flow_id)
                        || (height == 0 && &*flow.flow_id == BOT_SAY)
                })
    }

    /// Whether a flow, or one that it works for, was added while the conversation ran.
    fn is_below_added(&self, flow: Option<FlowKey>) -> bool {
        let mut upwards = self.state.upwards(flow).into_iter();
        upwards.any(|flow| flow.config.file.is_empty())
    }

    /// Whether this event may let the flow finish: a check that somebody outside of it ends has let nothing pass.
    pub(super) fn may_finish(&mut self, flow: FlowKey, event: &Event) -> bool {
        let Some(rails) = self.rails_above(flow) else {
            return true;
        };
        let source = self.source_of(event);
        source.and_then(|source| self.rails_above(source)) == Some(rails)
            || (self.state.flow(flow)).is_some_and(|flow| flow.flow_id.starts_with(OF_THE_USER))
    }
}

/// Whether it says more of one of these actions than that it is to stop.
fn is_about(event: &Event, actions: &[&str]) -> bool {
    ActionEventName::parse(&event.name).is_some_and(|name| {
        let is_bare = || {
            event
                .arguments
                .keys()
                .all(|name| ENVELOPE_FIELDS.contains(&&**name))
        };
        actions.contains(&name.action()) && (name.kind() != ActionEventKind::Stop || !is_bare())
    })
}
