//! The machine as its users see it: events in, events out, saved and resumed states.

mod changed;
mod damaged;
mod events;
mod facts;
mod harness;
mod index;
mod life;
mod limits;
mod memory;
mod program;
mod roles;
