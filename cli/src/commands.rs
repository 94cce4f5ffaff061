//! Runs the command that somebody has asked for.

use std::ffi::OsString;
use std::process::ExitCode;

use tracing::level_filters::LevelFilter;

use crate::args::{Args, Command};
use crate::outcome::{Failure, Outcome};
use crate::program::Program;
#[cfg(feature = "serve")]
use crate::serve;
use crate::{args, chat, check, fmt, list, logs, new, output, pages, run};

impl Program {
    /// Runs the command of `std::env::args`.
    pub fn run(&self) -> ExitCode {
        self.run_with(std::env::args_os())
    }

    /// Runs the command of these arguments, of which the first is the name of the program.
    pub fn run_with(&self, arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
        let arguments: Vec<_> = arguments.into_iter().collect();
        let name = args::name(arguments.first());
        let args = match Args::read(&arguments) {
            Ok(args) => args,
            Err(error) => return usage(&error),
        };
        args.color.write_global();
        logs::begin(&args.logs, level(&args.command));
        let outcome = self.command(&name, args.command);
        output::end(outcome)
    }

    fn command(&self, name: &str, command: Command) -> Result<Outcome, Failure> {
        match command {
            Command::Check(args) => check::run(self, &args),
            Command::Chat(args) => chat::run(self, &args),
            Command::Run(args) => run::run(self, &args),
            Command::List(args) => list::run(self, &args),
            #[cfg(feature = "serve")]
            Command::Serve(args) => serve::run(self, &args),
            Command::New(args) => new::run(&args),
            Command::Completions(args) => pages::completions(name, args.shell),
            Command::Man(args) => pages::manual(name, args.to.as_deref()),
            Command::Fmt(args) => fmt::run(&args),
            #[cfg(feature = "lsp")]
            Command::Lsp(args) => crate::lsp::run(self, &args),
        }
    }
}

/// What is logged if nobody says anything about it.
fn level(command: &Command) -> LevelFilter {
    match command {
        #[cfg(feature = "serve")]
        Command::Serve(_) => LevelFilter::INFO,
        Command::Check(_)
        | Command::Chat(_)
        | Command::Run(_)
        | Command::List(_)
        | Command::New(_)
        | Command::Completions(_)
        | Command::Man(_)
        | Command::Fmt(_) => LevelFilter::WARN,
        #[cfg(feature = "lsp")]
        Command::Lsp(_) => LevelFilter::WARN,
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
