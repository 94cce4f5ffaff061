//! The commands, through the real binary.

mod changes;
mod check;
mod events;
mod examples;
mod fmt;
mod harness;
mod lists;
#[cfg(feature = "lsp")]
mod lsp;
mod projects;
mod scripts;
mod servers;
mod talks;
mod usage;
