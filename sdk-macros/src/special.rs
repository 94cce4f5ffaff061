//! The table of special parameters: their names, their types, and the trait that checks each of them.

use crate::types::{self, Shape};
use proc_macro2::{Ident, Span};
use syn::Type;

/// One special parameter.
#[derive(Clone, Copy)]
pub(crate) struct Special {
    /// The variant of `action_sdk::Special`; followed by `Param`, the trait that its type must implement.
    variant: &'static str,
    /// The name of the parameter in the function's signature.
    pub(crate) name: &'static str,
    target: Target,
    /// Whether a host may be unable to provide it.
    pub(crate) may_be_absent: bool,
}

impl Special {
    /// The variant of `action_sdk::__private::Special`.
    pub(crate) fn variant(self) -> Ident {
        Ident::new(self.variant, Span::mixed_site())
    }

    /// The trait of `action_sdk::__private` that its type must implement.
    pub(crate) fn param_trait(self, span: Span) -> Ident {
        Ident::new(&format!("{}Param", self.variant), span)
    }
}

/// The type by which a special parameter with a wrong name is recognised.
#[derive(Clone, Copy)]
enum Target {
    /// `T` of `&T` and `Arc<T>`.
    Shared(&'static str),
    /// `T` itself as well, which is a handle.
    Handle(&'static str),
    /// `T` of `&[T]` and `Arc<[T]>`.
    Slice(&'static str),
}

const TABLE: [Special; 10] = [
    always_there("Context", "context", Target::Shared("Context")),
    always_there("Events", "events", Target::Slice("Event")),
    always_there("Config", "config", Target::Shared("RailsConfig")),
    may_be_absent("Llm", "llm", Target::Shared("Llm")),
    may_be_absent(
        "LlmTaskManager",
        "llm_task_manager",
        Target::Handle("LlmTaskManager"),
    ),
    may_be_absent("State", "state", Target::Shared("State")),
    may_be_absent("Tracker", "tracker", Target::Shared("Tracker")),
    may_be_absent("Domain", "domain", Target::Shared("Domain")),
    always_there(
        "Dispatcher",
        "dispatcher",
        Target::Handle("CollectingDispatcher"),
    ),
    always_there("Cancel", "cancel", Target::Handle("CancellationToken")),
];

const fn always_there(variant: &'static str, name: &'static str, target: Target) -> Special {
    Special {
        variant,
        name,
        target,
        may_be_absent: false,
    }
}

const fn may_be_absent(variant: &'static str, name: &'static str, target: Target) -> Special {
    Special {
        may_be_absent: true,
        ..always_there(variant, name, target)
    }
}

/// The special parameter of that name.
pub(crate) fn by_name(name: &str) -> Option<Special> {
    TABLE.into_iter().find(|special| special.name == name)
}

/// The special parameter with this type: `&Context`, `Option<&dyn Llm>`, `Arc<Context>`, `&[Event]`…
///
/// A plain `Context` is none: it can be an ordinary argument.
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
