//! Several problems at once: the one form in which mistakes of settings and flows are told.

use std::fmt;
use std::sync::Arc;

use colang::diagnostic::{Diagnostic, Severity, render};
use colang::source::SourceMap;

use crate::problem::Problem;

/// What is wrong with settings and flows, and what is probably a mistake: all of it, each with its place.
///
/// A program that shows mistakes as they are made, such as an editor, gets it from
/// [`RuntimeBuilder::check`](crate::RuntimeBuilder::check), and of a configuration that cannot be loaded from
/// [`ConfigError::report`](crate::ConfigError::report).
///
/// ```
/// use action_sdk_runtime::parse_config;
///
/// let error = parse_config("", [("main.co", "flow main\n  match Start();\n  frobnicate(\n")]).unwrap_err();
/// let report = error.report();
/// assert!(report.to_string().starts_with("main.co:2:16: "));
/// assert!(report.to_string().ends_with("(the first of 2 mistakes)"));
/// assert!(report.render().contains("2 |   match Start();"));
/// ```
#[derive(Clone, Default)]
pub struct Report {
    problems: Vec<Problem>,
    sources: Arc<SourceMap>,
}

impl Report {
    pub(crate) fn new(problems: Vec<Problem>) -> Self {
        Self::of(problems, Arc::default())
    }

    /// These problems; `sources` are those of the flows among them.
    pub(crate) fn of(problems: Vec<Problem>, sources: Arc<SourceMap>) -> Self {
        Self { problems, sources }
    }

    /// What was found in these sources.
    pub(crate) fn of_sources(diagnostics: &[Diagnostic], sources: Arc<SourceMap>) -> Self {
        let problems = diagnostics.iter();
        let problems = problems.map(|found| Problem::of_source(found, &sources));
        Self {
            problems: problems.collect(),
            sources,
        }
    }

    /// With other problems behind these.
    pub(crate) fn and(mut self, problems: impl IntoIterator<Item = Problem>) -> Self {
        self.problems.extend(problems);
        self
    }

    pub(crate) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    /// With each problem changed.
    pub(crate) fn map(mut self, change: impl FnMut(Problem) -> Problem) -> Self {
        self.problems = self.problems.into_iter().map(change).collect();
        self
    }

    /// Without the problems for which this holds.
    pub(crate) fn without(mut self, is_unwanted: impl Fn(&Problem) -> bool) -> Self {
        self.problems.retain(|problem| !is_unwanted(problem));
        self
    }

    /// File by file from top to bottom, each problem once.
    pub(crate) fn in_order(mut self) -> Self {
        self.problems.sort_by(Problem::by_place);
        self.problems.dedup();
        self
    }

    /// Only the errors.
    pub(crate) fn into_errors(mut self) -> Self {
        self.problems
            .retain(|problem| problem.severity() == Severity::Error);
        self
    }

    /// Everything, in the order in which it is to be shown.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// What is wrong.
    pub fn errors(&self) -> impl Iterator<Item = &Problem> {
        self.of_severity(Severity::Error)
    }

    /// What is probably a mistake.
    pub fn warnings(&self) -> impl Iterator<Item = &Problem> {
        self.of_severity(Severity::Warning)
    }

    fn of_severity(&self, severity: Severity) -> impl Iterator<Item = &Problem> {
        let problems = self.problems.iter();
        problems.filter(move |problem| problem.severity() == severity)
    }

    /// What was found in Colang sources, for programs that show it in their own way.
    pub fn diagnostics(&self) -> impl Iterator<Item = &Diagnostic> {
        self.problems.iter().filter_map(Problem::diagnostic)
    }

    /// The sources that the diagnostics refer to.
    #[must_use]
    pub fn source_map(&self) -> &SourceMap {
        &self.sources
    }

    /// Everything as people read it: each problem with its place and what to write instead, and for those of Colang
    /// sources the lines in which they are.
    #[must_use]
    pub fn render(&self) -> String {
        let is_of_sources = self.diagnostics().next().is_some();
        let texts = self
            .problems
            .iter()
            .map(|problem| match problem.diagnostic() {
                Some(diagnostic) => render(diagnostic, &self.sources),
                None => problem.to_string(),
            });
        let texts: Vec<_> = texts.collect();
        texts.join(if is_of_sources { "\n\n" } else { "\n" })
    }
}

/// The first problem, and how many there are.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(first) = self.problems.first() {
            write!(f, "{first}")?;
        }
        match self.problems.len() {
            0 | 1 => Ok(()),
            count => write!(f, " (the first of {count} mistakes)"),
        }
    }
}

impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.problems).finish()
    }
}
