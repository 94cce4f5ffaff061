//! How a command ends, and why it could not be tried.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::Path;
use std::process::ExitCode;

/// How a command ends: the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Done.
    Done,
    /// What was asked about is bad.
    Bad,
    /// It could not be tried.
    Untried,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Done => Self::SUCCESS,
            Outcome::Bad => Self::from(1),
            Outcome::Untried => Self::from(2),
        }
    }
}

/// Why a command could not be tried, or stopped halfway.
#[derive(Debug)]
pub(crate) enum Failure {
    /// What to tell: what was wanted, what was found, what to do.
    Told(String),
    /// Whoever reads the output has closed it.
    Closed,
}

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self::Told(message.into())
    }

    /// A file or folder that cannot be used.
    pub(crate) fn file(path: &Path, what: &str, error: &io::Error) -> Self {
        Self::new(format!("`{}` cannot be {what}: {error}", path.display()))
    }

    /// An error with its causes, in one line.
    pub(crate) fn of(error: &dyn Error) -> Self {
        let mut message = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            let text = error.to_string();
            if !message.contains(&text) {
                message = format!("{message}: {text}");
            }
            cause = error.source();
        }
        Self::new(message)
    }
}

/// Writing to the output has failed.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() == io::ErrorKind::BrokenPipe {
            true => Self::Closed,
            false => Self::new(format!("the output cannot be written: {error}")),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Told(message) => f.write_str(message),
            Self::Closed => f.write_str("the output was closed"),
        }
    }
}
