//! The errors found while a configuration is read, by the stage in which they were found.

use std::sync::Arc;

use colang::source::SourceMap;

use super::error::{Cause, ConfigError, ConfigErrorKind};
use crate::problem::Problem;
use crate::report::Report;

/// When an error was found. Those of a later stage may follow from those of an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    /// Reading files.
    Files,
    /// The settings of the configuration itself.
    Settings,
    /// The settings with those of imported files.
    ImportedSettings,
    /// Colang sources, and what they import.
    Sources,
    /// The lists of rails by themselves.
    Lists,
    /// The flows that the lists of rails name.
    Rails,
    /// What only skipped files define.
    Skipped,
    /// All flows together.
    Program,
    /// All settings together.
    Finished,
}

/// All errors of a configuration.
#[derive(Debug, Default)]
pub(crate) struct Wrong(Vec<Batch>);

/// Errors that were found together.
#[derive(Debug)]
struct Batch {
    stage: Stage,
    kind: ConfigErrorKind,
    problems: Vec<Problem>,
    cause: Option<Cause>,
}

impl Wrong {
    pub(super) fn add(&mut self, stage: Stage, kind: ConfigErrorKind, problems: Vec<Problem>) {
        if !problems.is_empty() {
            self.0.push(Batch {
                stage,
                kind,
                problems,
                cause: None,
            });
        }
    }

    pub(super) fn add_error(&mut self, stage: Stage, error: ConfigError) {
        let (kind, problems, cause) = error.into_parts();
        self.0.push(Batch {
            stage,
            kind,
            problems,
            cause,
        });
    }

    /// Whether something was told about this setting, or what is below it.
    pub(super) fn is_told(&self, setting: &str) -> bool {
        let mut problems = self.0.iter().flat_map(|batch| &batch.problems);
        problems.any(|problem| {
            let path = problem.path().unwrap_or_default();
            let rest = path.strip_prefix(setting);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        })
    }

    /// The errors of the first stage that has some, of one kind.
    pub(super) fn first(self, sources: Arc<SourceMap>) -> Option<ConfigError> {
        let batches = self.0.iter();
        let first = batches.min_by_key(|batch| batch.stage)?;
        let (stage, kind) = (first.stage, first.kind);
        let (mut problems, mut cause) = (Vec::new(), None);
        for batch in self.0 {
            if (batch.stage, batch.kind) == (stage, kind) {
                problems.extend(batch.problems);
                cause = cause.or(batch.cause);
            }
        }
        let error = ConfigError::of(kind, Report::of(problems, sources));
        Some(match cause {
            Some(cause) => error.caused_by(cause),
            None => error,
        })
    }

    /// All errors.
    pub(crate) fn into_problems(self) -> Vec<Problem> {
        let batches = self.0.into_iter();
        batches.flat_map(|batch| batch.problems).collect()
    }
}
