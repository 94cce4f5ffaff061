//! Mistakes in a source, as data: what is wrong, where, and how to fix it.

mod code;
#[cfg(feature = "render")]
mod render;
mod suggest;

use std::fmt;

pub use code::Code;
#[cfg(feature = "render")]
pub use render::render;
pub(crate) use suggest::{Suggestions, action_name, closest};

use crate::source::{SourceId, Span};

/// How serious a mistake is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// The source can be used, but probably does not do what its author meant.
    Warning,
    /// The source cannot be used.
    Error,
}

/// How many mistakes are listed per source.
pub const MOST_DIAGNOSTICS: usize = 1000;

/// The beginning of a piece of source that may be long, for messages.
pub(crate) fn excerpt(text: &str) -> std::borrow::Cow<'_, str> {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]).into(),
        None => text.into(),
    }
}

/// One mistake.
///
/// ```
/// use colang::diagnostic::Severity;
/// use colang::source::SourceId;
///
/// let parsed = colang::syntax::parse(SourceId(0), "flow main\n  match Start();\n");
/// let mistake = &parsed.diagnostics[0];
/// assert_eq!(mistake.severity, Severity::Error);
/// assert_eq!(mistake.span.start, 25);
/// assert!(mistake.help.is_some());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How serious it is.
    pub severity: Severity,
    /// The kind of mistake, for looking it up.
    pub code: Code,
    /// What was expected and what was found: one lower-case sentence.
    pub message: String,
    /// Which source.
    pub source: SourceId,
    /// Where in the source.
    pub span: Span,
    /// A few words shown under the place.
    pub label: Option<String>,
    /// Other places that explain it.
    pub related: Vec<(Span, String)>,
    /// How to fix it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error at a place.
    #[must_use]
    pub fn error(code: Code, source: SourceId, span: Span, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code,
            message: message.into(),
            source,
            span,
            label: None,
            related: Vec::new(),
            help: None,
        }
    }

    /// A warning at a place.
    #[must_use]
    pub fn warning(code: Code, source: SourceId, span: Span, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(code, source, span, message)
        }
    }

    /// Adds words that are shown under the place.
    #[must_use]
    pub fn with_label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Adds advice.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds another place that explains the mistake.
    #[must_use]
    pub fn with_related(mut self, span: Span, text: impl Into<String>) -> Self {
        self.related.push((span, text.into()));
        self
    }

    /// Whether the source cannot be used.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Diagnostic {}
