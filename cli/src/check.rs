//! `check`: everything that is wrong or doubtful in a folder of settings and flows, without running anything.

use std::path::Path;
use std::sync::Arc;

use action_sdk_runtime::{Config, Problem, Report, Runtime, load_config};
use colang::diagnostic::{Code, Severity};
use serde_json::json;

use crate::args::{CheckArgs, Deny, Format};
use crate::host;
use crate::outcome::{Failure, Outcome};
use crate::output;
use crate::program::Program;

/// How many errors and warnings there are.
#[derive(Default)]
struct Count {
    errors: usize,
    warnings: usize,
}

pub(crate) fn run(program: &Program, args: &CheckArgs) -> Result<Outcome, Failure> {
    let mut count = Count::default();
    for dir in &args.dirs {
        let report = look_at(program, dir)?;
        count.errors += report.errors().count();
        count.warnings += report.warnings().count();
        show(&report, args.format)?;
    }
    if args.format == Format::Text {
        output::note(summary(&count, args.dirs.len()));
    }
    let denied = args.deny == Some(Deny::Warnings) && count.warnings > 0;
    match count.errors > 0 || denied {
        true => Ok(Outcome::Bad),
        false => Ok(Outcome::Done),
    }
}

/// What is wrong with the configuration in a folder.
///
/// # Errors
///
/// If there is nothing that could be looked at.
fn look_at(program: &Program, dir: &Path) -> Result<Report, Failure> {
    match load_config(dir) {
        Ok(config) => with_actions(program, config),
        Err(error) if host::is_about_files(error.kind()) => Err(Failure::of(&error)),
        Err(error) => Ok(error.report().clone()),
    }
}

/// What is wrong with the flows, the settings and the linked actions together.
fn with_actions(program: &Program, config: Config) -> Result<Report, Failure> {
    let dispatcher = with_models(program.dispatcher(), &config)?;
    let dispatcher = dispatcher.config(Arc::clone(config.rails())).build();
    let dispatcher = dispatcher.map_err(|error| Failure::of(&error))?;
    let runtime = Runtime::builder(config).dispatcher(dispatcher);
    let report = runtime.perform_timers().check();
    report.map_err(|error| Failure::of(&error))
}

/// The models that the configuration names, without their keys: nobody asks them.
#[cfg(feature = "openai")]
fn with_models(
    dispatcher: action_sdk::ActionDispatcherBuilder,
    config: &Config,
) -> Result<action_sdk::ActionDispatcherBuilder, Failure> {
    use action_sdk_runtime::openai;
    if config.rails().models.is_empty() {
        return Ok(dispatcher);
    }
    let models = openai::models_with(config.rails(), |_| Some("not asked".to_owned()));
    Ok(models
        .map_err(|error| Failure::of(&error))?
        .offer(dispatcher))
}

#[cfg(not(feature = "openai"))]
fn with_models(
    dispatcher: action_sdk::ActionDispatcherBuilder,
    _: &Config,
) -> Result<action_sdk::ActionDispatcherBuilder, Failure> {
    Ok(dispatcher)
}

fn show(report: &Report, format: Format) -> Result<(), Failure> {
    match format {
        Format::Text if report.problems().is_empty() => {}
        Format::Text => output::line(report.render())?,
        Format::Json => {
            for problem in report.problems() {
                output::line(object(problem))?;
            }
        }
    }
    Ok(())
}

/// A mistake for programs.
fn object(problem: &Problem) -> serde_json::Value {
    json!({
        "file": problem.file(),
        "line": problem.line(),
        "column": problem.column(),
        "code": problem.code().map(Code::as_str),
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
