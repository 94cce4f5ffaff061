//! `list`: the actions of the program, and those that flows call and nobody offers.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use action_sdk::{ActionDescriptor, ActionDispatcher, ParamDescriptor, ParamKind, Special};
use action_sdk_runtime::{Checker, Code, Report};
use colang::diagnostic::Diagnostic;
use serde_json::{Value, json};

use crate::args::{Format, ListArgs};
use crate::outcome::{Failure, Outcome};
use crate::output::{self, DIM, STRONG};
use crate::program::Program;

/// The doors, each with the special parameters that it cannot fill.
const DOORS: [(&str, &[Special]); 3] = [
    ("nemo", &[Special::Tracker, Special::Domain, Special::State]),
    ("rasa", &[Special::State]),
    ("mcp", &[Special::Tracker, Special::Domain, Special::State]),
];

pub(crate) fn run(program: &Program, args: &ListArgs) -> Result<Outcome, Failure> {
    let dispatcher = program.dispatcher().build();
    let dispatcher = dispatcher.map_err(|error| Failure::of(&error))?;
    match &args.missing {
        Some(dir) => missing(dispatcher, dir, args.format),
        None => list(&dispatcher, args),
    }
}

fn list(dispatcher: &ActionDispatcher, args: &ListArgs) -> Result<Outcome, Failure> {
    let is_shown = |action: &&ActionDescriptor| args.all || !action.is_system_action();
    let mut actions: Vec<_> = dispatcher.actions().filter(is_shown).collect();
    actions.sort_by_key(|action| action.name().to_owned());
    for action in &actions {
        match args.format {
            Format::Text => output::line(text(action))?,
            Format::Json => output::line(object(action))?,
        }
    }
    if actions.is_empty() && args.format == Format::Text {
        output::note(
            "no actions of yours are linked: `--all` also shows those of the runtime; actions in Rust are in a program of their own (`new NAME` makes one), and a crate that no line mentions is not linked (`use that_crate as _;`)",
        );
    }
    Ok(Outcome::Done)
}

/// An action for people.
fn text(action: &ActionDescriptor) -> String {
    let name = action.name();
    let mut text = format!("{STRONG}{name}{STRONG:#}({})", parameters(action));
    for line in action.description().lines() {
        let _ = write!(text, "\n    {line}");
    }
    let mut facts = vec![action.origin()];
    facts.push(match doors(action).as_slice() {
        [] => "flows only".to_owned(),
        doors => format!("flows, {}", doors.join(", ")),
    });
    let aliases: Vec<_> = action.aliases().collect();
    if !aliases.is_empty() {
        facts.push(format!("also {}", aliases.join(", ")));
    }
    facts.extend(limits(action));
    let _ = write!(text, "\n    {DIM}{}{DIM:#}", facts.join("; "));
    text
}

fn limits(action: &ActionDescriptor) -> Vec<String> {
    let time = action
        .timeout()
        .map(|time| format!("at most {}", shown(time)));
    let calls = action
        .concurrency()
        .map(|calls| format!("{calls} at once at most"));
    let background = action
        .execute_async()
        .then(|| "in the background".to_owned());
    [time, calls, background].into_iter().flatten().collect()
}

fn shown(time: std::time::Duration) -> String {
    format!("{} s", time.as_secs_f64())
}

fn parameters(action: &ActionDescriptor) -> String {
    let given = action.params().iter().filter(|param| is_given(param));
    let shown = given.map(|param| {
        let mark = if param.is_optional() { "?" } else { "" };
        format!("{}{mark}: {}", param.name(), param.type_name())
    });
    let mut shown: Vec<_> = shown.collect();
    if action.accepts_any_argument() {
        shown.push("…".to_owned());
    }
    shown.join(", ")
}

/// Whether callers give it.
fn is_given(param: &ParamDescriptor) -> bool {
    param.kind() == ParamKind::Argument
}

/// The doors that offer an action.
fn doors(action: &ActionDescriptor) -> Vec<&'static str> {
    if action.is_system_action() {
        return Vec::new();
    }
    let lacks = |absent: &[Special]| {
        action.params().iter().any(|param| match param.kind() {
            ParamKind::Special { which, required } => required && absent.contains(&which),
            ParamKind::Argument | ParamKind::Context | ParamKind::Resource(_) | _ => false,
        })
    };
    let open = DOORS.iter().filter(|(_, absent)| !lacks(absent));
    open.map(|(door, _)| *door).collect()
}

/// An action for programs.
fn object(action: &ActionDescriptor) -> Value {
    let hints = action.hints();
    json!({
        "name": action.name(),
        "aliases": action.aliases().collect::<Vec<_>>(),
        "title": action.title(),
        "description": action.description(),
        "parameters": action.params().iter().map(parameter).collect::<Vec<_>>(),
        "accepts_any_argument": action.accepts_any_argument(),
        "input_schema": action.input_schema(),
        "output_schema": action.output_schema(),
        "execute_async": action.execute_async(),
        "is_system_action": action.is_system_action(),
        "is_blocking": action.is_blocking(),
        "timeout": action.timeout().map(|time| time.as_secs_f64()),
        "concurrency": action.concurrency(),
        "hints": {
            "read_only": hints.read_only,
            "idempotent": hints.idempotent,
            "destructive": hints.destructive,
            "open_world": hints.open_world,
        },
        "crate": action.crate_name(),
        "source": action.origin(),
        "doors": doors(action),
    })
}

fn parameter(param: &ParamDescriptor) -> Value {
    json!({
        "name": param.name(),
        "kind": kind(param.kind()),
        "type": param.type_name(),
        "required": !param.is_optional(),
        "description": param.description(),
        "schema": param.schema(),
    })
}

fn kind(kind: ParamKind) -> &'static str {
    match kind {
        ParamKind::Argument => "argument",
        ParamKind::Context => "context",
        ParamKind::Special { .. } => "special",
        ParamKind::Resource(_) => "resource",
        ParamKind::Rest => "rest",
        ParamKind::Custom | _ => "custom",
    }
}

/// The actions that flows call and nobody offers, each with its places.
fn missing(dispatcher: ActionDispatcher, dir: &Path, format: Format) -> Result<Outcome, Failure> {
    let checker = Checker::new(dispatcher).without_model();
    let report = checker.check(dir).map_err(|error| Failure::of(&error))?;
    let mut problems = report.problems().iter();
    if let Some(unread) = problems.find(|problem| problem.code() == Code::UnreadableFile) {
        return Err(Failure::new(unread.to_string()));
    }
    let places = places(&report);
    for (action, places) in &places {
        match format {
            Format::Text => output::line(format_args!(
                "{STRONG}{action}{STRONG:#}  {DIM}{}{DIM:#}",
                places.join(", ")
            ))?,
            Format::Json => output::line(json!({"name": action, "places": places}))?,
        }
    }
    match places.is_empty() {
        true => Ok(Outcome::Done),
        false => Ok(Outcome::Bad),
    }
}

fn places(report: &Report) -> BTreeMap<String, Vec<String>> {
    let mut places: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for found in report.diagnostics() {
        if found.code == Code::UnknownAction {
            let place = place(report, found);
            places.entry(name(report, found)).or_default().push(place);
        }
    }
    places
}

fn name(report: &Report, found: &Diagnostic) -> String {
    let text = report.source_map().text(found.source).unwrap_or_default();
    let text = text.get(found.span.start as usize..).unwrap_or_default();
    let is_part = |c: &char| c.is_alphanumeric() || *c == '_';
    text.chars().take_while(is_part).collect()
}

fn place(report: &Report, found: &Diagnostic) -> String {
    let sources = report.source_map();
    let file = sources.name(found.source).unwrap_or_default();
    match sources.position(found.source, found.span.start) {
        Some(at) => format!("{file}:{}:{}", at.line, at.column),
        None => file.to_owned(),
    }
}
