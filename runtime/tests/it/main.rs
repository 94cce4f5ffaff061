//! The runtime from outside: flows as text, actions in Rust, events in and out.

mod actions;
mod cancelling;
mod config;
mod cycle;
mod determinism;
mod events;
mod failures;
mod generation;
mod generation_missing;
mod guardrails;
mod guardrails_closed;
mod library;
mod library_llm;
mod library_page;
mod models_page;
mod names;
mod notifications;
mod panics;
mod saved;
mod support;
mod tasks;
mod tasks_any;
mod tasks_prompts;
mod test_chat;
mod timers;
mod too_many_events;
