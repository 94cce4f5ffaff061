//! Conversations from outside: inputs in, outputs out, and everything that can go wrong in between.

mod basic;
mod faults;
mod simulation;
mod support;
mod taken_up;
