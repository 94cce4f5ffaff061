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

//! # Features and cost
//!
//! | feature | default | provides |
//! | --- | --- | --- |
//! | `openai` | yes | the models that a configuration names |
//! | `mcp` | yes | the tools of the MCP servers that a configuration names |
//! | `remote` | yes | the actions of the actions server that a configuration names |
//! | `serve` | yes | the command `serve`; with it `mcp` |
//!
//! The SDK alone is 36 crates. This crate is 122 without features, 187 with `openai`, 246 with `mcp`, and 272 with all of them,
//! including rustls with ring, which needs a C compiler. Whoever only writes actions compiles none of it.

mod args;
mod chat;
mod check;
mod commands;
mod fmt;
mod host;
mod list;
mod logs;
#[cfg(feature = "lsp")]
mod lsp;
mod model_script;
mod new;
mod outcome;
mod output;
mod pages;
mod program;
mod run;
#[cfg(feature = "serve")]
mod serve;
#[cfg(feature = "serve")]
mod settings;
mod stubs;
mod watch;

pub use program::Program;

/// Runs the commands of `std::env::args` with all linked actions: the whole `main` of a program.
///
/// See [`Program`] for actions that need resources.
#[must_use]
pub fn main() -> std::process::ExitCode {
    Program::new().run()
}
