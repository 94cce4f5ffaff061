//! Errors of loading a program: all mistakes, each with its place.

use std::fmt;

use super::File;
use crate::diagnostic::Diagnostic;
use crate::map::HashMap;
use crate::source::{LineIndex, Position, SourceId};

/// One mistake; boxed, since it is rare.
pub(crate) type Mistake = Box<Diagnostic>;

/// The mistakes found when flows are lowered and combined: all of them, file by file.
///
/// ```
/// use colang::program::{File, Program};
/// use colang::source::SourceId;
///
/// let parsed = colang::syntax::parse(SourceId(0), "flow main\n  match other\n  stop other\n");
/// let error = Program::new(&[File { name: "main.co", module: &parsed.module }]).unwrap_err();
/// assert_eq!(error.mistakes().len(), 2);
/// assert_eq!((error.file(), error.line(), error.column()), ("main.co", Some(2), Some(9)));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgramError {
    /// Never empty.
    mistakes: Vec<PlacedMistake>,
}

/// A mistake and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedMistake {
    diagnostic: Mistake,
    file: String,
    position: Option<Position>,
}

/// Sets the positions of all mistakes; the lines of a file are counted once, not once per mistake.
pub(crate) fn place(mistakes: &mut [PlacedMistake], files: &[File<'_>]) {
    let mut counted: HashMap<(&str, SourceId), (File<'_>, Option<LineIndex>)> = files
        .iter()
        .map(|file| ((file.name, file.module.source_id), (*file, None)))
        .collect();
    for mistake in mistakes {
        let key = (mistake.file.as_str(), mistake.diagnostic.source);
        if let Some((file, lines)) = counted.get_mut(&key) {
            let source = &file.module.source;
            let lines = lines.get_or_insert_with(|| LineIndex::new(source));
            let start = mistake.diagnostic.span.start;
            let is_within = start as usize <= source.len();
            mistake.position = is_within.then(|| lines.position(source, start));
        }
    }
}

impl PlacedMistake {
    /// Its position must still be set by [`place`].
    pub(crate) fn new(diagnostic: Mistake, file: File<'_>) -> Self {
        Self {
            diagnostic,
            file: file.name.to_owned(),
            position: None,
        }
    }

    /// What is wrong and what to write instead.
    pub fn diagnostic(&self) -> &Diagnostic {
        &self.diagnostic
    }

    /// Its file; empty if there is none.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Its position in the file, if it has one.
    pub fn position(&self) -> Option<Position> {
        self.position
    }
}

impl fmt::Display for PlacedMistake {
    /// `main.co:4:9: what is wrong; what to do`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.file.is_empty() {
            write!(f, "{}:", self.file)?;
            if let Some(position) = self.position {
                write!(f, "{}:{}:", position.line, position.column)?;
            }
            f.write_str(" ")?;
        }
        f.write_str(&self.diagnostic.message)?;
        match &self.diagnostic.help {
            Some(help) => write!(f, "; {help}"),
            None => Ok(()),
        }
    }
}

impl ProgramError {
    /// `Ok` if there are no mistakes.
    pub(crate) fn of(mut mistakes: Vec<PlacedMistake>, files: &[File<'_>]) -> Result<(), Self> {
        if mistakes.is_empty() {
            return Ok(());
        }
        place(&mut mistakes, files);
        Err(Self { mistakes })
    }

    /// A mistake of the whole program, or of a source that is not a file.
    pub(crate) fn new(diagnostic: Diagnostic) -> Self {
        Self {
            mistakes: vec![PlacedMistake {
                diagnostic: Box::new(diagnostic),
                file: String::new(),
                position: None,
            }],
        }
    }

    /// The mistakes found when a file was parsed; `Ok` if there are only warnings.
    pub(crate) fn of_syntax(file: File<'_>, diagnostics: &[Diagnostic]) -> Result<(), Self> {
        let errors = diagnostics.iter().filter(|found| found.is_error());
        Self::of(
            errors
                .map(|found| PlacedMistake::new(Box::new(found.clone()), file))
                .collect(),
            &[file],
        )
    }

    /// All mistakes, file by file, from top to bottom; not empty.
    pub fn mistakes(&self) -> &[PlacedMistake] {
        &self.mistakes
    }

    /// The file of the first mistake; empty if there is none.
    pub fn file(&self) -> &str {
        self.mistakes.first().map_or("", PlacedMistake::file)
    }

    /// The line of the first mistake, from 1.
    pub fn line(&self) -> Option<u32> {
        Some(self.mistakes.first()?.position?.line)
    }

    /// The column of the first mistake, from 1.
    pub fn column(&self) -> Option<u32> {
        Some(self.mistakes.first()?.position?.column)
    }
}

impl fmt::Display for ProgramError {
    /// The first mistake, and how many there are.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(first) = self.mistakes.first() {
            first.fmt(f)?;
        }
        match self.mistakes.len() {
            0 | 1 => Ok(()),
            count => write!(f, " (the first of {count} mistakes)"),
        }
    }
}

impl std::error::Error for ProgramError {}
