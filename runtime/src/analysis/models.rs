//! Checks before anything runs that there is a model for the flows that use one.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use action_sdk::{ActionDispatcher, LlmTaskManager, RailsConfig, Special, nearest_name};
use colang::diagnostic::{Code, Diagnostic};
use colang::source::{SourceMap, Span};
use colang::syntax::Module;
use colang::syntax::ast::{
    Argument, ArgumentKind, Expr, ExprKind, Flow, Spec, SpecOp, SpecTarget, Stmt, StmtKind,
};
use colang::syntax::visit::{Visitor, walk_expr, walk_spec, walk_stmt};
use umim::{ActionEventKind, ActionEventName};

use crate::actions::prompt_task;
use crate::library;
use crate::rails::{SIDES, SelfCheck};

use super::spot::Spot;

/// What the flows of the author, as opposed to the library's, want of models.
#[derive(Debug, Clone, Default)]
pub(super) struct Asking {
    asks: Vec<Ask>,
    variants: Vec<Variant>,
}

/// Names of actions, shared since many places may call the same flow.
type Actions = Arc<BTreeSet<String>>;

/// A place in a flow that starts actions, itself or through a flow of the library.
#[derive(Debug, Clone)]
struct Ask {
    spot: Spot,
    through: Option<String>,
    actions: Actions,
}

/// A place in a flow that names the prompt of a check.
#[derive(Debug, Clone)]
struct Variant {
    spot: Spot,
    action: &'static str,
    task: &'static str,
    variant: String,
}

/// What the flows of these modules want of models.
pub(super) fn of(modules: &[Module], sources: &SourceMap) -> Asking {
    let graph = Graph::new(modules, sources);
    let mut asking = Asking::default();
    let mut called = HashMap::new();
    for name in graph.reached() {
        let Some(node) = graph.nodes.get(name).filter(|node| !node.is_of_library) else {
            continue;
        };
        asking.asks.extend(graph.asks(node, &mut called));
        asking.variants.extend(graph.variants(node));
    }
    asking
}

impl Asking {
    /// Every place that asks a model that there is not.
    pub(super) fn problems(
        &self,
        dispatcher: &ActionDispatcher,
        config: &RailsConfig,
    ) -> Vec<Diagnostic> {
        let lacks = |action: &&String| lacks_model(dispatcher, action);
        let problems = self.asks.iter().filter_map(|ask| {
            let lacking: Vec<_> = ask.actions.iter().filter(lacks).collect();
            let first = lacking.first()?;
            Some(ask.problem(first, lacking.len() - 1, config))
        });
        problems.collect()
    }

    /// Every place that names a prompt that there is not.
    pub(super) fn missing_prompts(
        &self,
        dispatcher: &ActionDispatcher,
        tasks: &LlmTaskManager,
        config: &RailsConfig,
    ) -> Vec<Diagnostic> {
        let is_missing = |found: &&Variant| {
            let task = prompt_task(tasks, found.task, Some(&found.variant));
            is_ours(dispatcher, found.action) && !tasks.has_prompt(&task)
        };
        let missing = self.variants.iter().filter(is_missing);
        missing.map(|found| found.problem(config)).collect()
    }
}

/// Whether an action is one of this crate.
fn is_ours(dispatcher: &ActionDispatcher, action: &str) -> bool {
    let found = dispatcher.action(action);
    found.is_some_and(|found| found.crate_name() == env!("CARGO_PKG_NAME"))
}

fn lacks_model(dispatcher: &ActionDispatcher, action: &str) -> bool {
    let takes_one = |name| {
        dispatcher
            .action(name)
            .is_some_and(|it| it.needs().contains(Special::Llm))
    };
    is_ours(dispatcher, action) && takes_one(action) && !dispatcher.has_llm(action)
}

impl Ask {
    fn problem(&self, action: &str, others: usize, config: &RailsConfig) -> Diagnostic {
        let asks = match &self.through {
            Some(called) => format!("starts `{called}`, which asks a model"),
            None => "asks a model".to_owned(),
        };
        let more = match others {
            0 => String::new(),
            others => format!(" and {others} more"),
        };
        let what = format!("{asks} (`{action}`{more}), and there is none");
        let help = format!(
            "{}; a runtime that is meant to have none is built with `.without_model()`",
            offer(config)
        );
        let found = self.spot.error(Code::MissingModel, &what);
        found.with_help(help)
    }
}

/// How to provide a model.
fn offer(config: &RailsConfig) -> String {
    let types = config.models.iter().map(|model| model.r#type.as_str());
    let types: Vec<_> = types.collect();
    match types.is_empty() {
        true => "give the dispatcher one with `.llm(..)`, or list it as `models` in the configuration and offer it with the feature `openai`".to_owned(),
        false => format!(
            "the configuration lists models (`{}`), and nobody offers one for this action; offer them with `openai::models(config.rails())?.offer(..)` and the feature `openai`, or give the dispatcher one with `.llm(..)`",
            types.join("`, `")
        ),
    }
}

impl Variant {
    fn problem(&self, config: &RailsConfig) -> Diagnostic {
        let Self { task, variant, .. } = self;
        let scope = format!("{task} $variant=");
        let known = config.prompts.iter().map(|prompt| prompt.task.as_str());
        let known = known.map(|known| known.strip_prefix(&scope).unwrap_or(known));
        let help = match nearest_name(variant, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("add one to `prompts` for the task `{scope}{variant}`"),
        };
        let what =
            format!("checks with the prompt `{variant}`, which the configuration does not have");
        let found = self.spot.error(Code::MissingPrompt, &what);
        found.with_help(help)
    }
}

/// Which flow starts what.
struct Graph<'a> {
    nodes: HashMap<&'a str, Node<'a>>,
}

struct Node<'a> {
    flow: &'a Flow,
    module: &'a Module,
    is_of_library: bool,
    starts: Starts<'a>,
    is_root: bool,
}

#[derive(Clone, Copy)]
enum Start<'a> {
    Flow(&'a str),
    Action(&'a str),
}

impl<'a> Graph<'a> {
    fn new(modules: &'a [Module], sources: &SourceMap) -> Self {
        let mut nodes: HashMap<&str, Node<'_>> = HashMap::new();
        for module in modules {
            let file = sources.name(module.source_id).unwrap_or_default();
            for flow in &module.flows {
                let name = flow.name.name.as_str();
                // Several flows may have the same name, because one overrides the other.
                if nodes.contains_key(name) && !has(flow, "override") {
                    continue;
                }
                let node = Node {
                    flow,
                    module,
                    is_of_library: library::is_shown_as(file),
                    starts: Starts::of(flow),
                    is_root: is_root(flow),
                };
                nodes.insert(name, node);
            }
        }
        Self { nodes }
    }

    /// The flows that a conversation can reach, in the order of their places.
    fn reached(&self) -> Vec<&'a str> {
        let roots = self.nodes.iter().filter(|(_, node)| node.is_root);
        let roots = roots.map(|(name, _)| *name);
        let mut reached: Vec<_> = self.from(roots, |_| true).into_iter().collect();
        reached.sort_by_key(|name| {
            let node = self.nodes.get(name);
            node.map(|node| (node.module.source_id.0, node.flow.name.span.start))
        });
        reached
    }

    /// These flows and, recursively, those that they start, as far as they are included.
    fn from(
        &self,
        begin: impl Iterator<Item = &'a str>,
        enters: impl Fn(&Node<'a>) -> bool,
    ) -> HashSet<&'a str> {
        let mut waiting: Vec<_> = begin.collect();
        let mut reached = HashSet::new();
        while let Some(name) = waiting.pop() {
            let Some(node) = self.nodes.get(name).filter(|node| enters(node)) else {
                continue;
            };
            if reached.insert(name) {
                waiting.extend(node.starts.all.iter().filter_map(|(_, start)| match start {
                    Start::Flow(flow) => Some(*flow),
                    Start::Action(_) => None,
                }));
            }
        }
        reached
    }

    /// Where a flow starts actions, or flows of the library that start some; `called` remembers what those start.
    fn asks(&self, node: &Node<'a>, called: &mut HashMap<&'a str, Actions>) -> Vec<Ask> {
        let asks = node.starts.all.iter().filter_map(|(span, start)| {
            let (through, actions) = match *start {
                Start::Action(action) => (None, Arc::new(BTreeSet::from([action.to_owned()]))),
                Start::Flow(flow) => {
                    let actions = called.entry(flow).or_insert_with(|| self.actions_of(flow));
                    (Some(flow.to_owned()), Arc::clone(actions))
                }
            };
            (!actions.is_empty()).then(|| Ask {
                spot: node.spot(*span),
                through,
                actions,
            })
        });
        asks.collect()
    }

    /// What a flow of the library starts, directly or through others of the library.
    fn actions_of(&self, flow: &'a str) -> Actions {
        let reached = self.from(std::iter::once(flow), |node| node.is_of_library);
        let nodes = reached.iter().filter_map(|name| self.nodes.get(name));
        let starts = nodes.flat_map(|node| &node.starts.all);
        let actions = starts.filter_map(|(_, start)| match start {
            Start::Action(action) => Some((*action).to_owned()),
            Start::Flow(_) => None,
        });
        Arc::new(actions.collect())
    }

    /// Where a flow names the prompt of a check.
    fn variants(&self, node: &Node<'a>) -> Vec<Variant> {
        let variants = node.starts.of_specs.iter().filter_map(|(spec, start)| {
            let mut checks = SIDES.iter().map(|side| &side.self_check);
            let check = checks.find(|check| self.is_check(check, *start))?;
            Some(Variant {
                spot: node.spot(spec.span),
                action: check.action,
                task: check.task,
                variant: variant(spec)?.to_owned(),
            })
        });
        variants.collect()
    }

    fn is_check(&self, check: &SelfCheck, start: Start<'_>) -> bool {
        match start {
            Start::Action(action) => action == check.action,
            Start::Flow(flow) => {
                let node = self.nodes.get(flow);
                flow == check.flow && node.is_some_and(|node| node.is_of_library)
            }
        }
    }
}

impl Node<'_> {
    fn spot(&self, span: Span) -> Spot {
        Spot::new(self.flow, self.module.source_id, span)
    }
}

/// Whether a conversation begins with it, or the library runs it if it is there.
fn is_root(flow: &Flow) -> bool {
    let name = flow.name.name.as_str();
    name == "main" || SIDES.iter().any(|side| side.rails == name) || has(flow, "active")
}

fn has(flow: &Flow, decorator: &str) -> bool {
    flow.decorators.iter().any(|at| at.name.name == decorator)
}

/// What a flow starts, in the order of the places.
#[derive(Default)]
struct Starts<'a> {
    all: Vec<(Span, Start<'a>)>,
    /// The starts in specs.
    of_specs: Vec<(&'a Spec, Start<'a>)>,
}

impl<'a> Starts<'a> {
    fn of(flow: &'a Flow) -> Self {
        let mut starts = Self::default();
        starts.visit_flow(flow);
        starts
    }
}

impl<'a> Visitor<'a> for Starts<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if stmt.kind == StmtKind::Generate {
            self.all
                .push((stmt.span, Start::Action("GenerateFlowAction")));
        }
        walk_stmt(self, stmt);
    }

    fn visit_spec(&mut self, op: Option<SpecOp>, spec: &'a Spec) {
        if let Some(start) = started(op, spec) {
            self.all.push((spec.span, start));
            self.of_specs.push((spec, start));
        }
        walk_spec(self, spec);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if matches!(expr.kind, ExprKind::Generate(_)) {
            self.all
                .push((expr.span, Start::Action("GenerateValueAction")));
        }
        walk_expr(self, expr);
    }
}

/// What is started by the mention of something; a case of a `when` has no operation.
fn started(op: Option<SpecOp>, spec: &Spec) -> Option<Start<'_>> {
    let starts = matches!(
        op,
        None | Some(SpecOp::Await | SpecOp::Start | SpecOp::Activate)
    );
    match &spec.target {
        SpecTarget::Flow(flow) if starts && spec.members.is_empty() => {
            Some(Start::Flow(&flow.name))
        }
        SpecTarget::Action(action) if starts && spec.members.is_empty() => {
            Some(Start::Action(&action.name))
        }
        SpecTarget::Event(event) if op == Some(SpecOp::Send) => {
            let name = ActionEventName::parse(&event.name)?;
            (name.kind() == ActionEventKind::Start).then(|| Start::Action(name.action()))
        }
        SpecTarget::Flow(_)
        | SpecTarget::Action(_)
        | SpecTarget::Event(_)
        | SpecTarget::Reference(_) => None,
    }
}

/// The string that is given as `variant`, or as the first argument.
fn variant(spec: &Spec) -> Option<&str> {
    let is_it = |argument: &&Argument| match &argument.kind {
        ArgumentKind::Named(name) => name.name.trim_start_matches('$') == "variant",
        ArgumentKind::Positional => true,
        ArgumentKind::Star | ArgumentKind::DoubleStar => false,
    };
    let given = spec.arguments.iter().find(is_it)?;
    let ExprKind::Str(text) = &given.value.kind else {
        return None;
    };
    Some(text)
}
