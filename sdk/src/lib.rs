//! Write actions for Colang 2 and NeMo Guardrails as annotated async functions, and run them by name.
//!
//! An *action* is a function that a dialogue or guardrail engine calls by name: it looks something up, checks a
//! message, asks a model. [`#[action]`](action) on an `async fn` registers it; an [`ActionDispatcher`] finds it when
//! the program starts, fills its parameters and runs it when an event, a request or your own code asks for it.
//!
//! ```standalone_crate
//! use action_sdk::prelude::*;
//!
//! /// Doubles a value.
//! #[action(name = "CustomTestAction")]
//! async fn custom_test(value: i64) -> i64 {
//!     value * 2
//! }
//!
//! # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
//! # runtime.block_on(async {
//! let dispatcher = ActionDispatcher::builder().build()?;
//! let result = dispatcher.call("CustomTestAction", Invocation::new().arg("value", 21)).await?;
//! assert_eq!(result.return_value, 42);
//!
//! let start = Event::parse(r#"{"type": "StartCustomTestAction", "action_uid": "a1", "value": 21}"#)?;
//! let finished = dispatcher.run(&ActionStart::try_from(start)?, &CallScope::new()).await;
//! assert_eq!(finished.name(), "CustomTestActionFinished");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Where things are
//!
//! | to… | see |
//! | --- | --- |
//! | write an action | [`#[action]`](action): its keys, parameters, return types |
//! | share state between actions | [`Res`], [`#[actions]`](actions) |
//! | know who is calling | [`Extension`], [`CallScope::with_extension`] |
//! | run actions | [`ActionDispatcher`], [`Invocation`], [`CallScope`] |
//! | add, replace, leave out actions | [`ActionDispatcherBuilder`], [`ActionDescriptor`] |
//! | audit, measure, refuse calls | [`CallHook`] |
//! | ask a model | [`Llm`], [`LlmTaskManager`] |
//! | read and write what Rasa sends: tracker, domain, messages, events | [`rasa`] |
//! | test an action | [`testing`] |
//!
//! # Discovery, and its one trap
//!
//! Actions are found through the linker. A crate in `Cargo.toml` that is never mentioned in the code is not linked,
//! and its actions are missing, without a warning. [`link!`] mentions it;
//! [`expect_crate`](ActionDispatcherBuilder::expect_crate) and
//! [`expect_actions`](ActionDispatcherBuilder::expect_actions) check that it is there.
//!
//! All actions of a program share one namespace. That includes doctests: edition 2024 merges those of a crate into
//! one program, so mark one that uses the registry as `standalone_crate`.
//!
//! # Failures
//!
//! Every failure of a call is an [`ActionError`] with the action, the parameter, what was expected and what was
//! found; as an event it is `is_success: false` with a `failure_reason`. A panic is caught (if the program unwinds),
//! a late call is dropped, and neither affects other calls. Every failure is a `tracing` event with action, uid and
//! reason.
//!
//! # Features
//!
//! | feature | default | provides |
//! | --- | --- | --- |
//! | `macros` | yes | `#[action]` and `#[actions]` |
//! | `schema` | no | the JSON Schemas of arguments and results (`ActionDescriptor::input_schema`), and with them `schemars`; every argument's type must then have one |
//! | `state` | no | the special parameter `state`, and with it the crate `colang` |
//!
//! tokio is the executor, with its features `rt`, `sync` and `time`. A plain call needs none of it; a time limit
//! needs its timer, a `blocking` action its blocking pool.

// The macros write `::action_sdk::…`, also for the actions of this crate's own tests.
extern crate self as action_sdk;

mod action;
mod arguments;
pub mod config;
#[doc(hidden)]
pub mod contain;
mod context;
mod depth;
mod dispatcher;
mod error;
mod extension;
mod host;
mod invocation;
pub mod llm;
mod llm_task_manager;
mod lookup;
mod name;
mod param;
mod rail;
pub mod rasa;
#[allow(missing_docs)]
mod raw;
mod read;
mod registry;
mod resources;
mod result;
#[cfg(feature = "schema")]
pub mod schema;
mod scope;
mod shown;
mod special;
mod suggest;
pub mod testing;

#[doc(hidden)]
#[allow(missing_docs)]
pub mod private;
#[doc(hidden)]
pub use private as __private;

pub use action::{ActionDescriptor, Call, ParamDescriptor, ParamKind, ToolHints};
#[cfg(feature = "macros")]
#[doc = include_str!("../docs/action.md")]
pub use action_sdk_macros::action;
#[cfg(feature = "macros")]
#[doc = include_str!("../docs/actions.md")]
pub use action_sdk_macros::actions;
#[cfg(feature = "state")]
pub use colang::state::State;
pub use config::RailsConfig;
pub use context::{Context, ReadError};
pub use dispatcher::{
    ActionDispatcher, ActionDispatcherBuilder, ActionStart, ActionStartError, ActionStartErrorKind,
    BuildErrors, BuildProblem, BuildProblemKind, CallHook,
};
pub use error::{ActionError, ActionErrorKind};
pub use extension::Extension;
pub use invocation::Invocation;
pub use llm::Llm;
pub use llm_task_manager::{
    LlmTaskEngine, LlmTaskError, LlmTaskErrorKind, LlmTaskManager, RenderedPrompt,
};
pub use name::{NameError, action_name};
pub use param::ActionParam;
pub use rail::{RailDecision, RailOutcome, TransformTarget};
pub use registry::Registry;
pub use resources::{Res, ResourceKey};
pub use result::{ActionFailure, ActionOutput, ActionResult};
#[cfg(feature = "schema")]
pub use schemars;
pub use scope::CallScope;
pub use serde_json;
pub use special::{Needs, Special};
pub use suggest::nearest_name;
pub use tokio_util::sync::CancellationToken;
pub use umim::{self, Event};

/// A JSON object: names and values, in order.
pub type Map = serde_json::Map<String, serde_json::Value>;

/// Mentions crates so that they are linked and their actions are found: `link!(billing_actions, weather);`
///
/// The linker drops a crate that is never mentioned, even if it is in `Cargo.toml`, and its actions with it. This is
/// the same as `use billing_actions as _;`.
///
/// ```
/// action_sdk::link!(umim);
/// ```
#[macro_export]
macro_rules! link {
    ($($krate:ident),+ $(,)?) => {
        $(use $krate as _;)+
    };
}

/// What almost every user of this crate needs.
pub mod prelude {
    #[cfg(feature = "state")]
    pub use crate::State;
    #[cfg(not(feature = "state"))]
    #[doc(hidden)]
    pub use crate::private::State;
    pub use crate::rasa::{CollectingDispatcher, Domain, Tracker};
    pub use crate::testing::ActionTester;
    pub use crate::{
        ActionDescriptor, ActionDispatcher, ActionError, ActionErrorKind, ActionResult,
        ActionStart, Call, CallScope, CancellationToken, Context, Event, Invocation, Llm,
        LlmTaskManager, Map, ParamDescriptor, RailsConfig, Registry, Res, link,
    };
    #[cfg(feature = "macros")]
    pub use crate::{action, actions};
}

/// The code on these pages is compiled and run by the tests.
#[cfg(doctest)]
mod pages {
    #[doc = include_str!("../../docs/from-python.md")]
    mod from_python {}
    #[doc = include_str!("../../README.md")]
    mod readme {}
}
