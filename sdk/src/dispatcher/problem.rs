//! Why a dispatcher cannot be built: all problems at once, each with its place.

use std::fmt;

/// All reasons why a dispatcher cannot be built.
///
/// ```standalone_crate
/// use action_sdk::prelude::*;
/// use action_sdk::BuildProblemKind;
///
/// let errors = ActionDispatcher::builder().expect_actions(["PingAction"]).build().unwrap_err();
/// assert_eq!(errors.problems()[0].kind(), BuildProblemKind::AbsentAction);
/// assert_eq!(errors.problems()[0].subject(), "PingAction");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildErrors(Vec<BuildProblem>); // Invariant: not empty.

/// One reason why a dispatcher cannot be built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildProblem {
    kind: BuildProblemKind,
    subject: String,
    parameter: Option<String>,
    message: String,
}

/// The kind of problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum BuildProblemKind {
    /// Two actions have the same name or alias.
    Duplicate,
    /// An action needs a resource that the host does not have.
    MissingResource,
    /// Two resources of one type were given.
    DuplicateResource,
    /// An action needs a model and the host has none.
    MissingLlm,
    /// An action needs the task manager and the host has none.
    MissingLlmTaskManager,
    /// `replace`, `without` or `action_llm` names an unknown action.
    UnknownName,
    /// An expected action is missing.
    AbsentAction,
    /// An expected crate defines no action.
    AbsentCrate,
}

impl BuildErrors {
    /// The problems as an error, if there are any.
    pub(crate) fn check(mut problems: Vec<BuildProblem>) -> Result<(), Self> {
        problems.sort_by_key(BuildProblem::kind);
        match problems.is_empty() {
            true => Ok(()),
            false => Err(Self(problems)),
        }
    }

    /// The problems, sorted by kind.
    #[must_use]
    pub fn problems(&self) -> &[BuildProblem] {
        &self.0
    }
}

impl BuildProblem {
    pub(crate) fn new(kind: BuildProblemKind, subject: &str, message: String) -> Self {
        Self {
            kind,
            subject: subject.to_owned(),
            parameter: None,
            message,
        }
    }

    pub(crate) fn with_parameter(self, parameter: &str) -> Self {
        Self {
            parameter: Some(parameter.to_owned()),
            ..self
        }
    }

    /// The kind of problem.
    #[must_use]
    pub fn kind(&self) -> BuildProblemKind {
        self.kind
    }

    /// The name concerned: of an action or alias, a crate, or the type of a duplicate resource.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The parameter that needs what is missing.
    #[must_use]
    pub fn parameter(&self) -> Option<&str> {
        self.parameter.as_deref()
    }
}

impl fmt::Display for BuildProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Display for BuildErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_slice() {
            [problem] => write!(f, "the dispatcher cannot be built: {problem}"),
            problems => {
                write!(
                    f,
                    "{} problems keep the dispatcher from being built:",
                    problems.len()
                )?;
                problems
                    .iter()
                    .try_for_each(|problem| write!(f, "\n- {problem}"))
            }
        }
    }
}

impl std::error::Error for BuildErrors {}
