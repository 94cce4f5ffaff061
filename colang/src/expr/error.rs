//! Errors of expressions, when they are compiled or evaluated.

use std::fmt;

use crate::source::Span;
use crate::value::ValueError;

/// Kinds of [`EvalError`], with the names of the reference in `ColangError(type=…)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The values do not fit: `"a" + 1`; or an unknown function, or a limit was exceeded.
    Value,
    /// The expression is meaningless: `$a <> $b`.
    Syntax,
    /// Something that the program refers to is missing.
    Runtime,
}

impl ErrorKind {
    /// The name: `ColangValueError`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Value => "ColangValueError",
            Self::Syntax => "ColangSyntaxError",
            Self::Runtime => "ColangRuntimeError",
        }
    }
}

/// An expression could not be evaluated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvalError {
    /// The kind of error.
    pub kind: ErrorKind,
    /// What was expected and what was found: one lower-case sentence.
    pub message: String,
    /// The part of the source at fault.
    pub span: Span,
}

impl EvalError {
    /// An error of this kind at this position.
    pub fn new(kind: ErrorKind, span: Span, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            span,
        }
    }

    pub(super) fn value(span: Span, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Value, span, message)
    }
}

impl fmt::Display for EvalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for EvalError {}

/// Adds the position to a [`ValueError`].
pub(super) trait At<T> {
    fn at(self, span: Span) -> Result<T, EvalError>;
}

impl<T> At<T> for Result<T, ValueError> {
    fn at(self, span: Span) -> Result<T, EvalError> {
        self.map_err(|error| EvalError::value(span, error.reason()))
    }
}

/// An expression cannot be compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompileError {
    /// What was found and what to do: one lower-case sentence.
    pub message: String,
    /// The part of the source at fault.
    pub span: Span,
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for CompileError {}
