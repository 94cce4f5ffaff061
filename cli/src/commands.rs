//! Runs the command that somebody has asked for.

use std::ffi::OsString;
use std::process::ExitCode;

use crate::args::{Args, Command};
use crate::outcome::{Failure, Outcome};
use crate::program::Program;
use crate::{chat, check, logs, output};

impl Program {
    /// Runs the command of `std::env::args`.
    pub fn run(&self) -> ExitCode {
        self.run_with(std::env::args_os())
    }

    /// Runs the command of these arguments, of which the first is the name of the program.
    pub fn run_with(&self, arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
        let args = match Args::read(&arguments.into_iter().collect::<Vec<_>>()) {
            Ok(args) => args,
            Err(error) => return usage(&error),
        };
        args.color.write_global();
        logs::begin(&args.logs);
        let outcome = self.command(args.command);
        output::end(outcome)
    }

    fn command(&self, command: Command) -> Result<Outcome, Failure> {
        match command {
            Command::Check(args) => check::run(self, &args),
            Command::Chat(args) => chat::run(self, &args),
        }
    }
}

/// Shows help, or what is wrong with the arguments.
fn usage(error: &clap::Error) -> ExitCode {
    // Nobody is left to be told if this fails.
    let _ = error.print();
    match error.use_stderr() {
        true => Outcome::Untried.into(),
        false => Outcome::Done.into(),
    }
}
