//! This crate contains only tests: which actions of which crates are found. Each test is a program of its own,
//! because a mention in one test would link the crate for all of them.
//!
//! The linker may drop other things when it optimises:
//! `cargo test -p linking --release --config 'profile.release.lto = "fat"' --config profile.release.codegen-units=1`.
