//! Checks before anything runs that the actions started by flows exist.

use std::collections::{BTreeSet, HashSet};

use action_sdk::{ActionDescriptor, ActionDispatcher, ParamDescriptor, ParamKind, nearest_name};
use colang::diagnostic::{Code, Diagnostic};
use colang::source::{SourceId, Span};
use colang::syntax::ast::{Argument, ArgumentKind, Flow, Ident, Spec, SpecOp, SpecTarget};
use colang::syntax::visit::Visitor;
use umim::{ActionEventKind, ActionEventName};

use super::arguments::{self, Given};
use super::spot::Spot;
use super::stubs::Stubs;
use crate::intrinsic::Intrinsic;

/// How many suggestions one report makes, so that its cost is not the number of mistakes times the number of names.
const MOST_SUGGESTIONS: usize = 50;

fn one_of(suggestions: &mut usize) -> Option<()> {
    *suggestions = suggestions.checked_sub(1)?;
    Some(())
}

/// A place in a flow that starts an action.
#[derive(Debug, Clone)]
pub(super) struct ActionUse {
    action: String,
    spot: Spot,
    named: Vec<Ident>,
    positional: Vec<Span>,
    given: Vec<Given>,
}

/// Who performs actions besides the dispatcher and the runtime itself.
#[derive(Debug, Clone, Default)]
pub(crate) struct Callers {
    pub(crate) any: bool,
    pub(crate) named: HashSet<String>,
}

/// The actions that exist.
#[derive(Clone, Copy)]
pub(crate) struct Providers<'a> {
    pub(crate) dispatcher: &'a ActionDispatcher,
    pub(crate) intrinsics: &'a [Intrinsic],
    pub(crate) callers: &'a Callers,
    /// Actions of another program that will perform them.
    pub(crate) stubs: &'a Stubs,
}

/// The places in a flow that start actions.
pub(super) fn uses(flow: &Flow, source: SourceId) -> Vec<ActionUse> {
    let mut finder = Finder {
        flow,
        source,
        uses: Vec::new(),
    };
    finder.visit_flow(flow);
    finder.uses
}

impl Providers<'_> {
    /// What is wrong, or probably wrong, with these places.
    pub(super) fn check(&self, uses: &[ActionUse]) -> Vec<Diagnostic> {
        let mut suggestions = MOST_SUGGESTIONS;
        let found = uses.iter();
        let found = found.flat_map(|found| self.problems_of(found, &mut suggestions));
        found.collect()
    }

    fn problems_of(&self, found: &ActionUse, suggestions: &mut usize) -> Vec<Diagnostic> {
        if let Some(action) = self.action(&found.action) {
            let is_stub = self.dispatcher.action(&found.action).is_none();
            return found.wrong_arguments(action, is_stub, suggestions);
        }
        match self.is_provided(&found.action) {
            true => Vec::new(),
            false => vec![self.unknown(found, suggestions)],
        }
    }

    /// The action of that name, if its parameters are known.
    pub(super) fn action(&self, name: &str) -> Option<&ActionDescriptor> {
        let here = self.dispatcher.action(name);
        here.or_else(|| self.stubs.action(name))
    }

    /// Whether somebody besides the dispatcher provides an action.
    fn is_provided(&self, action: &str) -> bool {
        let mut own = self.intrinsics.iter();
        self.callers.any
            || self.callers.named.contains(action)
            || umim::standard_actions().any(|known| known == action)
            || own.any(|own| own.action() == action)
    }

    fn unknown(&self, found: &ActionUse, suggestions: &mut usize) -> Diagnostic {
        let action = &found.action;
        let help = match one_of(suggestions).and_then(|()| self.nearest(action)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!(
                "if it is in another crate, is that linked? write `use that_crate as _;` ({}); register one made by hand with `.register(..)`, and declare one that your host performs with `.caller_performs([..])`",
                self.linked()
            ),
        };
        let what = format!("starts `{action}`, which nobody provides");
        found.spot.error(Code::UnknownAction, &what).with_help(help)
    }

    /// The crates whose actions are linked, without this library.
    fn linked(&self) -> String {
        let crates = self.dispatcher.actions().map(ActionDescriptor::crate_name);
        let others = crates.filter(|name| !name.is_empty() && *name != env!("CARGO_PKG_NAME"));
        let linked: BTreeSet<_> = others.collect();
        match linked.is_empty() {
            true => "no crate with actions of yours is linked".to_owned(),
            false => format!(
                "linked are actions of `{}`",
                linked.into_iter().collect::<Vec<_>>().join("`, `")
            ),
        }
    }

    fn nearest(&self, action: &str) -> Option<&str> {
        let mut known: Vec<&str> = self
            .dispatcher
            .actions()
            .map(ActionDescriptor::name)
            .collect();
        known.extend(self.callers.named.iter().map(String::as_str));
        known.extend(self.stubs.names());
        known.extend(umim::standard_actions().map(|action| -> &str { action }));
        known.extend(self.intrinsics.iter().map(|own| own.action()));
        nearest_name(action, known)
    }
}

impl ActionUse {
    fn wrong_arguments(
        &self,
        action: &ActionDescriptor,
        is_stub: bool,
        suggestions: &mut usize,
    ) -> Vec<Diagnostic> {
        let mut problems = Vec::new();
        if !action.accepts_any_argument() {
            problems.extend(self.unknown_arguments(action, suggestions));
            problems.extend(self.too_many_arguments(action));
        }
        let is_unknown = !problems.is_empty();
        // What is missing or does not fit may be what was misspelt.
        let others = arguments::problems(&self.given, action, is_stub, &self.spot).into_iter();
        let counts = |found: &Diagnostic| match found.is_error() {
            true => !(is_unknown || action.accepts_any_argument()),
            false => true,
        };
        problems.extend(others.filter(counts));
        problems
    }

    fn unknown_arguments(
        &self,
        action: &ActionDescriptor,
        suggestions: &mut usize,
    ) -> Vec<Diagnostic> {
        let known: HashSet<&str> = taken(action).collect();
        let unknown = self.named.iter();
        let unknown = unknown.filter(|name| !known.contains(name.name.as_str()));
        let problems = unknown.map(|given| {
            let name = given.name.as_str();
            let near = one_of(suggestions).and_then(|()| nearest_name(name, taken(action)));
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!(
                    "it takes [{}]",
                    taken(action).collect::<Vec<_>>().join(", ")
                ),
            };
            let action = action.name();
            let what = format!("gives `{action}` the argument `{name}`, which it does not take");
            let found = self.spot.at(given.span);
            let found = found.error(Code::UnknownArgument, &what);
            found.with_help(help)
        });
        problems.collect()
    }

    fn too_many_arguments(&self, action: &ActionDescriptor) -> Option<Diagnostic> {
        let (given, most) = (self.positional.len(), taken(action).count());
        let action = action.name();
        self.positional.get(most).map(|first| {
            let what = format!(
                "gives `{action}` {given} positional arguments, and it takes at most {most}"
            );
            self.spot.at(*first).error(Code::UnknownArgument, &what)
        })
    }
}

/// The names of the arguments that an action takes.
fn taken(action: &ActionDescriptor) -> impl Iterator<Item = &str> {
    let params = action.params().iter();
    let params = params.filter(|param| param.kind() == ParamKind::Argument);
    params.map(ParamDescriptor::name)
}

/// Walks the statements of one flow.
struct Finder<'a> {
    flow: &'a Flow,
    source: SourceId,
    uses: Vec<ActionUse>,
}

impl<'a> Visitor<'a> for Finder<'_> {
    fn visit_spec(&mut self, op: Option<SpecOp>, spec: &'a Spec) {
        // What a case of `when` mentions is awaited.
        self.spec(op.unwrap_or(SpecOp::Await), spec);
    }
}

impl Finder<'_> {
    fn spec(&mut self, op: SpecOp, spec: &Spec) {
        let action = match (&spec.target, op) {
            (SpecTarget::Action(name), SpecOp::Await | SpecOp::Start)
                if spec.members.is_empty() =>
            {
                Some(name.name.as_str())
            }
            (SpecTarget::Event(name), SpecOp::Send) => ActionEventName::parse(&name.name)
                .filter(|name| name.kind() == ActionEventKind::Start)
                .map(|name| name.action()),
            (
                SpecTarget::Flow(_)
                | SpecTarget::Action(_)
                | SpecTarget::Event(_)
                | SpecTarget::Reference(_),
                _,
            ) => None,
        };
        if let Some(action) = action {
            self.add(action, spec);
        }
    }

    fn add(&mut self, action: &str, spec: &Spec) {
        let named = |argument: &Argument| match &argument.kind {
            ArgumentKind::Named(name) => Some(name.clone()),
            ArgumentKind::Positional | ArgumentKind::Star | ArgumentKind::DoubleStar => None,
        };
        let is_positional = |argument: &&Argument| argument.kind == ArgumentKind::Positional;
        let is_argument = |name: &Ident| !umim::ENVELOPE_FIELDS.contains(&name.name.as_str());
        self.uses.push(ActionUse {
            action: action.to_owned(),
            spot: Spot::new(self.flow, self.source, spec.target.ident().span),
            named: spec
                .arguments
                .iter()
                .filter_map(named)
                .filter(is_argument)
                .collect(),
            positional: (spec.arguments.iter().filter(is_positional))
                .map(|argument| argument.span)
                .collect(),
            given: spec.arguments.iter().map(Given::new).collect(),
        });
    }
}

impl ActionUse {
    pub(super) fn action(&self) -> &str {
        &self.action
    }

    pub(super) fn flow(&self) -> &str {
        &self.spot.flow
    }
}
