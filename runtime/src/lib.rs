//! Runs Colang conversations on actions written in Rust.
//!
//! Flows define a conversation, actions do what flows cannot: look something up, check a message, ask a model. This
//! crate loads the flows, feeds events to them, runs their actions and returns the events that are sent.
//!
//! ```standalone_crate
//! use action_sdk::prelude::*;
//! use action_sdk_runtime::{Runtime, parse_config};
//!
//! /// The price of an article, in cents.
//! #[action]
//! async fn look_up_price(article: String) -> Result<i64, String> {
//!     match article.as_str() {
//!         "tea" => Ok(350),
//!         other => Err(format!("there is no article `{other}`")),
//!     }
//! }
//!
//! const FLOWS: &str = r#"
//! flow main
//!   while True
//!     match UtteranceUserActionFinished() as $asked
//!     $price = await LookUpPriceAction(article=$asked.final_transcript)
//!     if $price
//!       await UtteranceBotAction(script="It costs {$price} cents.")
//!     else
//!       await UtteranceBotAction(script="We do not have that.")
//! "#;
//!
//! # let tokio = tokio::runtime::Builder::new_current_thread().build()?;
//! # tokio.block_on(async {
//! let runtime = Runtime::builder(parse_config("", [("main.co", FLOWS)])?).build()?;
//! let mut session = runtime.session();
//! session.process_events(Vec::new()).await?; // starts `main`
//!
//! let asked = Event::new("UtteranceUserActionFinished").with("final_transcript", "tea");
//! let events = session.process_events(vec![asked]).await?;
//! assert_eq!(events[0].name(), "StartUtteranceBotAction");
//! assert_eq!(events[0].value("script"), Some(&"It costs 350 cents.".into()));
//!
//! let saved = session.snapshot()?; // to be taken up by any process with the same flows
//! drop(session);
//! let session = runtime.resume(&saved)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Who does what
//!
//! An event `StartXAction` that a flow sends goes to the action of that name in the [`ActionDispatcher`]: it runs
//! here, the event is not visible outside, and its `XActionFinished` event is fed back. If there is no such action,
//! the event is sent to the caller, who performs the action and sends the `…Finished` event. The names of such
//! actions are declared when the runtime is built, so that typing errors are found at that time.
//!
//! The runtime can take care of two common kinds: timers ([`perform_timers`](RuntimeBuilder::perform_timers)), and
//! what the bot says, if it only has to be shown ([`ProcessOptions::chat`]).
//!
//! # Models
//!
//! Actions use any [`Llm`](action_sdk::Llm) that is given to the dispatcher. For the models named in a configuration
//! there is the cargo feature `openai`, with a module of that name: OpenAI, NVIDIA, Azure, ollama, and services with
//! the same API.
//!
//! # Failures
//!
//! | problem | consequence |
//! | --- | --- |
//! | in a source or a setting | [`ConfigError`], with all mistakes in settings, or in all sources |
//! | something suspicious | [`Config::warnings`], each with its place |
//! | a wrong name of an action or of its arguments | [`RuntimeError`] when the runtime is built, with all places |
//! | an invalid event from outside | [`RuntimeError`]; none of the events of that call is processed |
//! | an event, or a conversation, that is too large | [`RuntimeError`]; none of the events of that call is processed |
//! | in an action: error, panic (also in `Drop`), timeout, cancellation, wrong arguments | its `…ActionFinished` event says `is_success: false` and why; the flow continues with `None` |
//! | more events than one call may process | [`RuntimeErrorKind::TooManyEvents`]; nothing is lost, and the next call continues |
//! | in a flow: error, endless loop | an event `ColangError` for flows, with flow, file and line; it is traced, and kept for [`Session::take_flow_errors`] |
//!
//! None of these ends a session or affects another one.
//!
//! [`ActionDispatcher`]: action_sdk::ActionDispatcher

mod actions;
mod analysis;
mod border;
mod checker;
mod config;
mod convert;
mod error;
mod explain;
#[cfg(any(feature = "openai", feature = "remote"))]
mod http;
mod intrinsic;
mod library;
mod logged;
#[cfg(feature = "openai")]
pub mod openai;
mod parts;
mod problem;
mod rails;
#[cfg(feature = "remote")]
pub mod remote;
mod report;
mod runtime;
mod session;
mod shared;
mod size;
mod tasks;
pub mod testing;
pub mod vocabulary;

pub use checker::Checker;
pub use colang::diagnostic::{Code, Severity};
pub use colang::machine::Limits;
pub use colang::state::OnChange;
pub use config::{Config, ConfigError, ConfigErrorKind, ConfigLoader, load_config, parse_config};
pub use error::{RuntimeError, RuntimeErrorKind};
pub use explain::explain;
pub use logged::Logged;
pub use problem::Problem;
pub use report::Report;
pub use runtime::{Runtime, RuntimeBuilder};
pub use session::{
    ActionEnd, Conversation, DrivenSession, Effects, FlowError, OpenAction, OpenTimer,
    ProcessOptions, Reply, Saved, Session,
};
pub use tasks::LlmTasks;

/// The code in `docs/models.md` is compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../docs/models.md")]
struct ModelsPage;
