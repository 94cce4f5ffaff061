//! Actions on another actions server: our own one, a misbehaving one, and the reference's.

mod calls;
mod discovery;
mod misbehaving;
mod precedence;
mod reference;
mod settings;
mod support;
#[path = "../wire/mod.rs"]
mod wire;
