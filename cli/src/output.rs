//! Writing to the terminal or the pipe: results to standard output, everything else to standard error.

use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};

use crate::outcome::{Failure, Outcome};

/// For the word `error`.
pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();
/// For the word `warning`.
pub(crate) const WARNING: Style = AnsiColor::Yellow.on_default().bold();
/// For what is beside the point.
pub(crate) const DIM: Style = Style::new().dimmed();
/// For names.
pub(crate) const STRONG: Style = Style::new().bold();

/// Writes a line of the result.
pub(crate) fn line(text: impl Display) -> io::Result<()> {
    writeln!(anstream::stdout(), "{text}")
}

/// Writes a line for people, if there is still somebody to read it.
pub(crate) fn note(text: impl Display) {
    let _ = writeln!(anstream::stderr(), "{text}");
}

/// A text with colors, or without if there are none on standard output.
pub(crate) fn styled(text: &str) -> String {
    match anstream::AutoStream::choice(&io::stdout()) {
        anstream::ColorChoice::Never => anstream::adapter::strip_str(text).to_string(),
        anstream::ColorChoice::Auto
        | anstream::ColorChoice::AlwaysAnsi
        | anstream::ColorChoice::Always => text.to_owned(),
    }
}

/// Tells what is wrong.
pub(crate) fn error(text: impl Display) {
    note(format_args!("{ERROR}error{ERROR:#}: {text}"));
}

/// Tells what is doubtful.
pub(crate) fn warning(text: impl Display) {
    note(format_args!("{WARNING}warning{WARNING:#}: {text}"));
}

/// Tells why a command failed, and turns its end into an exit code.
pub(crate) fn end(outcome: Result<Outcome, Failure>) -> ExitCode {
    let outcome = outcome.and_then(|outcome| Ok(io::stdout().flush().map(|()| outcome)?));
    match outcome {
        Ok(outcome) => outcome.into(),
        Err(Failure::Closed) => Outcome::Done.into(),
        Err(Failure::Told(message)) => {
            error(message);
            Outcome::Untried.into()
        }
    }
}
