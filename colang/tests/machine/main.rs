//! The machine as its users see it: events in, events out, states that are saved and taken up again.

mod damaged;
mod harness;
mod index;
mod life;
mod limits;
mod memory;
mod program;
mod roles;
