//! Nothing but tests lives here: which actions of which crates are found. Each is a program of its own, for what one
//! mentions all of it links.
//!
//! What the linker drops it may drop otherwise when it optimises:
//! `cargo test -p linking --release --config 'profile.release.lto = "fat"' --config profile.release.codegen-units=1`.
