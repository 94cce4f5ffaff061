//! The commands of action-sdk: look at a folder of flows, check it, talk to it, serve it.
//!
//! The binary `action-sdk` has all of them, and no actions but those of the runtime. A program with actions of its own
//! gets the same commands by one line, and its actions are found through the linker:
//!
//! ```no_run
//! fn main() -> std::process::ExitCode {
//!     action_sdk_cli::main()
//! }
//! ```
//!
//! Actions that need resources get them from [`Program`].
//!
//! # Exit codes
//!
//! | code | meaning |
//! | --- | --- |
//! | 0 | done |
//! | 1 | what was asked about is bad: a mistake was found, a conversation went otherwise than its script |
//! | 2 | it could not be tried: wrong usage, a file that cannot be read, flows that cannot be loaded, a port in use |
//!
//! If whoever reads the output closes it, the program ends with 0.
//!
//! # Output
//!
//! Results go to standard output, everything else to standard error. Colors are used on terminals only; `--color` and the
//! environment variables `NO_COLOR` and `CLICOLOR_FORCE` decide otherwise. `-v`, `-q` and the environment variable `RUST_LOG`
//! say what is logged.

mod args;
mod chat;
mod check;
mod commands;
mod host;
mod logs;
mod model_script;
mod outcome;
mod output;
mod program;

pub use program::Program;

/// Runs the commands of `std::env::args` with all linked actions: the whole `main` of a program.
///
/// See [`Program`] for actions that need resources.
#[must_use]
pub fn main() -> std::process::ExitCode {
    Program::new().run()
}
