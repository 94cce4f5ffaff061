//! `check`: everything that is wrong or doubtful in a folder of settings and flows, without running anything.

use std::path::Path;

use action_sdk_runtime::{Checker, Code, Problem, Report, Severity, explain};
use serde_json::json;

use crate::args::{CheckArgs, Deny, Format};
use crate::outcome::{Failure, Outcome};
use crate::output;
use crate::program::Program;
use crate::stubs;

/// How many errors and warnings there are.
#[derive(Default)]
struct Count {
    errors: usize,
    warnings: usize,
}

pub(crate) fn run(program: &Program, args: &CheckArgs) -> Result<Outcome, Failure> {
    if let Some(code) = &args.explain {
        return explained(code);
    }
    let dispatcher = program.dispatcher().build();
    let mut checker = Checker::new(dispatcher.map_err(|error| Failure::of(&error))?);
    for file in &args.stubs {
        checker = checker.stubs(stubs::read(file)?);
    }
    let (mut count, mut is_unread) = (Count::default(), false);
    for dir in &args.dirs {
        let report = checker.check(dir).map_err(|error| Failure::of(&error))?;
        count.errors += report.errors().count();
        count.warnings += report.warnings().count();
        let mut problems = report.problems().iter();
        is_unread |= problems.any(|problem| problem.code() == Code::UnreadableFile);
        show(&report, dir, args.format)?;
    }
    if args.format == Format::Text {
        output::note(summary(&count, args.dirs.len()));
    }
    let denied = args.deny == Some(Deny::Warnings) && count.warnings > 0;
    match count.errors > 0 || denied {
        // What could not be read could not be checked.
        _ if is_unread => Ok(Outcome::Untried),
        true => Ok(Outcome::Bad),
        false => Ok(Outcome::Done),
    }
}

/// What a code means.
fn explained(code: &str) -> Result<Outcome, Failure> {
    let known = Code::parse(&code.to_lowercase()).ok_or_else(|| {
        Failure::new(format!(
            "there is no code `{code}`; codes are told with each mistake, such as `co0301`"
        ))
    })?;
    output::line(explain(known).trim_end())?;
    Ok(Outcome::Done)
}

fn show(report: &Report, dir: &Path, format: Format) -> Result<(), Failure> {
    match format {
        Format::Text if report.problems().is_empty() => {}
        Format::Text => output::line(report.render())?,
        Format::Json => {
            for problem in report.problems() {
                output::line(object(problem, dir))?;
            }
        }
    }
    Ok(())
}

/// A mistake for programs. One of the folder as a whole has no line.
fn object(problem: &Problem, dir: &Path) -> serde_json::Value {
    let file = problem
        .file()
        .map_or_else(|| dir.display().to_string(), str::to_owned);
    json!({
        "file": file,
        "line": problem.line(),
        "column": problem.column(),
        "code": problem.code().as_str(),
        "severity": match problem.severity() {
            Severity::Error => "error",
            Severity::Warning => "warning",
        },
        "message": problem.message(),
        "help": problem.suggestion(),
    })
}

fn summary(count: &Count, dirs: usize) -> String {
    let of = match dirs {
        1 => String::new(),
        many => format!(" in {many} configurations"),
    };
    match count {
        Count {
            errors: 0,
            warnings: 0,
        } => format!("no mistakes found{of}"),
        Count { errors, warnings } => format!(
            "{}, {}{of}",
            many(*errors, "error"),
            many(*warnings, "warning")
        ),
    }
}

fn many(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}
