//! Why a configuration cannot be loaded: all mistakes of one kind, each with its place.

use std::error::Error;
use std::fmt;
use std::path::Path;

use colang::diagnostic::{Diagnostic, render};
use colang::program::ProgramError;
use colang::source::SourceMap;

use super::problem::ConfigProblem;

/// Why a configuration cannot be loaded.
///
/// ```
/// use action_sdk_runtime::{ConfigErrorKind, parse_config};
///
/// let error = parse_config("", [("main.co", "flow main\n  match Start();\n")]).unwrap_err();
/// assert_eq!(error.kind(), ConfigErrorKind::Sources);
/// assert!(error.to_string().starts_with("main.co:2:16: "));
/// assert_eq!(error.diagnostics().len(), 1);
/// ```
pub struct ConfigError(Box<Repr>);

struct Repr {
    kind: ConfigErrorKind,
    /// Not empty.
    problems: Vec<ConfigProblem>,
    diagnostics: Vec<Diagnostic>,
    sources: SourceMap,
    source: Option<Box<dyn Error + Send + Sync>>,
}

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
    /// [`diagnostics`](ConfigError::diagnostics).
    Import,
    /// Colang sources have mistakes: see [`diagnostics`](ConfigError::diagnostics).
    Sources,
    /// The flows of the sources are inconsistent: see [`diagnostics`](ConfigError::diagnostics).
    Program,
}

impl ConfigError {
    pub(super) fn new(kind: ConfigErrorKind, message: impl Into<String>) -> Self {
        Self::problems_of(kind, vec![ConfigProblem::new(message)])
    }

    /// `problems` are all problems of this kind, at least one.
    pub(super) fn problems_of(kind: ConfigErrorKind, problems: Vec<ConfigProblem>) -> Self {
        Self(Box::new(Repr {
            kind,
            problems,
            diagnostics: Vec::new(),
            sources: SourceMap::new(),
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
        Self::new(ConfigErrorKind::NotFound, message)
    }

    pub(super) fn unreadable(path: &Path, error: std::io::Error) -> Self {
        let message = format!("`{}` cannot be read: {error}", path.display());
        Self::new(ConfigErrorKind::Unreadable, message).caused_by(error)
    }

    /// The sources can be parsed, but do not make a program.
    pub(super) fn program(error: &ProgramError, sources: SourceMap) -> Self {
        let mistakes = error.mistakes().iter();
        let mistakes = mistakes.map(|mistake| mistake.diagnostic().clone());
        Self::of_mistakes(ConfigErrorKind::Program, mistakes.collect(), sources)
    }

    /// `mistakes` is not empty.
    pub(super) fn of_mistakes(
        kind: ConfigErrorKind,
        diagnostics: Vec<Diagnostic>,
        sources: SourceMap,
    ) -> Self {
        let problems = diagnostics.iter();
        let problems = problems.map(|mistake| ConfigProblem::of_source(mistake, &sources));
        let mut error = Self::problems_of(kind, problems.collect());
        error.0.diagnostics = diagnostics;
        error.0.sources = sources;
        error
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
    pub fn problems(&self) -> &[ConfigProblem] {
        &self.0.problems
    }

    /// All mistakes of the Colang sources, file by file; empty for other kinds.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.0.diagnostics
    }

    /// The sources that the diagnostics refer to.
    #[must_use]
    pub fn source_map(&self) -> &SourceMap {
        &self.0.sources
    }

    /// The line of the first mistake, from 1, if known.
    #[must_use]
    pub fn line(&self) -> Option<u32> {
        self.0.problems.first()?.line()
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
        if self.0.diagnostics.is_empty() {
            let problems = self.0.problems.iter();
            let lines: Vec<_> = problems.map(ToString::to_string).collect();
            return lines.join("\n");
        }
        let texts = self.0.diagnostics.iter();
        let texts: Vec<_> = texts
            .map(|diagnostic| render(diagnostic, &self.0.sources))
            .collect();
        texts.join("\n\n")
    }
}

/// The first mistake, and how many there are.
impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(first) = self.0.problems.first() {
            write!(f, "{first}")?;
        }
        match self.0.problems.len() {
            0 | 1 => Ok(()),
            count => write!(f, " (the first of {count} mistakes)"),
        }
    }
}

impl fmt::Debug for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Repr {
            kind,
            problems,
            source,
            ..
        } = &*self.0;
        f.debug_struct("ConfigError")
            .field("kind", kind)
            .field("problems", problems)
            .field("source", source)
            .finish_non_exhaustive()
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
