//! The commands, through the real binary.

mod changes;
mod check;
mod events;
mod examples;
mod harness;
mod lists;
mod projects;
mod scripts;
mod servers;
mod talks;
mod usage;
