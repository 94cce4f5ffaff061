//! What the runtime knows about rails: which flows of the library run them, and what a configuration calls its own.
//!
//! The engine knows only the [`Role`] of a flow. The library's flows say theirs with decorators. Configurations written
//! for nemoguardrails 0.24.1 have no such decorators, and may bring library files of their own; for their flows
//! [`convention`] tells the role by the name.

use colang::program::{FlowConfig, Program, Role};
use colang::syntax::ast::Flow;

use crate::library;

/// The part of the library that runs rails.
pub(crate) const LIBRARY: &str = "guardrails";

/// The folder of the library with checks that a configuration may list as rails.
pub(crate) const CHECKS: &str = "nemoguardrails/library";

/// One of the two sides of a conversation, and how its messages are checked.
pub(crate) struct Side {
    /// Where the settings list its flows: `rails.input.flows`.
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

/// What the bot is to say.
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

/// Where settings may list flows that nothing in Colang 2 would run.
pub(crate) const NOT_RUN: [&str; 3] = ["retrieval", "tool_input", "tool_output"];

/// The flow through which all flows of the library speak.
pub(crate) const SAY: &str = "_bot_say";

/// The flow of `core` that says a text for an action.
pub(crate) const SAY_FOR_ACTION: &str = "_say for an action";

/// The flow of `guardrails` that has an event checked and then releases it.
pub(crate) const SAY_WHEN_CHECKED: &str = "_say when checked";

/// What the names of flows begin with that stand for what users say and mean.
const OF_THE_USER: &str = "user ";

/// What the names of those begin with that hear what the user says, and so stand for no intent.
const HEARING: [&str; 3] = ["user said", "user saying", "user started saying"];

/// The role of a flow that has none by its decorators.
pub(crate) fn convention(flow: &FlowConfig) -> Option<Role> {
    named_role(&flow.id).or_else(|| is_named_intent(flow).then_some(Role::User))
}

/// The role of whatever flow has this name.
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

/// Whether the library takes it for an intent of the user, as `automating intent detection` does.
fn is_named_intent(flow: &FlowConfig) -> bool {
    is_intent_name(&flow.id) && flow.meta("user_action").is_none()
}

fn is_intent_name(name: &str) -> bool {
    name.starts_with(OF_THE_USER) && !HEARING.iter().any(|start| name.starts_with(start))
}

/// Whether a model may say that this is what the user means: the flow of that name will be finished.
pub(crate) fn may_be_meant(program: &Program, name: &str) -> bool {
    match program.flow(name) {
        Some(flow) => flow.role == Some(Role::User),
        None => name.starts_with(OF_THE_USER),
    }
}

/// Whether a flow of this name stands for something that the user says or means.
pub(crate) fn is_of_the_user(name: &str) -> bool {
    name.starts_with(OF_THE_USER)
}

/// Whether the flow runs the rails, or is what they are called: no flow that makes a check.
pub(crate) fn runs_rails(name: &str) -> bool {
    SIDES.iter().any(|side| side.names(name))
}

/// Whether something checks what users or the bot say.
pub(crate) fn are_defined(program: &Program) -> bool {
    SIDES.iter().any(|side| program.flow(side.rails).is_some())
}

/// Whether something checks what the bot says, and the library asks it.
pub(crate) fn check_what_is_said(program: &Program) -> bool {
    let mut flows = [OUTPUT.rails, OUTPUT.runs].into_iter();
    flows.all(|flow| program.flow(flow).is_some())
}

/// Whether a running conversation may not add this flow: it would be a rail, or speak past the rails. A model may have
/// written it.
pub(crate) fn may_not_be_added(flow: &Flow) -> bool {
    let name = &flow.name.name;
    let mut decorators = flow.decorators.iter();
    let is_inside_of_library = name.starts_with('_') && library::has(name);
    named_role(name).is_some()
        || is_inside_of_library
        || decorators.any(|at| Role::is_given_by(&at.name.name))
}

/// Whether a running conversation may not take this flow away: rails hang on it.
pub(crate) fn may_not_be_removed(program: &Program, name: &str) -> bool {
    let defined = program.flow(name).filter(|flow| !flow.file.is_empty());
    named_role(name).is_some()
        || defined.is_some_and(|flow| {
            library::has(name) || flow.role.is_some_and(|role| role != Role::User)
        })
}

impl Side {
    /// Whether it is the flow of its rails, or the one that runs them.
    fn names(&self, flow: &str) -> bool {
        [self.rails, self.runs].contains(&flow)
    }
}

#[cfg(test)]
mod tests {
    use colang::program::File;
    use colang::source::SourceId;

    use super::*;

    /// The roles that the library's decorators give are those that their names have elsewhere.
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
