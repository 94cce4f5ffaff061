//! Checks before anything runs that the actions started by flows exist.

use std::collections::{BTreeSet, HashSet};

use action_sdk::{ActionDescriptor, ActionDispatcher, ParamKind, nearest_name};
use colang::program::Name;
use colang::source::{SourceMap, Span};
use colang::syntax::Module;
use colang::syntax::ast::{Argument, ArgumentKind, Flow, Spec, SpecOp, SpecTarget};
use colang::syntax::visit::Visitor;
use umim::{ActionEventKind, ActionEventName};

use super::arguments::{self, Given};
use super::members::{self, FlowMembers, MemberUse};
use crate::intrinsic::Intrinsic;

/// How many suggestions one report makes, so that its cost is not the number of mistakes times the number of names.
const MOST_SUGGESTIONS: usize = 50;

fn one_of(suggestions: &mut usize) -> Option<()> {
    *suggestions = suggestions.checked_sub(1)?;
    Some(())
}

/// A place in a flow that starts an action.
#[derive(Debug, Clone)]
pub(crate) struct ActionUse {
    action: String,
    flow: String,
    /// `main.co:4:9`.
    place: String,
    named: Vec<String>,
    positional: usize,
    given: Vec<Given>,
}

/// The names that flows use.
#[derive(Debug, Clone, Default)]
pub(crate) struct Uses {
    actions: Vec<ActionUse>,
    members: Vec<MemberUse>,
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
}

/// The places in these modules that start actions, or use members of events.
pub(crate) fn uses<'a>(modules: impl IntoIterator<Item = &'a Module>, sources: &SourceMap) -> Uses {
    let mut uses = Uses::default();
    for module in modules {
        let id = module.source_id;
        let file = sources.name(id).unwrap_or_default();
        let place = |span: Span| match sources.position(id, span.start) {
            Some(place) => format!("{file}:{place}"),
            None => file.to_owned(),
        };
        for flow in &module.flows {
            Finder {
                flow,
                place: &place,
                uses: &mut uses.actions,
            }
            .visit_flow(flow);
            uses.members.extend(members::uses(flow, &place));
        }
    }
    uses
}

/// Warnings for these modules that do not depend on who performs the actions, without the excluded ones.
pub(crate) fn doubts(
    modules: &[Module],
    sources: &SourceMap,
    skip: fn(&str) -> bool,
) -> Vec<String> {
    let is_own = |module: &&Module| !skip(sources.name(module.source_id).unwrap_or_default());
    let members = uses(modules.iter().filter(is_own), sources).members;
    let flows = FlowMembers::new(modules.iter().flat_map(|module| &module.flows));
    let doubts = members.iter().filter_map(|found| found.doubt(&flows));
    doubts.collect()
}

/// The places in flows that a conversation has added.
pub(crate) fn uses_in(module: &Module, added: &[Name]) -> Uses {
    let mut sources = SourceMap::new();
    let id = sources.add("added flows", &*module.source);
    debug_assert_eq!(id, module.source_id, "the only source is the first");
    let is_added = |flow: &str| added.iter().any(|known| **known == *flow);
    let mut uses = uses([module], &sources);
    uses.actions.retain(|found| is_added(&found.flow));
    uses.members.retain(|found| is_added(found.flow()));
    uses
}

impl Providers<'_> {
    /// The mistakes in these uses.
    pub(crate) fn problems(&self, uses: &Uses) -> Vec<String> {
        let mut suggestions = MOST_SUGGESTIONS;
        let actions = uses.actions.iter();
        let of_actions = actions.flat_map(|found| self.problems_of(found, &mut suggestions));
        let members = uses.members.iter();
        let of_members = members.filter_map(|found| found.problem(self.dispatcher));
        of_actions.chain(of_members).collect()
    }

    /// The warnings for these uses.
    pub(crate) fn doubts(&self, uses: &Uses) -> Vec<String> {
        let doubts = uses.actions.iter().filter_map(|found| {
            let action = self.dispatcher.action(&found.action)?;
            let (_, doubtful) = arguments::problems(&found.given, action);
            Some((found, action, doubtful))
        });
        let doubts = doubts.flat_map(|(found, action, doubtful)| {
            let told = move |text: String| found.gives(action.name(), &text);
            doubtful.into_iter().map(told)
        });
        doubts.collect()
    }

    fn problems_of(&self, found: &ActionUse, suggestions: &mut usize) -> Vec<String> {
        if let Some(action) = self.dispatcher.action(&found.action) {
            return found.wrong_arguments(action, suggestions);
        }
        let is_provided = self.callers.any
            || self.callers.named.contains(&found.action)
            || umim::standard_actions().any(|action| action == found.action)
            || self
                .intrinsics
                .iter()
                .any(|own| own.action() == found.action);
        if is_provided {
            return Vec::new();
        }
        let ActionUse {
            action,
            flow,
            place,
            ..
        } = found;
        let hint = match one_of(suggestions).and_then(|()| self.nearest(action)) {
            Some(near) => format!("; did you mean `{near}`?"),
            None => format!(
                "; if it is in another crate, is that linked? write `use that_crate as _;` ({}); register one made by hand with `.register(..)`, and declare one that your host performs with `.caller_performs([..])`",
                self.linked()
            ),
        };
        vec![format!(
            "{place}: flow `{flow}` starts `{action}`, which nobody provides{hint}"
        )]
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
        known.extend(umim::standard_actions().map(|action| -> &str { action }));
        known.extend(self.intrinsics.iter().map(|own| own.action()));
        nearest_name(action, known)
    }
}

impl ActionUse {
    fn gives(&self, action: &str, what: &str) -> String {
        let (place, flow) = (&self.place, &self.flow);
        format!("{place}: flow `{flow}` gives `{action}` {what}")
    }

    fn wrong_arguments(
        &self,
        descriptor: &ActionDescriptor,
        suggestions: &mut usize,
    ) -> Vec<String> {
        let action = descriptor;
        if action.accepts_any_argument() {
            return Vec::new();
        }
        let params = || {
            let params = action.params().iter();
            let params = params.filter(|param| param.kind() == ParamKind::Argument);
            params.map(action_sdk::ParamDescriptor::name)
        };
        let (flow, place, action) = (&self.flow, &self.place, action.name());
        let known: HashSet<&str> = params().collect();
        let unknown = self.named.iter();
        let unknown = unknown.filter(|name| !known.contains(name.as_str()));
        let mut problems: Vec<_> = unknown
            .map(|name| {
                let hint = match one_of(suggestions).and_then(|()| nearest_name(name, params())) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("it takes [{}]", params().collect::<Vec<_>>().join(", ")),
                };
                format!("{place}: flow `{flow}` gives `{action}` the argument `{name}`, which it does not take; {hint}")
            })
            .collect();
        let most = params().count();
        if self.positional > most {
            let given = self.positional;
            problems.push(format!(
                "{place}: flow `{flow}` gives `{action}` {given} positional arguments, and it takes at most {most}"
            ));
        }
        if problems.is_empty() {
            let (wrong, _) = arguments::problems(&self.given, descriptor);
            problems.extend(wrong.iter().map(|text| self.gives(action, text)));
        }
        problems
    }
}

/// Walks the statements of one flow.
struct Finder<'a> {
    flow: &'a Flow,
    place: &'a dyn Fn(Span) -> String,
    uses: &'a mut Vec<ActionUse>,
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
            ArgumentKind::Named(name) => Some(name.name.clone()),
            ArgumentKind::Positional | ArgumentKind::Star | ArgumentKind::DoubleStar => None,
        };
        let is_positional = |argument: &&Argument| argument.kind == ArgumentKind::Positional;
        let is_argument = |name: &String| !umim::ENVELOPE_FIELDS.contains(&name.as_str());
        self.uses.push(ActionUse {
            action: action.to_owned(),
            flow: self.flow.name.name.clone(),
            place: (self.place)(spec.span),
            named: spec
                .arguments
                .iter()
                .filter_map(named)
                .filter(is_argument)
                .collect(),
            positional: spec.arguments.iter().filter(is_positional).count(),
            given: spec.arguments.iter().map(Given::new).collect(),
        });
    }
}
