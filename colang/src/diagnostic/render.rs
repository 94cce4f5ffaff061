//! Renders diagnostics as text, with the source lines they are about.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use crate::source::{SourceMap, Span};

use super::{Diagnostic, Severity};

/// Longer lines are not shown; then only the message and the place are.
const LONGEST_LINE: usize = 4096;

/// A diagnostic for people to read: message, place, source lines, advice. Plain text without colours.
///
/// ```
/// use colang::source::SourceMap;
///
/// let mut sources = SourceMap::new();
/// let id = sources.add("main.co", "flow main\n  match Start();\n");
/// let parsed = colang::syntax::parse(id, sources.text(id).unwrap_or_default());
/// let text = colang::diagnostic::render(&parsed.diagnostics[0], &sources);
/// assert!(text.contains("main.co:2:16"));
/// ```
#[must_use]
pub fn render(diagnostic: &Diagnostic, sources: &SourceMap) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let text = sources.text(diagnostic.source).unwrap_or_default();
    let name = sources.name(diagnostic.source).unwrap_or("<unknown>");
    let title = level
        .primary_title(diagnostic.message.as_str())
        .id(diagnostic.code.as_str());
    let mut report = match window(text, diagnostic) {
        Some(window) => title.element(snippet(text, name, diagnostic, window)),
        None => {
            let place = sources.position(diagnostic.source, diagnostic.span.start);
            let place = place.map_or_else(|| name.to_owned(), |place| format!("{name}:{place}"));
            title.element(Level::NOTE.message(place))
        }
    };
    if let Some(help) = &diagnostic.help {
        report = report.element(Level::HELP.message(help.as_str()));
    }
    Renderer::plain().render(&[report])
}

/// The range of lines that contains all places of a diagnostic, unless it is too long to show.
fn window(text: &str, diagnostic: &Diagnostic) -> Option<Range<usize>> {
    let spans =
        std::iter::once(diagnostic.span).chain(diagnostic.related.iter().map(|(span, _)| *span));
    let whole = spans.reduce(Span::to)?;
    let (start, end) = (whole.start as usize, whole.end as usize);
    let start = text.get(..start)?.rfind('\n').map_or(0, |at| at + 1);
    let end = end + text.get(end..)?.find('\n').unwrap_or(text.len() - end);
    text[start..end]
        .lines()
        .all(|line| line.len() <= LONGEST_LINE)
        .then_some(start..end)
}

fn snippet<'a>(
    text: &'a str,
    name: &'a str,
    diagnostic: &'a Diagnostic,
    window: Range<usize>,
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let place = |span: Span| span.start as usize - window.start..span.end as usize - window.start;
    let mut primary = AnnotationKind::Primary.span(place(diagnostic.span));
    if let Some(label) = &diagnostic.label {
        primary = primary.label(label.as_str());
    }
    let related = diagnostic.related.iter();
    let related = related.map(|(span, text)| {
        AnnotationKind::Context
            .span(place(*span))
            .label(text.as_str())
    });
    let first_line = text[..window.start]
        .bytes()
        .filter(|byte| *byte == b'\n')
        .count()
        + 1;
    // Carriage returns would be shown; a space has the same length in bytes.
    Snippet::source(text[window.clone()].replace('\r', " "))
        .line_start(first_line)
        .path(name)
        .annotation(primary)
        .annotations(related)
}
