//! A mistake or a warning in settings and flows, with its place.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use colang::diagnostic::{Code, Diagnostic, Severity};
use colang::source::{SourceMap, Span};

/// Something in settings or flows that is wrong, or that is probably a mistake.
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
pub struct Problem {
    severity: Severity,
    code: Code,
    file: Option<String>,
    position: Option<(u32, u32)>,
    end: Option<(u32, u32)>,
    path: Option<Box<str>>,
    message: String,
    help: Option<Box<str>>,
    /// If it is about a place in a Colang source, all that is known of that.
    diagnostic: Option<Box<Diagnostic>>,
}

/// A position in a YAML file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Place {
    pub(crate) file: Arc<str>,
    pub(crate) line: u32,
    pub(crate) column: u32,
    /// How many characters it takes in its line; 0 if that is not known.
    pub(crate) width: u32,
}

impl Problem {
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code,
            file: None,
            position: None,
            end: None,
            path: None,
            message: message.into(),
            help: None,
            diagnostic: None,
        }
    }

    /// A problem with a whole file.
    pub(crate) fn in_file(code: Code, file: impl Into<String>, message: impl Into<String>) -> Self {
        let mut problem = Self::new(code, message);
        problem.file = Some(file.into());
        problem
    }

    pub(crate) fn at(code: Code, place: &Place, message: impl Into<String>) -> Self {
        let mut problem = Self::in_file(code, &*place.file, message);
        // Values added by the loader have no position.
        problem.position = (place.line > 0).then_some((place.line, place.column));
        let end = (place.line, place.column.saturating_add(place.width));
        problem.end = (place.width > 0).then_some(end);
        problem.file = problem.file.filter(|file| !file.is_empty());
        problem
    }

    pub(crate) fn at_line(mut self, line: u32, column: u32) -> Self {
        self.position = Some((line, column));
        self
    }

    pub(crate) fn about(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into().into());
        self
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into().into());
        self
    }

    /// Orders problems by file, then by position.
    pub(crate) fn by_place(one: &Self, other: &Self) -> Ordering {
        (&one.file, one.position).cmp(&(&other.file, other.position))
    }

    /// A problem at a position in a Colang source.
    pub(crate) fn of_source(diagnostic: &Diagnostic, sources: &SourceMap) -> Self {
        let place = |offset| {
            let position = sources.position(diagnostic.source, offset)?;
            Some((position.line, position.column))
        };
        Self {
            severity: diagnostic.severity,
            code: diagnostic.code,
            file: sources.name(diagnostic.source).map(str::to_owned),
            position: place(diagnostic.span.start),
            end: place(diagnostic.span.end),
            path: None,
            message: diagnostic.message.clone(),
            help: diagnostic.help.as_deref().map(Into::into),
            diagnostic: Some(Box::new(diagnostic.clone())),
        }
    }

    /// The same at another place, which is in a settings file.
    pub(crate) fn moved_to(mut self, place: &Place) -> Self {
        let moved = Self::at(self.code, place, std::mem::take(&mut self.message));
        Self {
            severity: self.severity,
            path: self.path,
            help: self.help,
            ..moved
        }
    }

    /// The same as something that is only probably a mistake.
    pub(crate) fn into_warning(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }

    pub(crate) fn diagnostic(&self) -> Option<&Diagnostic> {
        self.diagnostic.as_deref()
    }

    /// Whether it is an error or a warning.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// Which mistake it is. `docs/diagnostics.md` explains each code.
    #[must_use]
    pub fn code(&self) -> Code {
        self.code
    }

    /// Where in the file, in bytes, if it is about a Colang source.
    #[must_use]
    pub fn span(&self) -> Option<Span> {
        Some(self.diagnostic()?.span)
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

    /// The line in which it ends, from 1, if known.
    #[must_use]
    pub fn end_line(&self) -> Option<u32> {
        self.end.map(|(line, _)| line)
    }

    /// The column behind its last character, from 1, if known.
    #[must_use]
    pub fn end_column(&self) -> Option<u32> {
        self.end.map(|(_, column)| column)
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
impl fmt::Display for Problem {
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
