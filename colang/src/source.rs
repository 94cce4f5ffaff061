//! Sources, spans, lines and columns: where a piece of text came from.
//!
//! A [`Span`] is a byte range of one source; [`LineIndex`] converts an offset to a line and a column.

use std::fmt;

/// The id of one source in a [`SourceMap`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct SourceId(pub u32);

/// A byte range of one source, end excluded. Both ends are on character boundaries of the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte; never below `start`.
    pub end: u32,
}

impl Span {
    /// A span from `start` to `end`; an end below the start makes it empty.
    #[must_use]
    pub fn new(start: u32, end: u32) -> Self {
        Self {
            start,
            end: end.max(start),
        }
    }

    /// The smallest span that contains both.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self {
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }

    /// The empty span at the end of this one.
    #[must_use]
    pub fn after(self) -> Self {
        Self {
            start: self.end,
            end: self.end,
        }
    }

    /// The part of `source` this span covers, empty if it lies outside.
    ///
    /// ```
    /// use colang::source::Span;
    /// assert_eq!(Span::new(5, 9).text("flow main"), "main");
    /// ```
    #[must_use]
    pub fn text(self, source: &str) -> &str {
        source
            .get(self.start as usize..self.end as usize)
            .unwrap_or_default()
    }
}

/// A line and a column, both counted from 1; the column counts characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// The offsets at which the lines of one source start.
#[derive(Debug, Clone, Default)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Finds the lines of `source`, which end with `\n`.
    #[must_use]
    pub fn new(source: &str) -> Self {
        let breaks = source
            .bytes()
            .enumerate()
            .filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0)
            .chain(breaks.map(|(at, _)| offset(at + 1)))
            .collect();
        Self { starts }
    }

    /// The line of `offset`, from 1. Offsets past the end belong to the last line.
    #[must_use]
    pub fn line(&self, offset: u32) -> u32 {
        u32::try_from(self.starts.partition_point(|start| *start <= offset))
            .unwrap_or(u32::MAX)
            .max(1)
    }

    /// Line and column of `offset` in `source`, which must be the text this index was made from.
    ///
    /// ```
    /// use colang::source::LineIndex;
    /// let source = "flow a\n  größe $x";
    /// let at = LineIndex::new(source).position(source, 17);
    /// assert_eq!((at.line, at.column), (2, 9));
    /// ```
    #[must_use]
    pub fn position(&self, source: &str, offset: u32) -> Position {
        let line = self.line(offset);
        let start = self.starts.get(line as usize - 1).copied().unwrap_or(0) as usize;
        let end = (offset as usize).min(source.len());
        let before = source.get(start..end).unwrap_or_default();
        Position {
            line,
            column: u32::try_from(before.chars().count())
                .unwrap_or(u32::MAX)
                .saturating_add(1),
        }
    }
}

/// The sources that a [`SourceId`] refers to, with their names.
#[derive(Debug, Clone, Default)]
pub struct SourceMap {
    sources: Vec<Source>,
}

#[derive(Debug, Clone)]
struct Source {
    name: String,
    text: String,
    lines: LineIndex,
}

impl SourceMap {
    /// An empty map.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a source; `name` is used in messages, usually a path.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> SourceId {
        let text = text.into();
        let lines = LineIndex::new(&text);
        self.sources.push(Source {
            name: name.into(),
            text,
            lines,
        });
        SourceId(offset(self.sources.len() - 1))
    }

    /// The name the source was added under.
    #[must_use]
    pub fn name(&self, id: SourceId) -> Option<&str> {
        self.source(id).map(|source| source.name.as_str())
    }

    /// The whole text of a source.
    #[must_use]
    pub fn text(&self, id: SourceId) -> Option<&str> {
        self.source(id).map(|source| source.text.as_str())
    }

    /// The line and column of `offset`.
    #[must_use]
    pub fn position(&self, id: SourceId, offset: u32) -> Option<Position> {
        self.source(id)
            .map(|source| source.lines.position(&source.text, offset))
    }

    fn source(&self, id: SourceId) -> Option<&Source> {
        self.sources.get(id.0 as usize)
    }
}

/// A byte count as an offset. Sources too long for 32-bit offsets are refused before this is called.
pub(crate) fn offset(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}
