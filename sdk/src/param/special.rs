//! Special parameters: one trait per name, each with its own message for a wrong type.
//!
//! The compiler must not suggest any of the impls: the label of each trait already says what is expected.
//!
//! To add one: a variant of [`Special`](crate::Special), a trait here, a row in the macro's table, a field of
//! [`CallScope`](crate::CallScope) or of the host.

use crate::action::Call;
use crate::config::RailsConfig;
use crate::context::Context;
use crate::error::{ActionError, ActionErrorKind};
use crate::llm::Llm;
use crate::llm_task_manager::LlmTaskManager;
use crate::rasa::{CollectingDispatcher, Domain, Tracker};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use umim::Event;

/// A special parameter that every call has.
macro_rules! always_there {
    ($trait:ident, $doc:literal, $message:literal, $label:literal, [$($note:literal),+]) => {
        #[doc = $doc]
        #[diagnostic::on_unimplemented(message = $message, label = $label, $(note = $note),+)]
        pub trait $trait<'a>: Sized {
            /// Extracts it from the call.
            fn special(call: &'a Call) -> Self;
        }

        #[diagnostic::do_not_recommend]
        impl<'a, T: $trait<'a>> $trait<'a> for Option<T> {
            fn special(call: &'a Call) -> Self {
                Some(T::special(call))
            }
        }
    };
}

/// A special parameter that a caller or host may not have.
macro_rules! maybe_absent {
    ($trait:ident, $doc:literal, $message:literal, $label:literal, [$($note:literal),+]) => {
        #[doc = $doc]
        #[diagnostic::on_unimplemented(message = $message, label = $label, $(note = $note),+)]
        pub trait $trait<'a>: Sized {
            /// Whether the action requires it.
            const REQUIRED: bool;

            /// Extracts it from the call.
            ///
            /// # Errors
            ///
            /// If it is required and the call does not have it.
            fn special(call: &'a Call) -> Result<Self, ActionError>;
        }
    };
}

/// Implements a trait of the second kind for a type and for its `Option`.
macro_rules! from_option {
    ($trait:ident for $ty:ty, $name:literal, $remedy:literal, |$call:ident| $value:expr) => {
        #[diagnostic::do_not_recommend]
        impl<'a> $trait<'a> for Option<$ty> {
            const REQUIRED: bool = false;

            fn special($call: &'a Call) -> Result<Self, ActionError> {
                Ok($value)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<'a> $trait<'a> for $ty {
            const REQUIRED: bool = true;

            fn special($call: &'a Call) -> Result<Self, ActionError> {
                let value: Option<Self> = $value;
                value.ok_or_else(|| absent($name, $remedy))
            }
        }
    };
}

#[cold]
fn absent(name: &'static str, remedy: &'static str) -> ActionError {
    let message = format!("the special parameter `{name}` is not available in this call; {remedy}");
    ActionError::new(ActionErrorKind::Unavailable, message).with_parameter(name)
}

always_there!(
    ContextParam,
    "The types of the special parameter `context`: `&Context`, `Arc<Context>`, and their `Option`s.",
    "the special parameter `context` cannot have type `{Self}`",
    "expected `&Context`",
    [
        "`context` is filled in by the runtime, not from the call's arguments",
        "to change a variable return `ActionResult::with_context_update(..)`",
        "for an ordinary argument called `context` write `#[arg] context: {Self}`"
    ]
);

#[diagnostic::do_not_recommend]
impl<'a> ContextParam<'a> for &'a Context {
    fn special(call: &'a Call) -> Self {
        call.context()
    }
}

#[diagnostic::do_not_recommend]
impl<'a> ContextParam<'a> for Arc<Context> {
    fn special(call: &'a Call) -> Self {
        call.shared_context()
    }
}

always_there!(
    EventsParam,
    "The types of the special parameter `events`: `&[Event]`, `Arc<[Event]>`, and their `Option`s.",
    "the special parameter `events` cannot have type `{Self}`",
    "expected `&[Event]`",
    [
        "`events` is filled in by the runtime, not from the call's arguments",
        "for an ordinary argument called `events` write `#[arg] events: {Self}`"
    ]
);

#[diagnostic::do_not_recommend]
impl<'a> EventsParam<'a> for &'a [Event] {
    fn special(call: &'a Call) -> Self {
        call.events()
    }
}

#[diagnostic::do_not_recommend]
impl<'a> EventsParam<'a> for Arc<[Event]> {
    fn special(call: &'a Call) -> Self {
        call.shared_events()
    }
}

always_there!(
    ConfigParam,
    "The types of the special parameter `config`: `&RailsConfig`, `Arc<RailsConfig>`, and their `Option`s.",
    "the special parameter `config` cannot have type `{Self}`",
    "expected `&RailsConfig`",
    [
        "`config` is filled in by the runtime, not from the call's arguments",
        "for an ordinary argument called `config` write `#[arg] config: {Self}`"
    ]
);

#[diagnostic::do_not_recommend]
impl<'a> ConfigParam<'a> for &'a RailsConfig {
    fn special(call: &'a Call) -> Self {
        call.config()
    }
}

#[diagnostic::do_not_recommend]
impl<'a> ConfigParam<'a> for Arc<RailsConfig> {
    fn special(call: &'a Call) -> Self {
        Arc::clone(call.shared_config())
    }
}

always_there!(
    DispatcherParam,
    "The types of the special parameter `dispatcher`: `&CollectingDispatcher`, `CollectingDispatcher` (a handle), and their `Option`s.",
    "the special parameter `dispatcher` cannot have type `{Self}`",
    "expected `&CollectingDispatcher`",
    [
        "`dispatcher` is filled in by the runtime, not from the call's arguments",
        "for an ordinary argument called `dispatcher` write `#[arg] dispatcher: {Self}`"
    ]
);

#[diagnostic::do_not_recommend]
impl<'a> DispatcherParam<'a> for &'a CollectingDispatcher {
    fn special(call: &'a Call) -> Self {
        call.dispatcher()
    }
}

#[diagnostic::do_not_recommend]
impl<'a> DispatcherParam<'a> for CollectingDispatcher {
    fn special(call: &'a Call) -> Self {
        call.dispatcher().clone()
    }
}

always_there!(
    CancelParam,
    "The types of the special parameter `cancel`: `&CancellationToken`, `CancellationToken`, and their `Option`s.",
    "the special parameter `cancel` cannot have type `{Self}`",
    "expected `&CancellationToken`",
    [
        "`cancel` is filled in by the runtime, not from the call's arguments",
        "for an ordinary argument called `cancel` write `#[arg] cancel: {Self}`"
    ]
);

#[diagnostic::do_not_recommend]
impl<'a> CancelParam<'a> for &'a CancellationToken {
    fn special(call: &'a Call) -> Self {
        call.cancel()
    }
}

#[diagnostic::do_not_recommend]
impl<'a> CancelParam<'a> for CancellationToken {
    fn special(call: &'a Call) -> Self {
        call.cancel().clone()
    }
}

maybe_absent!(
    LlmParam,
    "The types of the special parameter `llm`: `Option<&dyn Llm>`, `Option<Arc<dyn Llm>>`, and without `Option`, which means that the action needs a model.",
    "the special parameter `llm` cannot have type `{Self}`",
    "expected `Option<&dyn Llm>`, or `&dyn Llm` if the action needs it",
    [
        "`llm` is filled in by the runtime, not from the call's arguments",
        "for an ordinary argument called `llm` write `#[arg] llm: {Self}`"
    ]
);

from_option!(LlmParam for &'a dyn Llm, "llm", "give the host a model with `.llm(..)`", |call| {
    call.llm().map(|llm| &**llm)
});
from_option!(LlmParam for Arc<dyn Llm>, "llm", "give the host a model with `.llm(..)`", |call| call.llm().cloned());

maybe_absent!(
    LlmTaskManagerParam,
    "The types of the special parameter `llm_task_manager`: `&LlmTaskManager`, `LlmTaskManager` (a handle), and their `Option`s.",
    "the special parameter `llm_task_manager` cannot have type `{Self}`",
    "expected `&LlmTaskManager`, or `Option<&LlmTaskManager>` if the action can do without",
    [
        "`llm_task_manager` is filled in by the runtime, not from the call's arguments",
        "for an ordinary argument called `llm_task_manager` write `#[arg] llm_task_manager: {Self}`"
    ]
);

from_option!(
    LlmTaskManagerParam for &'a LlmTaskManager, "llm_task_manager",
    "give the host one with `.llm_task_manager(..)`", |call| call.llm_task_manager()
);
from_option!(
    LlmTaskManagerParam for LlmTaskManager, "llm_task_manager",
    "give the host one with `.llm_task_manager(..)`", |call| call.llm_task_manager().cloned()
);

#[cfg(feature = "state")]
maybe_absent!(
    StateParam,
    "The types of the special parameter `state`: `&State`, `Arc<State>`, and their `Option`s.",
    "the special parameter `state` cannot have type `{Self}`",
    "expected `&State`, or `Option<&State>` if the action also serves callers without a Colang conversation",
    [
        "`state` is filled in by the runtime, not from the call's arguments",
        "for an ordinary argument called `state` write `#[arg] state: {Self}`"
    ]
);

#[cfg(feature = "state")]
from_option!(
    StateParam for &'a crate::State, "state", "only a Colang conversation has one", |call| call.state()
);
#[cfg(feature = "state")]
from_option!(
    StateParam for Arc<crate::State>, "state", "only a Colang conversation has one",
    |call| call.shared_state().cloned()
);

#[cfg(not(feature = "state"))]
maybe_absent!(
    StateParam,
    "The types of the special parameter `state`: none without the feature `state`.",
    "the special parameter `state` cannot have type `{Self}`",
    "the special parameter `state` needs the feature `state` of `action-sdk`",
    [
        "in `Cargo.toml` write `action-sdk = {{ version = \"…\", features = [\"state\"] }}`, then take `state: &State`",
        "`state` is filled in by the runtime, not from the call's arguments",
        "for an ordinary argument called `state` write `#[arg] state: {Self}`"
    ]
);

maybe_absent!(
    TrackerParam,
    "The types of the special parameter `tracker`: `&Tracker`, `Arc<Tracker>`, and their `Option`s.",
    "the special parameter `tracker` cannot have type `{Self}`",
    "expected `&Tracker`, or `Option<&Tracker>` if the action also serves callers without one",
    [
        "`tracker` is filled in by the runtime, not from the call's arguments",
        "for an ordinary argument called `tracker` write `#[arg] tracker: {Self}`"
    ]
);

from_option!(TrackerParam for &'a Tracker, "tracker", "only Rasa has one", |call| call.tracker());
from_option!(TrackerParam for Arc<Tracker>, "tracker", "only Rasa has one", |call| call.shared_tracker().cloned());

maybe_absent!(
    DomainParam,
    "The types of the special parameter `domain`: `&Domain`, `Arc<Domain>`, and their `Option`s.",
    "the special parameter `domain` cannot have type `{Self}`",
    "expected `&Domain`, or `Option<&Domain>` if the action also serves callers without one",
    [
        "`domain` is filled in by the runtime, not from the call's arguments",
        "for an ordinary argument called `domain` write `#[arg] domain: {Self}`"
    ]
);

from_option!(DomainParam for &'a Domain, "domain", "only Rasa has one", |call| call.domain());
from_option!(DomainParam for Arc<Domain>, "domain", "only Rasa has one", |call| call.shared_domain().cloned());
