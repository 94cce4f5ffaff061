//! What is wrong in the files of a configuration: looked for in a thread of its own, since it takes longer than an answer
//! may.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender};
use std::thread;

use action_sdk::ActionDispatcher;
use action_sdk_runtime::{Checker, ConfigLoader, Problem, Report, Severity};
use colang::source::Span;
use lsp_types::{Diagnostic, DiagnosticSeverity, NumberOrString, Range};

use crate::place;
use crate::text::{Text, number};

/// A configuration to look at.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) root: PathBuf,
    pub(crate) files: BTreeMap<PathBuf, Text>,
}

/// What was found in each file, nothing included.
#[derive(Debug)]
pub(crate) struct Checked {
    pub(crate) found: Vec<(PathBuf, Vec<Diagnostic>)>,
}

/// Looks at what comes through `jobs`, of several for the same folder only at the last.
pub(crate) fn begin(
    actions: ActionDispatcher,
    jobs: Receiver<Job>,
    done: impl Fn(Checked) + Send + 'static,
) {
    let work = move || {
        while let Ok(first) = jobs.recv() {
            let mut waiting = BTreeMap::from([(first.root.clone(), first)]);
            for job in jobs.try_iter() {
                waiting.insert(job.root.clone(), job);
            }
            for job in waiting.into_values() {
                done(check(&actions, &job));
            }
        }
    };
    let thread = thread::Builder::new().name("diagnostics".to_owned());
    if let Err(error) = thread.spawn(work) {
        tracing::error!("nothing can be checked, there is no thread for it: {error}");
    }
}

/// Where jobs are sent to.
pub(crate) type Jobs = Sender<Job>;

fn check(actions: &ActionDispatcher, job: &Job) -> Checked {
    let report = report(actions, job);
    let mut found: BTreeMap<&Path, Vec<Diagnostic>> = BTreeMap::new();
    for path in job.files.keys() {
        found.insert(path, Vec::new());
    }
    for problem in report.problems() {
        let known = problem.file().map(Path::new);
        let known = known.and_then(|path| job.files.get_key_value(path));
        // What is wrong with the whole is shown in the settings, or in any file.
        let settings = job.files.iter().find(|(path, _)| place::is_settings(path));
        let shown = known.or(settings).or(job.files.iter().next());
        if let Some((path, text)) = shown {
            let found = found.entry(path).or_default();
            found.push(diagnostic(problem, text, known.is_some()));
        }
    }
    let found = found
        .into_iter()
        .map(|(path, found)| (path.to_owned(), found));
    Checked {
        found: found.collect(),
    }
}

/// Everything that is wrong or doubtful, as the editor shows the files.
fn report(actions: &ActionDispatcher, job: &Job) -> Report {
    let checker = Checker::new(actions.clone());
    if !job.root.is_absolute() {
        let sources = job.files.iter();
        let sources = sources.map(|(path, text)| (path.to_string_lossy(), text.as_str()));
        return checker.check_sources("", sources);
    }
    let mut loader = ConfigLoader::new();
    for (path, text) in &job.files {
        loader = loader.open_file(path, text.as_str());
    }
    let report = checker.loader(loader).check(&job.root);
    report.unwrap_or_else(|error| error.report().clone())
}

fn diagnostic(problem: &Problem, text: &Text, is_there: bool) -> Diagnostic {
    let message = match problem.suggestion() {
        Some(help) => format!("{}\n{help}", problem.message()),
        None => problem.message().to_owned(),
    };
    let severity = match problem.severity() {
        Severity::Error => DiagnosticSeverity::ERROR,
        Severity::Warning => DiagnosticSeverity::WARNING,
    };
    Diagnostic {
        range: if is_there {
            range(problem, text)
        } else {
            Range::default()
        },
        severity: Some(severity),
        code: Some(NumberOrString::String(problem.code().to_string())),
        source: Some("action-sdk".to_owned()),
        message,
        ..Diagnostic::default()
    }
}

/// The place of a problem: one of settings that has no end goes to the end of the word.
fn range(problem: &Problem, text: &Text) -> Range {
    if let Some(span) = problem.span() {
        return text.range(span);
    }
    let (Some(line), Some(column)) = (problem.line(), problem.column()) else {
        return Range::default();
    };
    let start = offset(text, line, column);
    let end = match (problem.end_line(), problem.end_column()) {
        (Some(line), Some(column)) => offset(text, line, column),
        _ => word_end(text, start),
    };
    text.range(Span::new(number(start), number(end)))
}

/// The offset of a line and a column, both from 1.
fn offset(text: &Text, line: u32, column: u32) -> usize {
    let line = (line as usize).saturating_sub(1);
    let whole = text.line(line);
    let at = whole
        .char_indices()
        .nth((column as usize).saturating_sub(1));
    text.line_start(line) + at.map_or(whole.len(), |(at, _)| at)
}

fn word_end(text: &Text, start: usize) -> usize {
    let rest = &text.as_str()[start..];
    start + rest.find([':', ' ', '\r', '\n']).unwrap_or(rest.len())
}
