//! The flows defined by `rails.input.flows` and `rails.output.flows` in YAML (nemoguardrails 0.24.1).

use std::cell::Cell;
use std::collections::{HashMap, HashSet};

use action_sdk::nearest_name;
use colang::diagnostic::{Code, Diagnostic};
use colang::source::SourceId;
use colang::syntax::ast::{Flow, SpecGroup, SpecOp, SpecTarget, Stmt, StmtKind};
use colang::syntax::visit::{Visitor, walk_stmt};
use colang::syntax::{Module, parse};

use super::colang_1::Lost;
use super::settings::Settings;
use crate::analysis::endless;
use crate::problem::{Place, Problem};
use crate::rails::{self, NOT_RUN, SIDES, Side, reference};

/// The maximum number of unknown flows that get a suggestion.
const MOST_SUGGESTIONS: u32 = 20;

/// The flows of one list.
pub(super) struct Rails {
    side: &'static Side,
    calls: Vec<Call>,
}

/// One entry of a list.
struct Call {
    text: String,
    flow: String,
    place: Place,
}

/// The existing flows, while flows are made from lists.
pub(super) struct Known<'a> {
    flows: &'a [&'a Flow],
    names: HashSet<&'a str>,
    endless: HashSet<&'a str>,
    /// How many more suggestions may be made: each compares a name with all existing ones.
    suggestions: Cell<u32>,
    /// The flows of skipped files.
    lost: &'a HashMap<String, Lost>,
}

/// The lists that are not empty, and all entries that nothing would run.
pub(super) fn listed(settings: &Settings) -> (Vec<Rails>, Vec<Problem>) {
    let mut wrong: Vec<_> = NOT_RUN
        .iter()
        .filter_map(|key| not_run(settings, key))
        .collect();
    let mut lists = Vec::new();
    for side in &SIDES {
        let mut calls = Vec::new();
        for (text, place) in settings.texts(&["rails", side.key, "flows"]) {
            match Call::read(side.key, &text, place) {
                Ok(call) if checks_the_other(side, &call) => {
                    wrong.push(of_the_other(side.key, &call));
                }
                Ok(call) => calls.push(call),
                Err(problem) => wrong.push(problem),
            }
        }
        if !calls.is_empty() {
            lists.push(Rails { side, calls });
        }
    }
    (lists, wrong)
}

/// Whether it is the check of the library for the other side.
fn checks_the_other(side: &Side, call: &Call) -> bool {
    let others = SIDES.iter().filter(|other| other.key != side.key);
    others
        .map(|other| other.self_check.flow)
        .any(|check| check == call.flow)
}

fn of_the_other(key: &str, call: &Call) -> Problem {
    let path = format!("rails.{key}.flows");
    let message = format!(
        "`{path}` lists `{}`, which checks the other side",
        call.flow
    );
    let problem = Problem::at(Code::WrongRail, &call.place, message).about(path);
    problem.help(format!("list it under the other of `input` and `output`, or check this side with `self check {key}`"))
}

fn not_run(settings: &Settings, key: &str) -> Option<Problem> {
    let flows = settings.texts(&["rails", key, "flows"]);
    let (_, place) = flows.first()?;
    let message = format!(
        "`rails.{key}.flows` lists flows, and Colang 2 runs those of `rails.input` and `rails.output` only"
    );
    let problem = Problem::at(Code::WrongRail, place, message).about(format!("rails.{key}.flows"));
    Some(problem.help("call them in flows of your own"))
}

impl<'a> Known<'a> {
    pub(super) fn new(flows: &'a [&'a Flow], lost: &'a HashMap<String, Lost>) -> Self {
        Self {
            flows,
            names: flows.iter().map(|flow| flow.name.name.as_str()).collect(),
            endless: endless::flows(flows),
            suggestions: Cell::new(MOST_SUGGESTIONS),
            lost,
        }
    }

    /// Advice for an unknown flow.
    fn help(&self, flow: &str) -> String {
        if let Some(Lost { place, .. }) = self.lost.get(flow) {
            return format!(
                "it is defined at {place}, in a file that is passed over because it is written in Colang 1"
            );
        }
        let left = self.suggestions.get();
        self.suggestions.set(left.saturating_sub(1));
        let names = self.names.iter().copied().filter(|_| left > 0);
        match nearest_name(flow, names.filter(|name| !rails::runs_rails(name))) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "define it, or import the file that does".to_owned(),
        }
    }
}

/// Warnings about flows that look like rails, but protect nothing.
pub(super) fn warnings(modules: &[Module]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for side in &SIDES {
        let rails = side.rails;
        let is_never_run = is_only_defined(rails, modules);
        for module in modules {
            for flow in &module.flows {
                if is_never_run && flow.name.name == rails {
                    let message = format!("the flow `{rails}` is never run");
                    let problem = at(Code::RailNotRun, flow, module, message);
                    found.push(problem.with_help("write `import guardrails`"));
                }
                if let Some((code, message, help)) = doubt(flow, side) {
                    found.push(at(code, flow, module, message).with_help(help));
                }
            }
        }
    }
    found
}

fn at(code: Code, flow: &Flow, module: &Module, message: String) -> Diagnostic {
    Diagnostic::warning(code, module.source_id, flow.name.span, message)
}

/// The warning about a flow as the rails of this side, or as one that its author believes to be.
fn doubt(flow: &Flow, side: &Side) -> Option<(Code, String, String)> {
    let Side {
        rails, parameter, ..
    } = *side;
    let name = flow.name.name.as_str();
    if name == rails && flow.parameters.is_empty() {
        let message = format!(
            "the flow `{rails}` is given the text that it checks and takes none, so that nothing passes"
        );
        let help = format!("write `flow {rails} {parameter}`");
        return Some((Code::Suspicious, message, help));
    }
    if let Some(variable) = changed_in_vain(flow) {
        let message = format!(
            "`${variable}` is a variable of this flow alone, so the message stays as it is"
        );
        let help = format!("write `global ${variable}` before it");
        return Some((Code::Suspicious, message, help)).filter(|_| name == rails);
    }
    let is_one = SIDES.iter().any(|side| side.rails == name);
    let is_slip = !is_one && !flow.parameters.is_empty() && is_nearly(name, rails);
    (is_slip || is_plainly_other(name, rails)).then(|| {
        let message = format!("the flow `{name}` is not run as rails");
        (Code::RailNotRun, message, format!("call it `{rails}`"))
    })
}

/// The variable of the message, if these rails set a local variable of that name.
fn changed_in_vain(flow: &Flow) -> Option<&'static str> {
    let side = SIDES.iter().find(|side| flow.name.name == side.rails)?;
    let variable = side.message;
    let mut found = VariableUse {
        variable,
        is_set: false,
        is_global: false,
    };
    found.visit_flow(flow);
    (found.is_set && !found.is_global).then_some(variable)
}

/// Whether a flow sets a variable, and whether it declares it as global.
struct VariableUse<'v> {
    variable: &'v str,
    is_set: bool,
    is_global: bool,
}

impl<'a> Visitor<'a> for VariableUse<'_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if let StmtKind::Global(name) = &stmt.kind {
            self.is_global |= name.name == self.variable;
        }
        if let StmtKind::Assign { target, .. } = &stmt.kind {
            self.is_set |= target.name == self.variable;
        }
        walk_stmt(self, stmt);
    }
}

/// Whether the names are equal apart from spelling.
fn is_plainly_other(name: &str, rails: &str) -> bool {
    name != rails && plainly(name) == plainly(rails)
}

/// Whether the name is likely a typing error: the same letters in another order, or one letter missing, added or
/// changed.
fn is_nearly(name: &str, rails: &str) -> bool {
    let (name, rails) = (spelt(name), spelt(rails));
    let sorted = |text: &str| {
        let mut letters: Vec<_> = text.chars().collect();
        letters.sort_unstable();
        letters
    };
    let alike =
        |left: &mut dyn Iterator<Item = (char, char)>| left.take_while(|(a, b)| a == b).count();
    let before = alike(&mut name.chars().zip(rails.chars()));
    let after = alike(&mut name.chars().rev().zip(rails.chars().rev()));
    let longer = name.chars().count().max(rails.chars().count());
    let is_close = name.chars().count().abs_diff(rails.chars().count()) < 2;
    sorted(&name) == sorted(&rails) || (is_close && before + after + 1 >= longer)
}

/// A name without differences that are only a matter of spelling.
fn plainly(name: &str) -> String {
    spelt(name).trim_end_matches('s').to_owned()
}

fn spelt(name: &str) -> String {
    name.to_lowercase().replace(['_', '-'], " ")
}

/// Whether the flow is defined and never used: all lines that name it, except comments, begin its definition.
fn is_only_defined(flow: &str, modules: &[Module]) -> bool {
    let lines = modules.iter().flat_map(|module| module.source.lines());
    let lines = lines.map(str::trim).filter(|line| !line.starts_with('#'));
    let mut naming = lines.filter(|line| line.contains(flow)).peekable();
    naming.peek().is_some() && naming.all(|line| line.starts_with("flow "))
}

/// Where the entries of lists are, from which flows were made, by the names of the sources of these flows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lists(HashMap<String, Vec<Place>>);

impl Lists {
    /// Notes the entries of a source, which begins with a header.
    pub(super) fn add(&mut self, source: &str, entries: Vec<Place>) {
        self.0.insert(source.to_owned(), entries);
    }

    /// A problem of such a source, at its place in the settings.
    pub(crate) fn place(&self, problem: Problem) -> Problem {
        let entries = problem.file().and_then(|file| self.0.get(file));
        let number = problem.line().unwrap_or_default().saturating_sub(2);
        match entries.and_then(|entries| entries.get(number as usize)) {
            Some(place) => problem.moved_to(place),
            None => problem,
        }
    }
}

impl Rails {
    /// Whether these contain all its flows.
    pub(super) fn are_among(&self, known: &HashSet<&str>) -> bool {
        self.calls.iter().all(|call| known.contains(&*call.flow))
    }

    /// The source of a flow with all entries that can be run, and its name for messages; and what is wrong: entries whose
    /// flow does not exist or never ends, or that have the name of the flow to be defined.
    pub(super) fn source(
        &self,
        known: &Known<'_>,
        lists: &mut Lists,
    ) -> (Option<(String, String)>, Vec<Problem>) {
        let Self { side, calls } = self;
        let Side {
            key,
            rails,
            parameter,
            ..
        } = side;
        let mut wrong: Vec<_> = self.twice(known).into_iter().collect();
        let is_twice = !wrong.is_empty();
        let (mut lines, mut places) = (String::new(), Vec::new());
        for call in calls {
            match call.problem(key, known) {
                Some(problem) => wrong.push(problem),
                None => {
                    lines += &format!("  {}\n", call.text);
                    places.push(call.place.clone());
                }
            }
        }
        let source = format!("flow {rails} {parameter}\n{lines}");
        lists.add(&format!("rails.{key}.flows"), places);
        let is_of_use = !(is_twice || lines.is_empty());
        (
            is_of_use.then(|| (format!("rails.{key}.flows"), source)),
            wrong,
        )
    }

    fn twice(&self, known: &Known<'_>) -> Option<Problem> {
        let (key, flow) = (self.side.key, self.side.rails);
        let is_there = |other: &&&Flow| other.name.name == flow && !overrides(other);
        known.flows.iter().find(is_there)?;
        let message =
            format!("`rails.{key}.flows` stands for a flow `{flow}`, and there is one already");
        let place = &self.calls.first()?.place;
        let problem =
            Problem::at(Code::WrongRail, place, message).about(format!("rails.{key}.flows"));
        Some(problem.help("keep one of them"))
    }
}

impl Call {
    fn read(key: &str, text: &str, place: Place) -> Result<Self, Problem> {
        let text = text.trim();
        let parsed = parse(SourceId(0), &format!("flow rails\n  {text}\n"));
        let mistake = parsed.diagnostics.iter().find(|found| found.is_error());
        let mistake = mistake.map(|found| format!(" ({})", found.message));
        let body = match parsed.module.flows.as_slice() {
            [flow] if mistake.is_none() => flow.body.as_slice(),
            _ => &[],
        };
        let flow = match body {
            [statement] => called(statement),
            _ => None,
        };
        match flow {
            Some(flow) => Ok(Self {
                text: text.to_owned(),
                flow: flow.to_owned(),
                place,
            }),
            None => {
                let mistake = mistake.unwrap_or_default();
                if let Some(advice) = reference::advice(name_of(text)) {
                    let advice = format!("{advice}; strings stand in quotes there{mistake}");
                    return Err(not_here(key, name_of(text), &advice, &place));
                }
                let message =
                    format!("`rails.{key}.flows`: `{text}` is no call of a flow{mistake}");
                let problem = Problem::at(Code::WrongRail, &place, message)
                    .about(format!("rails.{key}.flows"));
                Err(problem.help(
                    "write its name and its arguments, such as `self check input` or `my check $strict=True`",
                ))
            }
        }
    }

    /// Why this flow cannot be a rail.
    fn problem(&self, key: &str, known: &Known<'_>) -> Option<Problem> {
        let flow = self.flow.as_str();
        let (message, help) = if known.endless.contains(flow) {
            let message = format!("the flow `{flow}` can never end, so that no message would pass");
            let help = "list a flow that checks the text and ends";
            (message, help.to_owned())
        } else if rails::runs_rails(flow) {
            let message = format!("the flow `{flow}` runs the rails, and is none");
            (message, "list the flows that make the checks".to_owned())
        } else if known.names.contains(flow) {
            return None;
        } else if let Some(advice) = reference::advice(flow) {
            return Some(not_here(key, flow, advice, &self.place));
        } else {
            (format!("there is no flow `{flow}`"), known.help(flow))
        };
        let path = format!("rails.{key}.flows");
        let message = format!("`{path}`: {message}");
        Some(
            Problem::at(Code::WrongRail, &self.place, message)
                .about(path)
                .help(help),
        )
    }
}

/// The words before the first argument.
fn name_of(text: &str) -> &str {
    let end = text.find(['$', '(']).unwrap_or(text.len());
    text[..end].trim()
}

/// The error for a rail of the reference that does not exist here.
fn not_here(key: &str, flow: &str, advice: &str, place: &Place) -> Problem {
    let path = format!("rails.{key}.flows");
    let message = format!("`{path}`: there is no flow `{flow}`");
    Problem::at(Code::WrongRail, place, message)
        .about(path)
        .help(advice)
}

/// The name of the flow that a statement awaits, if it does nothing else.
fn called(statement: &Stmt) -> Option<&str> {
    let StmtKind::SpecOp(operation) = &statement.kind else {
        return None;
    };
    let SpecGroup::Spec(spec) = &operation.group else {
        return None;
    };
    let SpecTarget::Flow(flow) = &spec.target else {
        return None;
    };
    let awaits = operation.op == SpecOp::Await && operation.return_var.is_none();
    (awaits && spec.members.is_empty()).then_some(flow.name.as_str())
}

fn overrides(flow: &Flow) -> bool {
    flow.decorators.iter().any(|at| at.name.name == "override")
}
