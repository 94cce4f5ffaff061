//! The commands, through the real binary.

mod check;
mod harness;
mod scripts;
mod usage;
