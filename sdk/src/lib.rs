//! Write actions for NeMo Guardrails, Rasa and MCP as annotated async functions.
//!
//! [`#[action]`](action) over an `async fn` registers it; an [`ActionDispatcher`] finds it at start-up, fills its
//! parameters and runs it when an event, a request or your own code asks for it.

// The macros write `::action_sdk::…`, also for the actions of this crate's own tests.
extern crate self as action_sdk;

mod action;
mod arguments;
mod call;
pub mod config;
mod context;
mod dispatcher;
mod error;
mod invocation;
pub mod llm;
mod llm_task_manager;
mod lookup;
mod name;
mod param;
pub mod rasa;
mod registry;
mod resources;
mod result;
mod scope;
mod suggest;
pub mod testing;

#[doc(hidden)]
#[allow(missing_docs)]
pub mod private;
#[doc(hidden)]
pub use private as __private;

pub use action::{ActionDescriptor, ParamDescriptor, ParamKind, ToolHints};
#[cfg(feature = "macros")]
pub use action_sdk_macros::{action, actions};
pub use call::Call;
pub use config::RailsConfig;
pub use context::{Context, ReadError};
pub use dispatcher::{
    ActionDispatcher, ActionDispatcherBuilder, ActionStart, ActionStartError, ActionStartErrorKind,
    BuildErrors, BuildProblem, BuildProblemKind, CallHook,
};
pub use error::{ActionError, ActionErrorKind};
pub use invocation::Invocation;
pub use llm::Llm;
pub use llm_task_manager::{
    LlmTaskEngine, LlmTaskError, LlmTaskErrorKind, LlmTaskManager, RenderedPrompt,
};
pub use name::NameError;
pub use param::ActionParam;
pub use registry::Registry;
pub use resources::{Res, ResourceKey};
pub use result::{ActionFailure, ActionOutput, ActionResult};
pub use scope::CallScope;
pub use tokio_util::sync::CancellationToken;
pub use umim::{self, Event};

/// Makes sure that crates are linked, so that their actions are found: `link!(billing_actions, weather);`
///
/// The linker drops a crate that is never mentioned, however firmly it stands in `Cargo.toml`, and with it its
/// actions. This mentions it, as `use billing_actions as _;` does.
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
    pub use crate::rasa::{CollectingDispatcher, Domain, Tracker};
    pub use crate::testing::ActionTester;
    pub use crate::{
        ActionDescriptor, ActionDispatcher, ActionError, ActionErrorKind, ActionResult,
        ActionStart, Call, CallScope, CancellationToken, Context, Event, Invocation, Llm,
        LlmTaskManager, ParamDescriptor, RailsConfig, Registry, Res, link,
    };
    #[cfg(feature = "macros")]
    pub use crate::{action, actions};
}
