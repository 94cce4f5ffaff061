//! The effects of the roles of flows: what rails let pass, and what may end them.

use umim::{ActionEventKind, ActionEventName, ENVELOPE_FIELDS};

use super::run::Run;
use crate::program::Role;
use crate::state::FlowKey;
use crate::value::Event;

/// The actions whose events carry text to the user.
const SHOWING: [&str; 4] = [
    "UtteranceBotAction",
    "VisualInformationSceneAction",
    "VisualChoiceSceneAction",
    "VisualFormSceneAction",
];

/// Actions whose descriptions some hosts show as text. The author of a configuration chooses these words, but an
/// added flow, such as one written by a model, may use any.
const DESCRIBED: [&str; 3] = [
    "GestureBotAction",
    "PostureBotAction",
    "FacialGestureBotAction",
];

impl Run<'_> {
    /// The rail that a flow is or belongs to; `None` if rails fail open.
    pub(super) fn rail_of(&mut self, flow: FlowKey) -> Option<FlowKey> {
        if self.machine.rails_fail_open {
            return None;
        }
        let upwards = self.state.upwards(Some(flow));
        self.budget.charge(upwards.len() / 8);
        let is_rail = |role: Option<Role>| role.is_some_and(Role::is_rail);
        let rail = upwards.iter().find(|flow| is_rail(flow.config.role))?;
        self.state.flow_key(&rail.uid)
    }

    /// Whether the event shows the user something that the output rails have not checked.
    pub(super) fn is_unchecked(&self, event: &Event, sender: Option<FlowKey>) -> bool {
        self.machine.checks_what_is_said
            && (is_about(event, &SHOWING)
                || (is_about(event, &DESCRIBED) && self.is_below_added(sender)))
            && !self.speaks_for_the_rails(sender)
    }

    /// Whether what a flow says counts as checked: it says what the output rails have passed, or belongs to one of
    /// them.
    fn speaks_for_the_rails(&self, sender: Option<FlowKey>) -> bool {
        let upwards = self.state.upwards(sender).into_iter();
        let mut roles = upwards.map(|flow| flow.config.role).peekable();
        roles.peek() == Some(&Some(Role::Bot)) || roles.any(|role| role == Some(Role::OutputRail))
    }

    /// Whether a flow, or one of its callers, was added while the conversation ran.
    fn is_below_added(&self, flow: Option<FlowKey>) -> bool {
        let mut upwards = self.state.upwards(flow).into_iter();
        upwards.any(|flow| flow.config.file.is_empty())
    }

    /// Whether what the source has sent may let the flow finish: a check that a flow outside of its rail ends has let nothing pass.
    pub(super) fn may_finish(&mut self, flow: FlowKey, source: Option<FlowKey>) -> bool {
        let Some(rail) = self.rail_of(flow) else {
            return true;
        };
        let role = |flow| self.state.flow(flow).and_then(|flow| flow.config.role);
        role(flow) == Some(Role::User)
            || source.and_then(|source| self.rail_of(source)) == Some(rail)
    }
}

/// Whether it is about one of these actions, and is not a stop.
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
