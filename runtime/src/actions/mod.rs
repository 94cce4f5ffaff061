//! The actions of the standard library: they call a model, search documents, track the user's attention.
//!
//! All are system actions with the same names as in nemoguardrails 0.24.1, and are linked like any other `#[action]`.
//! An action of the same name in the program overrides them. Actions that need the engine are in `intrinsic`.

mod allowed;
mod ask;
mod attention;
mod completion;
mod examples;
mod flows;
mod generated;
mod intents;
mod messages;
mod reach;
mod retrieval;
mod self_check;
mod similar;
mod values;

pub(crate) use self_check::prompt_task;
