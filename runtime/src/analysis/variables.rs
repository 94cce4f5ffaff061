//! Variables that are read before anything sets them, and global ones that nothing sets.

use std::collections::{BTreeMap, HashMap, HashSet};

use action_sdk::nearest_name;
use colang::diagnostic::{Code, Diagnostic};
use colang::source::{SourceId, Span};
use colang::syntax::ast::{Flow, Ident, ParamDef, Spec, SpecOp, SpecTarget, Stmt, StmtKind};
use colang::syntax::visit::{Visitor, walk_spec, walk_stmt};

use super::reads::{Read, Reads};
use super::sight::Sight;
use super::spot::Spot;

/// The variables that the engine sets for every flow.
const OF_THE_ENGINE: [&str; 2] = ["self", "system"];

/// How many names a name is compared with.
const MOST_COMPARED: usize = 200;

/// What is doubtful about the variables of all flows.
pub(super) fn doubts(sight: &Sight<'_>) -> Vec<Diagnostic> {
    let unread = sight.unread();
    let globals = Globals::of(sight);
    let mut found = Vec::new();
    for module in sight.of_authors() {
        for flow in module
            .flows
            .iter()
            .filter(|flow| !globals.shared.contains(&*flow.name.name))
        {
            let reads = Reads::of(flow);
            let source = module.source_id;
            let unset = unset(flow, &reads);
            found.extend(
                unset
                    .into_iter()
                    .map(|read| globals.unset(flow, source, &reads, read)),
            );
            let missing = globals.missing(flow, &reads);
            let certain = missing
                .into_iter()
                .filter(|(read, _)| !unread.may_name(&read.name));
            found.extend(
                certain.map(|(read, declared)| globals.never_set(flow, source, read, declared)),
            );
        }
    }
    found
}

/// The first read of each variable that nothing can have set before.
fn unset<'a>(flow: &Flow, reads: &'a Reads) -> Vec<&'a Read> {
    let given = flow.parameters.iter().chain(&flow.return_members);
    let mut known: HashSet<&str> = given.map(|param| &*param.name.name).collect();
    known.extend(OF_THE_ENGINE);
    let mut first: BTreeMap<u32, &Read> = BTreeMap::new();
    for read in &reads.unset {
        if known.insert(&read.name) {
            first.insert(read.span.start, read);
        }
    }
    first.into_values().collect()
}

/// Who declares and sets global variables.
struct Globals<'a> {
    /// The variables that some flow declares as global.
    declared: HashSet<&'a str>,
    /// Those that some flow sets.
    set: HashSet<&'a str>,
    /// The flows that share the variables of another flow.
    shared: HashSet<&'a str>,
}

impl<'a> Globals<'a> {
    fn of(sight: &Sight<'a>) -> Self {
        let mut globals = Self {
            declared: HashSet::new(),
            set: HashSet::new(),
            shared: HashSet::new(),
        };
        for (_, flow) in sight.flows() {
            let mut uses = Uses::default();
            uses.visit_flow(flow);
            let set = uses
                .set
                .iter()
                .filter(|name| uses.declared.contains_key(*name));
            globals.set.extend(set);
            globals.declared.extend(uses.declared.keys());
            globals.shared.extend(uses.shared);
        }
        globals
    }

    fn unset(&self, flow: &Flow, source: SourceId, reads: &Reads, read: &Read) -> Diagnostic {
        let name = read.name.as_str();
        let is_set_later = reads.set.iter().any(|set| set == name);
        let help = if self.declared.contains(name) {
            format!("if the global variable is meant, write `global ${name}` before it")
        } else {
            let known = reads.set.iter().map(String::as_str);
            let params = flow.parameters.iter().map(|param| &*param.name.name);
            let known = known.chain(params).take(MOST_COMPARED);
            match nearest_name(name, known.filter(|known| *known != name)) {
                _ if is_set_later => "set it first".to_owned(),
                Some(near) => format!("did you mean `${near}`?"),
                None => format!(
                    "set it first, or write `global ${name}` if the host or another flow sets it"
                ),
            }
        };
        let what = match is_set_later {
            true => format!("reads `${name}` before it sets it, so that it is `None`"),
            false => format!("reads `${name}`, which it never sets, so that it is `None`"),
        };
        let spot = Spot::new(flow, source, read.span);
        spot.warning(Code::UnsetVariable, &what).with_help(help)
    }

    /// The global variables of a flow that it reads and nothing sets, each where it is declared.
    fn missing<'r>(&self, flow: &'a Flow, reads: &'r Reads) -> Vec<(&'r Read, Span)> {
        let mut uses = Uses::default();
        uses.visit_flow(flow);
        let mut told = HashSet::new();
        let reads = reads
            .all
            .iter()
            .filter(|read| !self.set.contains(&*read.name));
        // An action may set global variables.
        let may_be_set = |at: u32| uses.first_action.is_some_and(|action| action < at);
        let reads = reads.filter(|read| !may_be_set(read.span.start));
        let missing = reads.filter_map(|read| {
            let declared = uses.declared.get(read.name.as_str())?;
            told.insert(&*read.name).then_some((read, *declared))
        });
        missing.collect()
    }

    fn never_set(&self, flow: &Flow, source: SourceId, read: &Read, declared: Span) -> Diagnostic {
        let name = read.name.as_str();
        let what = format!("reads the global variable `${name}`, which no flow sets");
        let near = nearest_name(name, self.set.iter().copied().take(MOST_COMPARED));
        let help = match near {
            Some(near) => format!("did you mean `${near}`?"),
            None => "set it in a flow; if an action or the host sets it, write `# allow(co0308)` above this line".to_owned(),
        };
        let spot = Spot::new(flow, source, declared);
        spot.warning(Code::UnsetGlobal, &what).with_help(help)
    }
}

/// The variables that a flow declares as global and sets, and the flows that it gives its own variables.
#[derive(Default)]
struct Uses<'a> {
    declared: HashMap<&'a str, Span>,
    set: HashSet<&'a str>,
    shared: HashSet<&'a str>,
    /// Where it first starts an action that is not one of UMIM.
    first_action: Option<u32>,
}

impl<'a> Uses<'a> {
    fn sets(&mut self, variable: &'a Ident) {
        self.set.insert(&variable.name);
    }
}

impl<'a> Visitor<'a> for Uses<'a> {
    fn visit_param(&mut self, param: &'a ParamDef) {
        self.sets(&param.name);
    }

    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if let StmtKind::Global(variable) = &stmt.kind {
            self.declared.entry(&variable.name).or_insert(variable.span);
        }
        if let StmtKind::Assign { target, .. } = &stmt.kind {
            self.sets(target);
        }
        if let StmtKind::SpecOp(op) = &stmt.kind
            && let Some(target) = &op.return_var
        {
            self.sets(target);
        }
        walk_stmt(self, stmt);
    }

    fn visit_spec(&mut self, _: Option<SpecOp>, spec: &'a Spec) {
        if let Some(capture) = &spec.capture {
            self.sets(capture);
        }
        if let SpecTarget::Action(action) = &spec.target
            && umim::standard_actions().all(|known| known != action.name)
        {
            self.first_action = self.first_action.or(Some(spec.span.start));
        }
        let mut named = spec.arguments.iter().filter_map(super::reads::named);
        if let SpecTarget::Flow(flow) = &spec.target
            && named.any(|name| name.name == "context")
        {
            self.shared.insert(&flow.name);
        }
        walk_spec(self, spec);
    }
}
