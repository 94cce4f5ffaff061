//! Which actions flows start, and whether somebody provides them: found out before anything runs.

use std::collections::HashSet;

use action_sdk::{ActionDescriptor, ActionDispatcher, ParamKind, nearest_name};
use colang::program::Name;
use colang::source::{SourceMap, Span};
use colang::syntax::Module;
use colang::syntax::ast::{
    Argument, ArgumentKind, Block, Flow, Spec, SpecGroup, SpecOp, SpecOpStmt, SpecTarget, Stmt,
    StmtKind,
};
use umim::{ActionEventKind, ActionEventName};

use crate::intrinsic::Intrinsic;

/// A place in a flow that starts an action.
#[derive(Debug, Clone)]
pub(crate) struct ActionUse {
    action: String,
    flow: String,
    /// `main.co:4:9`.
    place: String,
    named: Vec<String>,
    positional: usize,
}

/// Who provides actions besides the dispatcher and the runtime itself.
#[derive(Debug, Clone, Default)]
pub(crate) struct Callers {
    pub(crate) any: bool,
    pub(crate) named: HashSet<String>,
}

/// What can be started.
#[derive(Clone, Copy)]
pub(crate) struct Providers<'a> {
    pub(crate) dispatcher: &'a ActionDispatcher,
    pub(crate) intrinsics: &'a [Intrinsic],
    pub(crate) callers: &'a Callers,
}

/// The places in these modules that start actions.
pub(crate) fn uses(modules: &[Module], sources: &SourceMap) -> Vec<ActionUse> {
    let mut uses = Vec::new();
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
                uses: &mut uses,
            }
            .block(&flow.body);
        }
    }
    uses
}

/// The places in the flows of a text that a conversation has added.
pub(crate) fn uses_in(source: &str, added: &[Name]) -> Vec<ActionUse> {
    let mut sources = SourceMap::new();
    let id = sources.add("added flows", source);
    let module = colang::syntax::parse(id, source).module;
    let uses = uses(&[module], &sources).into_iter();
    uses.filter(|found| added.iter().any(|flow| **flow == *found.flow))
        .collect()
}

impl Providers<'_> {
    /// What is wrong with these uses.
    pub(crate) fn problems(&self, uses: &[ActionUse]) -> Vec<String> {
        uses.iter()
            .flat_map(|found| self.problems_of(found))
            .collect()
    }

    fn problems_of(&self, found: &ActionUse) -> Vec<String> {
        if let Some(action) = self.dispatcher.action(&found.action) {
            return found.wrong_arguments(action);
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
        let hint = match self.nearest(action) {
            Some(near) => format!("; did you mean `{near}`?"),
            None => "; register it, or declare it with `.caller_performs([..])`".to_owned(),
        };
        vec![format!(
            "{place}: flow `{flow}` starts `{action}`, which nobody provides{hint}"
        )]
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
    fn wrong_arguments(&self, action: &ActionDescriptor) -> Vec<String> {
        if action.accepts_any_argument() {
            return Vec::new();
        }
        let params = || {
            let params = action.params().iter();
            let params = params.filter(|param| param.kind() == ParamKind::Argument);
            params.map(action_sdk::ParamDescriptor::name)
        };
        let (flow, place, action) = (&self.flow, &self.place, action.name());
        let unknown = self.named.iter();
        let unknown = unknown.filter(|name| params().all(|param| param != name.as_str()));
        let mut problems: Vec<_> = unknown
            .map(|name| {
                let hint = match nearest_name(name, params()) {
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
        problems
    }
}

/// Goes through the statements of one flow.
struct Finder<'a> {
    flow: &'a Flow,
    place: &'a dyn Fn(Span) -> String,
    uses: &'a mut Vec<ActionUse>,
}

impl Finder<'_> {
    fn block(&mut self, block: &Block) {
        for stmt in block {
            self.stmt(stmt);
        }
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::SpecOp(SpecOpStmt { op, group, .. }) => self.group(*op, group),
            StmtKind::If {
                branches,
                otherwise,
            } => {
                for (_, body) in branches {
                    self.block(body);
                }
                self.blocks(otherwise.as_ref());
            }
            StmtKind::While { body, .. } => self.block(body),
            StmtKind::When { cases, otherwise } => {
                for case in cases {
                    self.group(SpecOp::Await, &case.group);
                    self.block(&case.body);
                }
                self.blocks(otherwise.as_ref());
            }
            StmtKind::Assign { .. }
            | StmtKind::Expr(_)
            | StmtKind::Return(_)
            | StmtKind::Abort
            | StmtKind::Break
            | StmtKind::Continue
            | StmtKind::Pass
            | StmtKind::Log(_)
            | StmtKind::Print(_)
            | StmtKind::Priority(_)
            | StmtKind::Label(_)
            | StmtKind::Global(_)
            | StmtKind::DocString(_)
            | StmtKind::Generate
            | StmtKind::Import
            | StmtKind::Flow(_) => {}
        }
    }

    fn blocks(&mut self, block: Option<&Block>) {
        if let Some(block) = block {
            self.block(block);
        }
    }

    fn group(&mut self, op: SpecOp, group: &SpecGroup) {
        match group {
            SpecGroup::Spec(spec) => self.spec(op, spec),
            SpecGroup::And(members) | SpecGroup::Or(members) => {
                for member in members {
                    self.group(op, member);
                }
            }
        }
    }

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
        });
    }
}
