//! Why a saved conversation cannot be resumed, and which forms of it can.

use std::fmt;

/// The version of the form in which conversations are saved.
pub(super) const VERSION: u32 = 2;

/// The oldest version that can be loaded. It refers to the head that started a flow by uid.
pub(super) const FIRST_VERSION: u32 = 1;

/// Why a saved conversation cannot be resumed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResumeError {
    kind: ResumeErrorKind,
    subject: String,
}

/// Kinds of [`ResumeError`], to match on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResumeErrorKind {
    /// It was saved in an unknown form.
    Version,
    /// A flow that was running is not part of the program.
    MissingFlow,
    /// A flow that was running has been changed.
    ChangedFlow,
    /// A flow that was added while the conversation ran cannot be parsed.
    AddedFlow,
    /// The data is inconsistent.
    Damaged,
}

impl ResumeError {
    pub(super) fn new(kind: ResumeErrorKind, subject: impl Into<String>) -> Self {
        Self {
            kind,
            subject: subject.into(),
        }
    }

    /// What is wrong.
    pub fn kind(&self) -> ResumeErrorKind {
        self.kind
    }

    /// The flow or the version concerned.
    pub fn subject(&self) -> &str {
        &self.subject
    }
}

impl fmt::Display for ResumeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let subject = &self.subject;
        match self.kind {
            ResumeErrorKind::Version => {
                write!(
                    f,
                    "the conversation was saved as version {subject}, and this version reads {FIRST_VERSION} to {VERSION}"
                )
            }
            ResumeErrorKind::MissingFlow => {
                write!(
                    f,
                    "the flow `{subject}` was running and is not part of the program"
                )
            }
            ResumeErrorKind::ChangedFlow => {
                write!(
                    f,
                    "the flow `{subject}` was running and has been changed since"
                )
            }
            ResumeErrorKind::AddedFlow => write!(f, "added flows cannot be read again: {subject}"),
            ResumeErrorKind::Damaged => write!(f, "the saved conversation is damaged: {subject}"),
        }
    }
}

impl std::error::Error for ResumeError {}
