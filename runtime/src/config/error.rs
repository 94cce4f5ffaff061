//! Why a configuration cannot be loaded: all mistakes of one kind, each with its place.

use std::error::Error;
use std::fmt;
use std::path::Path;

use colang::diagnostic::Code;

use crate::problem::Problem;
use crate::report::Report;

/// Why a configuration cannot be loaded.
///
/// ```
/// use action_sdk_runtime::{ConfigErrorKind, parse_config};
///
/// let error = parse_config("", [("main.co", "flow main\n  match Start();\n")]).unwrap_err();
/// assert_eq!(error.kind(), ConfigErrorKind::Sources);
/// assert!(error.to_string().starts_with("main.co:2:16: "));
/// assert_eq!(error.problems().len(), 1);
/// ```
pub struct ConfigError(Box<Repr>);

struct Repr {
    kind: ConfigErrorKind,
    /// Not empty.
    report: Report,
    source: Option<Cause>,
}

/// What caused an error.
pub(super) type Cause = Box<dyn Error + Send + Sync>;

/// Kinds of [`ConfigError`], to match on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ConfigErrorKind {
    /// There is no such file or folder.
    NotFound,
    /// A file cannot be read, or is not UTF-8.
    Unreadable,
    /// A file is larger than [`ConfigLoader::max_file_size`](crate::ConfigLoader::max_file_size).
    TooLarge,
    /// A YAML file is malformed, or has a duplicate key.
    Yaml,
    /// A setting has an invalid value, is missing, or is unknown and might disable a check; or two files contradict
    /// each other.
    Field,
    /// The configuration asks for a version of Colang other than 2.x.
    ColangVersion,
    /// An `import` or an entry of `import_paths` was not found. For imports, see also
    /// [`report`](ConfigError::report).
    Import,
    /// Colang sources have mistakes: see [`report`](ConfigError::report).
    Sources,
    /// The flows of the sources are inconsistent: see [`report`](ConfigError::report).
    Program,
}

impl ConfigError {
    /// `code` and `message` are of the only problem.
    pub(super) fn new(kind: ConfigErrorKind, code: Code, message: impl Into<String>) -> Self {
        Self::problems_of(kind, vec![Problem::new(code, message)])
    }

    /// A file or folder that cannot be read.
    pub(super) fn of_file(kind: ConfigErrorKind, path: &Path, message: impl Into<String>) -> Self {
        let file = path.display().to_string();
        let problem = Problem::in_file(Code::UnreadableFile, file, message);
        Self::problems_of(kind, vec![problem])
    }

    /// `problems` are all problems of this kind, at least one.
    pub(super) fn problems_of(kind: ConfigErrorKind, problems: Vec<Problem>) -> Self {
        Self::of(kind, Report::new(problems))
    }

    /// `report` is not empty.
    pub(super) fn of(kind: ConfigErrorKind, report: Report) -> Self {
        Self(Box::new(Repr {
            kind,
            report,
            source: None,
        }))
    }

    pub(super) fn caused_by(
        mut self,
        source: impl Into<Box<dyn Error + Send + Sync + 'static>>,
    ) -> Self {
        self.0.source = Some(source.into());
        self
    }

    pub(super) fn not_found(path: &Path) -> Self {
        let message = format!("there is no file or folder `{}`", path.display());
        Self::new(ConfigErrorKind::NotFound, Code::UnreadableFile, message)
    }

    pub(super) fn unreadable(path: &Path, error: std::io::Error) -> Self {
        let message = format!("this cannot be read: {error}");
        Self::of_file(ConfigErrorKind::Unreadable, path, message).caused_by(error)
    }

    /// The kind, the problems and the cause.
    pub(super) fn into_parts(self) -> (ConfigErrorKind, Vec<Problem>, Option<Cause>) {
        let Repr {
            kind,
            report,
            source,
        } = *self.0;
        (kind, report.into_problems(), source)
    }

    /// The kind of error, to match on.
    #[must_use]
    pub fn kind(&self) -> ConfigErrorKind {
        self.0.kind
    }

    /// All problems, each with its place.
    ///
    /// ```
    /// let yaml = "models: gpt-4o\nrails: {output: {flow: [self check output]}}\n";
    /// let error = action_sdk_runtime::parse_config(yaml, [("main.co", "flow main\n  match Start()\n")]).unwrap_err();
    /// let paths: Vec<_> = error.problems().iter().filter_map(|problem| problem.path()).collect();
    /// assert_eq!(paths, ["models", "rails.output.flow"]);
    /// ```
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        self.0.report.problems()
    }

    /// All problems in the form in which those of [`RuntimeBuilder::check`](crate::RuntimeBuilder::check) are told.
    #[must_use]
    pub fn report(&self) -> &Report {
        &self.0.report
    }

    /// The line of the first mistake, from 1, if known.
    #[must_use]
    pub fn line(&self) -> Option<u32> {
        self.problems().first()?.line()
    }

    /// All problems as text for people: each with its place and how to fix it, and for Colang sources with the lines
    /// concerned.
    ///
    /// ```
    /// let error = action_sdk_runtime::parse_config("", [("main.co", "flow main\n  match Start();\n")]).unwrap_err();
    /// assert!(error.render().contains("main.co:2:16"));
    /// ```
    #[must_use]
    pub fn render(&self) -> String {
        self.0.report.render()
    }
}

/// The first mistake, and how many there are.
impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.report.fmt(f)
    }
}

impl fmt::Debug for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Repr {
            kind,
            report,
            source,
        } = &*self.0;
        f.debug_struct("ConfigError")
            .field("kind", kind)
            .field("problems", report)
            .field("source", source)
            .finish()
    }
}

impl Error for ConfigError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0
            .source
            .as_deref()
            .map(|source| source as &(dyn Error + 'static))
    }
}
