//! The table of special parameters: their names, their types, and the trait that checks each of them.

use crate::types::{self, Shape};
use syn::Type;

/// One special parameter.
#[derive(Clone, Copy)]
pub(crate) struct Special {
    /// The name of the parameter in the function's signature.
    pub(crate) name: &'static str,
    /// The trait of `action_sdk::__private` that its type must implement.
    pub(crate) param_trait: &'static str,
    /// The type behind the reference.
    target: &'static str,
    /// Whether a host may be unable to supply it.
    pub(crate) may_be_absent: bool,
}

const TABLE: [Special; 10] = [
    Special {
        name: "context",
        param_trait: "ContextParam",
        target: "Context",
        may_be_absent: false,
    },
    Special {
        name: "events",
        param_trait: "EventsParam",
        target: "[Event]",
        may_be_absent: false,
    },
    Special {
        name: "config",
        param_trait: "ConfigParam",
        target: "RailsConfig",
        may_be_absent: false,
    },
    Special {
        name: "llm",
        param_trait: "LlmParam",
        target: "Llm",
        may_be_absent: true,
    },
    Special {
        name: "llm_task_manager",
        param_trait: "LlmTaskManagerParam",
        target: "LlmTaskManager",
        may_be_absent: true,
    },
    Special {
        name: "state",
        param_trait: "StateParam",
        target: "State",
        may_be_absent: true,
    },
    Special {
        name: "tracker",
        param_trait: "TrackerParam",
        target: "Tracker",
        may_be_absent: true,
    },
    Special {
        name: "domain",
        param_trait: "DomainParam",
        target: "Domain",
        may_be_absent: true,
    },
    Special {
        name: "dispatcher",
        param_trait: "DispatcherParam",
        target: "CollectingDispatcher",
        may_be_absent: false,
    },
    Special {
        name: "cancel",
        param_trait: "CancelParam",
        target: "CancellationToken",
        may_be_absent: false,
    },
];

/// The special parameter of that name.
pub(crate) fn by_name(name: &str) -> Option<Special> {
    TABLE.into_iter().find(|special| special.name == name)
}

/// The special parameter whose type this is: `&Context`, `Option<&dyn Llm>`, `Arc<Context>`, `&[Event]`…
///
/// A plain `Context` is nobody's: it can be an ordinary argument.
pub(crate) fn by_type(ty: &Type) -> Option<Special> {
    let target = types::lent(ty)?;
    TABLE.into_iter().find(|special| matches(special, target))
}

fn matches(special: &Special, target: &Type) -> bool {
    match types::shape(target) {
        Shape::Slice(element) => {
            special.target == "[Event]" && types::last_name(element).is_some_and(|e| e == "Event")
        }
        Shape::Named(name) | Shape::Dyn(name) => name == special.target,
        Shape::Reference(_) | Shape::Other => false,
    }
}
