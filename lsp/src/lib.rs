//! A language server for Colang flows and their settings, over the standard streams or any others.
//!
//! An editor starts it and sends what its user types. It answers with what is wrong, what could come next, what a name means
//! and where it is used. The flows of the library and the actions of this program are known to it.
//!
//! A folder of flows and settings is looked at as a whole. It is the nearest folder above a file that has a `config.yml` (or
//! `config.yaml`), else the nearest with a `main.co`, else the file's own. What is typed and not saved yet counts.
//!
//! Answers come from one thread; what takes longer, the diagnostics, comes from a second one.

mod completion;
#[allow(
    clippy::wildcard_enum_match_arm,
    reason = "any word may come; most are treated alike"
)]
mod cursor;
mod diagnostics;
mod file;
mod hover;
mod index;
mod library;
mod navigation;
mod outline;
mod place;
mod rename;
mod requests;
mod semantic;
mod server;
mod settings;
mod text;
mod wire;
mod workspace;

use std::io::{self, BufReader};
use std::process::ExitCode;

use action_sdk::ActionDispatcher;

pub use server::{Ended, serve};

/// Serves the editor at the other end of standard input and output, until it ends the session.
///
/// `actions` are those that flows can call. The exit code is 0 if the editor has ended the session as it should, else 1.
#[must_use]
pub fn stdio(actions: ActionDispatcher) -> ExitCode {
    match serve(BufReader::new(io::stdin()), io::stdout(), actions) {
        Ok(Ended::Properly) => ExitCode::SUCCESS,
        Ok(Ended::Suddenly) => ExitCode::FAILURE,
        Err(error) => {
            tracing::error!("the editor cannot be reached: {error}");
            ExitCode::FAILURE
        }
    }
}
