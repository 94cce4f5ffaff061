//! What the runtime knows about rails: the flows of the library that run them, and their names in a configuration.
//!
//! The engine only knows the [`Role`] of a flow. The flows of the library have decorators for it. Configurations for
//! nemoguardrails 0.24.1 have no such decorators, and may contain library files of their own; the roles of their
//! flows are determined by name, in [`convention`].

pub(crate) mod reference;

use colang::program::{FlowConfig, Program, Role};
use colang::syntax::ast::Flow;

use crate::library;

/// The part of the library that runs rails.
pub(crate) const LIBRARY: &str = "guardrails";

/// The folder of the library with checks that a configuration may list as rails.
pub(crate) const CHECKS: &str = "nemoguardrails/library";

/// One of the two sides of a conversation, and how its messages are checked.
pub(crate) struct Side {
    /// The setting that lists its flows: `rails.input.flows`.
    pub(crate) key: &'static str,
    /// The flow that a configuration defines.
    pub(crate) rails: &'static str,
    /// The flow of the library that awaits it.
    pub(crate) runs: &'static str,
    /// The parameter with the text.
    pub(crate) parameter: &'static str,
    /// The variable through which rails change the text.
    pub(crate) message: &'static str,
    /// The check of the library with a model.
    pub(crate) self_check: SelfCheck,
    role: Role,
}

/// A check of the library that asks a model.
pub(crate) struct SelfCheck {
    pub(crate) flow: &'static str,
    pub(crate) action: &'static str,
    /// The task whose prompt is used.
    pub(crate) task: &'static str,
}

/// What the user says.
pub(crate) const INPUT: Side = Side {
    key: "input",
    rails: "input rails",
    runs: "run input rails",
    parameter: "$input_text",
    message: "user_message",
    self_check: SelfCheck {
        flow: "self check input",
        action: "SelfCheckInputAction",
        task: "self_check_input",
    },
    role: Role::InputRail,
};

/// What the bot is about to say.
pub(crate) const OUTPUT: Side = Side {
    key: "output",
    rails: "output rails",
    runs: "run output rails",
    parameter: "$output_text",
    message: "bot_message",
    self_check: SelfCheck {
        flow: "self check output",
        action: "SelfCheckOutputAction",
        task: "self_check_output",
    },
    role: Role::OutputRail,
};

pub(crate) const SIDES: [Side; 2] = [INPUT, OUTPUT];

/// Settings that may list flows which nothing in Colang 2 would run.
pub(crate) const NOT_RUN: [&str; 3] = ["retrieval", "tool_input", "tool_output"];

/// The flow that all flows of the library use to speak.
pub(crate) const SAY: &str = "_bot_say";

/// The flow of `core` that says a text for an action.
pub(crate) const SAY_FOR_ACTION: &str = "_say for an action";

/// The flow of `guardrails` that checks an event and then releases it.
pub(crate) const SAY_WHEN_CHECKED: &str = "_say when checked";

/// The prefix of flows that represent what users say and mean.
const OF_THE_USER: &str = "user ";

/// The prefixes of flows that hear what the user says, and so are not intents.
const HEARING: [&str; 3] = ["user said", "user saying", "user started saying"];

/// The role of a flow without decorators for it.
pub(crate) fn convention(flow: &FlowConfig) -> Option<Role> {
    named_role(&flow.id).or_else(|| is_named_intent(flow).then_some(Role::User))
}

/// The role of a flow with this name.
fn named_role(name: &str) -> Option<Role> {
    if [SAY, SAY_FOR_ACTION].contains(&name) {
        return Some(Role::Bot);
    }
    if name == SAY_WHEN_CHECKED {
        return Some(Role::OutputRail);
    }
    let side = SIDES.iter().find(|side| side.names(name))?;
    Some(side.role)
}

/// Whether the library treats it as an intent of the user, like `automating intent detection`.
fn is_named_intent(flow: &FlowConfig) -> bool {
    is_intent_name(&flow.id) && flow.meta("user_action").is_none()
}

fn is_intent_name(name: &str) -> bool {
    name.starts_with(OF_THE_USER) && !HEARING.iter().any(|start| name.starts_with(start))
}

/// Whether a model may name this as the user's intent: the flow of that name will be finished.
pub(crate) fn may_be_meant(program: &Program, name: &str) -> bool {
    match program.flow(name) {
        Some(flow) => flow.role == Some(Role::User),
        None => name.starts_with(OF_THE_USER),
    }
}

/// Whether a flow of this name represents what the user says or means.
pub(crate) fn is_of_the_user(name: &str) -> bool {
    name.starts_with(OF_THE_USER)
}

/// Whether the flow runs the rails, or is the flow of the rails itself: it is not a single check.
pub(crate) fn runs_rails(name: &str) -> bool {
    SIDES.iter().any(|side| side.names(name))
}

/// Whether the flow is a rail, or says only what the rails have passed.
pub(crate) fn serves_rails(program: &Program, name: &str) -> bool {
    let role = program.flow(name).and_then(|flow| flow.role);
    runs_rails(name) || role.is_some_and(|role| role != Role::User)
}

/// Whether there are any rails, apart from the flows of the library that would run them.
pub(crate) fn are_defined(program: &Program) -> bool {
    let own = |flow: &FlowConfig| !library::is_shown_as(&flow.file);
    let mut flows = program.flows();
    flows.any(|flow| own(flow) && flow.role.is_some_and(Role::is_rail))
}

/// Whether there are output rails, and the library runs them.
pub(crate) fn check_what_is_said(program: &Program) -> bool {
    let mut flows = [OUTPUT.rails, OUTPUT.runs].into_iter();
    flows.all(|flow| program.flow(flow).is_some())
}

/// Whether a running conversation must not add this flow, because it would be a rail or bypass the rails. It may have
/// been written by a model.
pub(crate) fn may_not_be_added(flow: &Flow) -> bool {
    let name = &flow.name.name;
    let mut decorators = flow.decorators.iter();
    let is_inside_of_library = name.starts_with('_') && library::has(name);
    named_role(name).is_some()
        || is_inside_of_library
        || decorators.any(|at| Role::is_given_by(&at.name.name))
}

/// Whether a running conversation must not remove this flow, because rails depend on it.
pub(crate) fn may_not_be_removed(program: &Program, name: &str) -> bool {
    let defined = program.flow(name).filter(|flow| !flow.file.is_empty());
    named_role(name).is_some()
        || serves_rails(program, name)
        || defined.is_some_and(|_| library::has(name))
}

impl Side {
    /// Whether it is the flow of these rails, or the one that runs them.
    fn names(&self, flow: &str) -> bool {
        [self.rails, self.runs].contains(&flow)
    }
}

#[cfg(test)]
mod tests {
    use colang::program::File;
    use colang::source::SourceId;

    use super::*;

    /// The decorators of the library give the same roles as the names.
    #[test]
    fn decorators_and_names_agree() {
        for (file, text) in library::below("") {
            let parsed = colang::syntax::parse(SourceId(0), &text);
            let source = text.replace("@override\n", "");
            let own = colang::syntax::parse(SourceId(0), &source);
            assert!(!parsed.has_errors() && !own.has_errors(), "{file}");
            let files = [File {
                name: &file,
                module: &own.module,
            }];
            let program = Program::new(&files).expect("the library can be read");
            for flow in program.flows() {
                if let Some(role) = flow.role {
                    assert_eq!(convention(flow), Some(role), "{file}: {}", flow.id);
                }
            }
        }
    }
}
