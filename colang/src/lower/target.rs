//! The errors for keywords that cannot be used with what follows them.

use super::builder::Builder;
use crate::diagnostic::{Code, action_name};
use crate::program::Mistake;
use crate::syntax::ast::{Spec, SpecTarget};

impl Builder<'_> {
    pub(super) fn wrong_target(&self, keyword: &str, spec: &Spec) -> Mistake {
        let wanted = match keyword {
            "match" => "waits for events",
            "send" => "sends events",
            "start" => "starts flows and actions",
            "await" => "runs flows and actions to their end",
            "when" => "waits for events, flows and actions",
            _ => "works on flows",
        };
        let name = match &spec.target {
            SpecTarget::Reference(variable) => format!("${}", variable.name),
            SpecTarget::Flow(name) | SpecTarget::Action(name) | SpecTarget::Event(name) => {
                name.name.clone()
            }
        };
        let kind = match (&spec.target, spec.members.is_empty()) {
            (SpecTarget::Event(_), _) => "an event",
            (_, false) => "one of its events",
            (SpecTarget::Flow(_), true) => "a flow",
            (SpecTarget::Action(_), true) => "an action",
            (SpecTarget::Reference(_), true) => "a reference",
        };
        let message = match spec.members.last() {
            Some(member) => format!(
                "`{keyword}` {wanted}, and `{name}.{}` is {kind}",
                member.name.name
            ),
            None => format!("`{keyword}` {wanted}, and `{name}` is {kind}"),
        };
        let help = help(keyword, &name, spec);
        self.error(Code::WrongTarget, spec.span, message, help)
    }
}

/// Whether a name would be that of an action if `Action` was added, and is not an action event.
fn may_be_action(name: &str) -> bool {
    !name.contains("Action") && umim::check_action_name(&format!("{name}Action")).is_ok()
}

fn help(keyword: &str, name: &str, spec: &Spec) -> String {
    match (&spec.target, keyword) {
        (SpecTarget::Reference(_), "match" | "when") => {
            format!("name one of its events: `{name}.Finished()`")
        }
        (SpecTarget::Reference(_), "send") => format!("name one of its events: `{name}.Stop()`"),
        (SpecTarget::Event(event), "await" | "start") if may_be_action(&event.name) => {
            let action = action_name(name);
            let instead = match keyword {
                "await" => format!("`match {name}()`"),
                _ => format!("`send {name}()` or `match {name}()`"),
            };
            format!(
                "the name of an action ends with `Action`: `{keyword} {action}()`; for an event use {instead}"
            )
        }
        (_, "await") => "use `match` to wait for an event".to_owned(),
        (SpecTarget::Reference(_), "deactivate") => {
            format!("write the name of the flow, or end it with `send {name}.Stop()`")
        }
        (SpecTarget::Reference(_), _) => "write the name of a flow instead".to_owned(),
        (SpecTarget::Flow(_) | SpecTarget::Action(_), "match") => {
            format!(
                "use `await {name}` to run it, or `match {name}().Finished()` to wait for the end of any"
            )
        }
        (SpecTarget::Flow(_) | SpecTarget::Action(_), "send") => {
            format!("use `start {name}` or `await {name}`")
        }
        (SpecTarget::Action(_), _) => {
            format!("use `start {name}()`, or a flow that runs the action")
        }
        (SpecTarget::Event(_), _) => {
            format!("use `send {name}()` to send it, or `match {name}()` to wait for it")
        }
        (SpecTarget::Flow(_), _) => "leave out what stands behind the dot".to_owned(),
    }
}
