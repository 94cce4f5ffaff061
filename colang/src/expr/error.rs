//! What can go wrong with an expression, when it is compiled and when it is evaluated.

use std::fmt;

use crate::source::Span;
use crate::value::ValueError;

/// Kinds of [`EvalError`], named as the reference names them in `ColangError(type=…)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The values do not fit: `"a" + 1`, an unknown function, a limit reached.
    Value,
    /// The expression has no meaning: `$a <> $b`.
    Syntax,
    /// Something that the program refers to is not there.
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

/// An expression had no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvalError {
    /// Which kind of mistake.
    pub kind: ErrorKind,
    /// What was expected and what was found: one lower-case sentence.
    pub message: String,
    /// The part of the source at fault.
    pub span: Span,
}

impl EvalError {
    /// A mistake of a kind at a place.
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

/// Gives a [`ValueError`] its place.
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
