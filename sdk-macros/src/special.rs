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
    target: Target,
    /// Whether a host may be unable to supply it.
    pub(crate) may_be_absent: bool,
}

/// The type by which a misnamed special parameter is recognised.
#[derive(Clone, Copy)]
enum Target {
    /// `T` of `&T` and `Arc<T>`.
    Shared(&'static str),
    /// `T` itself too, which is a handle.
    Handle(&'static str),
    /// `T` of `&[T]` and `Arc<[T]>`.
    Slice(&'static str),
}

const TABLE: [Special; 10] = [
    always_there("context", "ContextParam", Target::Shared("Context")),
    always_there("events", "EventsParam", Target::Slice("Event")),
    always_there("config", "ConfigParam", Target::Shared("RailsConfig")),
    may_be_absent("llm", "LlmParam", Target::Shared("Llm")),
    may_be_absent(
        "llm_task_manager",
        "LlmTaskManagerParam",
        Target::Handle("LlmTaskManager"),
    ),
    may_be_absent("state", "StateParam", Target::Shared("State")),
    may_be_absent("tracker", "TrackerParam", Target::Shared("Tracker")),
    may_be_absent("domain", "DomainParam", Target::Shared("Domain")),
    always_there(
        "dispatcher",
        "DispatcherParam",
        Target::Handle("CollectingDispatcher"),
    ),
    always_there("cancel", "CancelParam", Target::Handle("CancellationToken")),
];

const fn always_there(name: &'static str, param_trait: &'static str, target: Target) -> Special {
    let may_be_absent = false;
    Special {
        name,
        param_trait,
        target,
        may_be_absent,
    }
}

const fn may_be_absent(name: &'static str, param_trait: &'static str, target: Target) -> Special {
    Special {
        may_be_absent: true,
        ..always_there(name, param_trait, target)
    }
}

/// The special parameter of that name.
pub(crate) fn by_name(name: &str) -> Option<Special> {
    TABLE.into_iter().find(|special| special.name == name)
}

/// The special parameter whose type this is: `&Context`, `Option<&dyn Llm>`, `Arc<Context>`, `&[Event]`…
///
/// A plain `Context` is nobody's: it can be an ordinary argument.
pub(crate) fn by_type(ty: &Type) -> Option<Special> {
    let (lent, owned) = (types::lent(ty), types::inner(ty));
    TABLE.into_iter().find(|special| match special.target {
        Target::Shared(name) => lent.is_some_and(|ty| is_named(ty, name)),
        Target::Handle(name) => lent.into_iter().chain([owned]).any(|ty| is_named(ty, name)),
        Target::Slice(name) => lent.is_some_and(|ty| is_slice_of(ty, name)),
    })
}

fn is_named(ty: &Type, wanted: &str) -> bool {
    matches!(types::shape(ty), Shape::Named(name) | Shape::Dyn(name) if name == wanted)
}

fn is_slice_of(ty: &Type, wanted: &str) -> bool {
    matches!(types::shape(ty), Shape::Slice(element) if is_named(element, wanted))
}
