//! The actions that the standard library asks for: they ask a model, look things up, watch the user.
//!
//! All are system actions under the names that they have in nemoguardrails 0.24.1, linked like any other `#[action]`, and
//! an action of the same name in the program takes their place. Those that look into the engine stand in `intrinsic`.

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
