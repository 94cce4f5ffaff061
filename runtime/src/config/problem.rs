//! A mistake or warning in a configuration, with its place.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use colang::diagnostic::Diagnostic;
use colang::source::SourceMap;

/// Something in a configuration that is wrong, or that is probably a mistake.
///
/// ```
/// use action_sdk_runtime::parse_config;
///
/// let config = parse_config("lowest_temprature: 0.2\n", [("main.co", "flow main\n  match Start()\n")])?;
/// let warning = &config.warnings()[0];
/// assert_eq!((warning.file(), warning.line(), warning.column()), (Some("config.yml"), Some(1), Some(1)));
/// assert_eq!(warning.path(), Some("lowest_temprature"));
/// assert_eq!(
///     warning.to_string(),
///     "config.yml:1:1: there is no setting `lowest_temprature`; did you mean `lowest_temperature`?",
/// );
/// # Ok::<(), action_sdk_runtime::ConfigError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigProblem {
    file: Option<String>,
    position: Option<(u32, u32)>,
    path: Option<String>,
    message: String,
    help: Option<String>,
}

/// A position in a YAML file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Place {
    pub(super) file: Arc<str>,
    pub(super) line: u32,
    pub(super) column: u32,
}

impl ConfigProblem {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self {
            file: None,
            position: None,
            path: None,
            message: message.into(),
            help: None,
        }
    }

    /// A problem with a whole file.
    pub(super) fn in_file(file: impl Into<String>, message: impl Into<String>) -> Self {
        let mut problem = Self::new(message);
        problem.file = Some(file.into());
        problem
    }

    pub(super) fn at(place: &Place, message: impl Into<String>) -> Self {
        let mut problem = Self::in_file(&*place.file, message);
        // Values added by the loader have no position.
        problem.position = (place.line > 0).then_some((place.line, place.column));
        problem.file = problem.file.filter(|file| !file.is_empty());
        problem
    }

    pub(super) fn at_line(mut self, line: u32, column: u32) -> Self {
        self.position = Some((line, column));
        self
    }

    pub(super) fn about(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Orders problems by file, then by position.
    pub(super) fn by_place(one: &Self, other: &Self) -> Ordering {
        (&one.file, one.position).cmp(&(&other.file, other.position))
    }

    /// A problem at a position in a Colang source.
    pub(super) fn of_source(diagnostic: &Diagnostic, sources: &SourceMap) -> Self {
        let position = sources.position(diagnostic.source, diagnostic.span.start);
        Self {
            file: sources.name(diagnostic.source).map(str::to_owned),
            position: position.map(|at| (at.line, at.column)),
            path: None,
            message: diagnostic.message.clone(),
            help: diagnostic.help.clone(),
        }
    }

    /// A problem given as `main.co:4:9: what is wrong`.
    pub(super) fn of_line(line: &str) -> Self {
        let Some((place, message)) = line.split_once(": ") else {
            return Self::new(line);
        };
        let mut parts = place.rsplitn(3, ':');
        let mut number = || parts.next()?.parse::<u32>().ok();
        match (number(), number(), parts.next()) {
            (Some(column), Some(line), Some(file)) => {
                Self::in_file(file, message).at_line(line, column)
            }
            _ => Self::new(line),
        }
    }

    /// The file, if it is about one: its path on disk, or the name that was given with the string.
    #[must_use]
    pub fn file(&self) -> Option<&str> {
        self.file.as_deref()
    }

    /// The line in the file, from 1.
    #[must_use]
    pub fn line(&self) -> Option<u32> {
        self.position.map(|(line, _)| line)
    }

    /// The column in the line, in characters, from 1.
    #[must_use]
    pub fn column(&self) -> Option<u32> {
        self.position.map(|(_, column)| column)
    }

    /// The setting it is about, such as `rails.input.flows`, if any.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        self.path.as_deref()
    }

    /// What is wrong: one lower-case sentence.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// How to fix it, if known. Not part of the message.
    #[must_use]
    pub fn suggestion(&self) -> Option<&str> {
        self.help.as_deref()
    }
}

/// `config.yml:4:9: what is wrong; what to do`.
impl fmt::Display for ConfigProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{file}:")?;
            if let Some((line, column)) = self.position {
                write!(f, "{line}:{column}:")?;
            }
            f.write_str(" ")?;
        }
        f.write_str(&self.message)?;
        match &self.help {
            Some(help) => write!(f, "; {help}"),
            None => Ok(()),
        }
    }
}

/// `config.yml:4:9`.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}
