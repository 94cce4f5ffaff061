//! Why a configuration cannot be loaded: with every mistake of its sources, and where each of them stands.

use std::error::Error;
use std::fmt;
use std::path::Path;

use colang::diagnostic::{Diagnostic, render};
use colang::program::ProgramError;
use colang::source::SourceMap;

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
    message: String,
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
    /// A file cannot be read, or is no UTF-8.
    Unreadable,
    /// A YAML file is not well-formed, or says something twice.
    Yaml,
    /// A field has a value that it cannot have.
    Field,
    /// The configuration asks for another version of Colang than 2.x.
    ColangVersion,
    /// Nothing was found for an `import` or an entry of `import_paths`. For imports, see also
    /// [`diagnostics`](ConfigError::diagnostics).
    Import,
    /// Colang sources have mistakes: see [`diagnostics`](ConfigError::diagnostics).
    Sources,
    /// The flows of the sources do not fit together: see [`diagnostics`](ConfigError::diagnostics).
    Program,
}

impl ConfigError {
    pub(super) fn new(kind: ConfigErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Repr {
            kind,
            message: message.into(),
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

    /// The sources can be read, but not put together.
    pub(super) fn program(error: &ProgramError, sources: SourceMap) -> Self {
        let mistakes = error.mistakes().iter();
        let mistakes = mistakes.map(|mistake| mistake.diagnostic().clone());
        Self::of_mistakes(ConfigErrorKind::Program, mistakes.collect(), sources)
    }

    /// At least one.
    pub(super) fn of_mistakes(
        kind: ConfigErrorKind,
        diagnostics: Vec<Diagnostic>,
        sources: SourceMap,
    ) -> Self {
        let first = diagnostics.first();
        let first = first.map_or_else(String::new, |first| in_one_line(first, &sources));
        let message = match diagnostics.len() {
            0 | 1 => first,
            count => format!("{first} (the first of {count} mistakes)"),
        };
        let mut error = Self::new(kind, message);
        error.0.diagnostics = diagnostics;
        error.0.sources = sources;
        error
    }

    /// What is wrong, to match on.
    #[must_use]
    pub fn kind(&self) -> ConfigErrorKind {
        self.0.kind
    }

    /// Every mistake of the Colang sources, file by file; empty for other kinds.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.0.diagnostics
    }

    /// The sources that the diagnostics speak of.
    #[must_use]
    pub fn source_map(&self) -> &SourceMap {
        &self.0.sources
    }

    /// Where the first mistake of the Colang sources stands, if one is known: its line, from 1.
    #[must_use]
    pub fn line(&self) -> Option<u32> {
        let first = self.0.diagnostics.first()?;
        let place = self.0.sources.position(first.source, first.span.start)?;
        Some(place.line)
    }

    /// Everything that is wrong as people read it: for mistakes of sources each with its place, the lines of the
    /// source and what to write instead, else the error and its causes.
    ///
    /// ```
    /// let error = action_sdk_runtime::parse_config("", [("main.co", "flow main\n  match Start();\n")]).unwrap_err();
    /// assert!(error.render().contains("main.co:2:16"));
    /// ```
    #[must_use]
    pub fn render(&self) -> String {
        if self.0.diagnostics.is_empty() {
            return self.to_string();
        }
        let texts = self.0.diagnostics.iter();
        let texts: Vec<_> = texts
            .map(|diagnostic| render(diagnostic, &self.0.sources))
            .collect();
        texts.join("\n\n")
    }
}

/// `main.co:4:9: what is wrong; what to do`.
pub(super) fn in_one_line(diagnostic: &Diagnostic, sources: &SourceMap) -> String {
    let name = sources.name(diagnostic.source).unwrap_or_default();
    let place = sources
        .position(diagnostic.source, diagnostic.span.start)
        .map_or_else(String::new, |place| format!("{place}: "));
    let help = diagnostic.help.as_deref();
    let help = help.map_or_else(String::new, |help| format!("; {help}"));
    format!("{name}:{place}{}{help}", diagnostic.message)
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Repr {
            kind,
            message,
            diagnostics,
            source,
            ..
        } = &*self.0;
        f.debug_struct("ConfigError")
            .field("kind", kind)
            .field("message", message)
            .field("diagnostics", diagnostics)
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
