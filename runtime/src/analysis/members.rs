//! Checks before anything runs that the members of events and actions used by flows exist.
//!
//! Known are the `Finished` events of local actions, and utterances of users and bots. Other events may have any
//! member.

use std::collections::{BTreeSet, HashMap};

use action_sdk::{ActionDescriptor, ParamDescriptor, nearest_name};
use colang::diagnostic::{Code, Diagnostic};
use colang::source::SourceId;
use colang::syntax::ast::{
    Argument, ArgumentKind, Expr, ExprKind, Flow, Ident, ParamDef, Spec, SpecOp, SpecTarget, Stmt,
    StmtKind,
};
use colang::syntax::visit::{Visitor, walk_expr, walk_spec, walk_stmt};
use umim::{ActionEventKind, ActionEventName};

use super::actions::Providers;
use super::spot::Spot;

/// A place in a flow that asks an event or an action for a member.
#[derive(Debug, Clone)]
pub(super) struct MemberUse {
    owner: Owner,
    member: String,
    is_read: bool,
    spot: Spot,
}

/// Whose member it is.
#[derive(Debug, Clone, PartialEq)]
enum Owner {
    /// The event `name` of this action: `Finished`.
    Event { action: String, name: String },
    /// The action of a reference, and its arguments.
    Action { name: String, given: Vec<String> },
    /// An event of this flow.
    FlowEvent(String),
    /// The flow instance of a reference.
    Flow(String),
}

/// The variables of each flow: all that a reference to it may be asked for besides what every flow has.
pub(super) struct FlowMembers<'a>(HashMap<&'a str, BTreeSet<&'a str>>);

impl<'a> FlowMembers<'a> {
    /// Of flows that override each other, those of both.
    pub(super) fn new(flows: impl IntoIterator<Item = &'a Flow>) -> Self {
        let mut members: HashMap<&str, BTreeSet<&str>> = HashMap::new();
        for flow in flows {
            let variables = members.entry(&flow.name.name).or_default();
            variables.extend(References::of(flow).0.keys());
        }
        Self(members)
    }
}

/// The members of every `Finished` event of a local action.
const OF_FINISHED: [&str; 9] = [
    "return_value",
    "is_success",
    "status",
    "failure_reason",
    "events",
    "context_updates",
    "action_name",
    "action_finished_at",
    "is_rail_action",
];

/// Members that any event of an action may have.
const OF_LIFE: [&str; 4] = [
    "action_started_at",
    "action_updated_at",
    "action_arguments",
    "was_stopped",
];

/// With how many variables of a flow a member is compared, so that the cost of a report is limited.
const MOST_COMPARED: usize = 100;

/// How many members a message lists.
const SHOWN: usize = 20;

/// Members of a reference besides those of events.
const OF_EVENT_REFERENCE: [&str; 3] = ["name", "arguments", "action"];
const OF_ACTION_REFERENCE: [&str; 7] = [
    "uid",
    "name",
    "flow_uid",
    "status",
    "context",
    "start_event_arguments",
    "flow_scope_count",
];

const OF_FLOW_REFERENCE: [&str; 15] = [
    "uid",
    "flow_id",
    "loop_id",
    "hierarchy_position",
    "action_uids",
    "context",
    "priority",
    "arguments",
    "parent_uid",
    "ancestors",
    "parent_head_uid",
    "child_flow_uids",
    "status",
    "activated",
    "new_instance_started",
];
const OF_FLOW_EVENT: [&str; 8] = [
    "return_value",
    "flow_id",
    "flow_instance_uid",
    "source_flow_instance_uid",
    "source_head_uid",
    "flow",
    "name",
    "arguments",
];

/// The events of flows.
const FLOW_EVENTS: [&str; 3] = ["Started", "Finished", "Failed"];

/// Utterance events and their own fields, from UMIM.
const SPEECH: [(&str, &str, &[&str]); 4] = [
    ("UtteranceUserAction", "Finished", &["final_transcript"]),
    (
        "UtteranceUserAction",
        "TranscriptUpdated",
        &["interim_transcript", "stability"],
    ),
    ("UtteranceBotAction", "Finished", &["final_script"]),
    ("UtteranceBotAction", "ScriptUpdated", &["interim_script"]),
];

/// The places in a flow that ask for members.
pub(super) fn uses(flow: &Flow, source: SourceId) -> Vec<MemberUse> {
    let mut finder = Finder {
        flow,
        source,
        known: References::of(flow).0,
        found: Vec::new(),
    };
    finder.visit_flow(flow);
    finder.found
}

/// Finds the members that one flow uses.
struct Finder<'a> {
    flow: &'a Flow,
    source: SourceId,
    /// What its variables refer to.
    known: HashMap<&'a str, Option<Owner>>,
    found: Vec<MemberUse>,
}

impl Finder<'_> {
    fn add(&mut self, owner: Owner, member: &Ident, is_read: bool) {
        self.found.push(MemberUse {
            owner,
            member: member.name.clone(),
            is_read,
            spot: Spot::new(self.flow, self.source, member.span),
        });
    }
}

impl<'a> Visitor<'a> for Finder<'_> {
    fn visit_spec(&mut self, op: Option<SpecOp>, spec: &'a Spec) {
        if let Some((owner, arguments)) = pattern(op, spec, &self.known) {
            for name in arguments.iter().filter_map(named) {
                self.add(owner.clone(), name, false);
            }
        }
        walk_spec(self, spec);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if let ExprKind::Attribute { object, name } = &expr.kind
            && let ExprKind::Var(variable) = &object.kind
            && let Some(Some(owner)) = self.known.get(variable.as_str())
        {
            self.add(owner.clone(), name, true);
        }
        walk_expr(self, expr);
    }
}

fn named(argument: &Argument) -> Option<&Ident> {
    match &argument.kind {
        ArgumentKind::Named(name) => Some(name),
        ArgumentKind::Positional | ArgumentKind::Star | ArgumentKind::DoubleStar => None,
    }
}

/// The event that is waited for, and the arguments that it must have.
fn pattern<'a>(
    op: Option<SpecOp>,
    spec: &'a Spec,
    known: &HashMap<&str, Option<Owner>>,
) -> Option<(Owner, &'a [Argument])> {
    if !matches!(op, None | Some(SpecOp::Match)) {
        return None;
    }
    let event = |action: &str, name: &str| Owner::Event {
        action: action.to_owned(),
        name: name.to_owned(),
    };
    match (&spec.target, &spec.members[..]) {
        (SpecTarget::Action(action), [member]) => {
            let owner = event(&action.name, &member.name.name);
            Some((owner, &member.arguments))
        }
        (SpecTarget::Event(name), []) => {
            let parsed = ActionEventName::parse(&name.name)?;
            let owner = event(parsed.action(), &kind(parsed));
            Some((owner, &spec.arguments))
        }
        (SpecTarget::Reference(variable), [member]) => match known.get(&*variable.name)? {
            Some(Owner::Action { name, .. }) => {
                Some((event(name, &member.name.name), &member.arguments))
            }
            Some(Owner::Flow(flow)) => {
                flow_event(flow, &member.name).map(|owner| (owner, &*member.arguments))
            }
            Some(Owner::Event { .. } | Owner::FlowEvent(_)) | None => None,
        },
        (SpecTarget::Flow(flow), [member]) => {
            let owner = flow_event(&flow.name, &member.name)?;
            Some((owner, &member.arguments))
        }
        (
            SpecTarget::Flow(_)
            | SpecTarget::Action(_)
            | SpecTarget::Event(_)
            | SpecTarget::Reference(_),
            _,
        ) => None,
    }
}

fn flow_event(flow: &str, event: &Ident) -> Option<Owner> {
    let is_known = FLOW_EVENTS.contains(&event.name.as_str());
    is_known.then(|| Owner::FlowEvent(flow.to_owned()))
}

/// `Finished`, `TranscriptUpdated`.
fn kind(name: ActionEventName<'_>) -> String {
    match name.kind() {
        ActionEventKind::Updated => format!("{}Updated", name.parameter()),
        other @ (ActionEventKind::Start
        | ActionEventKind::Started
        | ActionEventKind::Change
        | ActionEventKind::Stop
        | ActionEventKind::Finished) => other.word().to_owned(),
    }
}

/// The target of each variable of a flow, if it is the same wherever the variable is used.
#[derive(Default)]
struct References<'a>(HashMap<&'a str, Option<Owner>>);

impl<'a> References<'a> {
    fn of(flow: &'a Flow) -> Self {
        let mut references = Self::default();
        references.visit_flow(flow);
        references
    }

    fn set(&mut self, variable: &'a Ident, owner: Option<Owner>) {
        let known = self.0.entry(&variable.name);
        known.and_modify(|known| *known = None).or_insert(owner);
    }
}

impl<'a> Visitor<'a> for References<'a> {
    fn visit_param(&mut self, param: &'a ParamDef) {
        self.0.insert(&param.name.name, None);
    }

    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if let StmtKind::Assign { target, .. } | StmtKind::Global(target) = &stmt.kind {
            self.set(target, None);
        }
        if let StmtKind::SpecOp(op) = &stmt.kind
            && let Some(target) = &op.return_var
        {
            self.set(target, None);
        }
        walk_stmt(self, stmt);
    }

    fn visit_spec(&mut self, op: Option<SpecOp>, spec: &'a Spec) {
        if let Some(capture) = &spec.capture {
            self.set(capture, captured(op, spec, &self.0));
        }
    }
}

fn captured(
    op: Option<SpecOp>,
    spec: &Spec,
    known: &HashMap<&str, Option<Owner>>,
) -> Option<Owner> {
    if let SpecTarget::Action(action) = &spec.target
        && spec.members.is_empty()
        && !matches!(op, Some(SpecOp::Match | SpecOp::Send))
    {
        let given = spec.arguments.iter().filter_map(named);
        return Some(Owner::Action {
            name: action.name.clone(),
            given: given.map(|name| name.name.clone()).collect(),
        });
    }
    if let SpecTarget::Flow(flow) = &spec.target
        && spec.members.is_empty()
    {
        // A flow that shares the variables of another has those, too.
        let mut given = spec.arguments.iter().filter_map(named);
        let shares = given.any(|name| name.name == "context");
        return (!shares).then(|| Owner::Flow(flow.name.clone()));
    }
    pattern(op, spec, known).map(|(owner, _)| owner)
}

impl MemberUse {
    pub(super) fn flow(&self) -> &str {
        &self.spot.flow
    }

    /// What is wrong with it, if the action runs here.
    pub(super) fn problem(&self, providers: &Providers<'_>) -> Option<Diagnostic> {
        let (action, known) = match &self.owner {
            Owner::Event { action, name } if name == "Finished" => (action, OF_FINISHED.to_vec()),
            Owner::Event { .. } | Owner::FlowEvent(_) | Owner::Flow(_) => return None,
            Owner::Action { name, given } => {
                let of_action = OF_FINISHED.iter().chain(&OF_ACTION_REFERENCE).copied();
                let given = given.iter().map(String::as_str);
                (name, of_action.chain(given).collect())
            }
        };
        let action = providers.action(action)?;
        let params = action.params().iter().map(ParamDescriptor::name);
        let is_param = params.into_iter().any(|param| param == self.member);
        let of_reference = matches!(self.owner, Owner::Action { .. }) && is_param;
        if of_reference || action.accepts_any_argument() && self.is_of_action() {
            return None;
        }
        let (what, help) = self.unknown_among(&known, &self.what(action))?;
        let found = self.spot.error(Code::UnknownMember, &what);
        Some(found.with_help(help))
    }

    /// What is doubtful about it, whoever performs the action.
    pub(super) fn doubt(&self, flows: &FlowMembers<'_>) -> Option<Diagnostic> {
        let (what, help) = match &self.owner {
            Owner::Event { action, name } => self.doubt_of_speech(action, name),
            Owner::Action { .. } => None,
            Owner::FlowEvent(flow) => self.doubt_of_flow(flows, flow, &OF_FLOW_EVENT),
            Owner::Flow(flow) => self.doubt_of_flow(flows, flow, &OF_FLOW_REFERENCE),
        }?;
        let found = self.spot.warning(Code::UnknownMember, &what);
        Some(found.with_help(help))
    }

    fn doubt_of_flow(
        &self,
        flows: &FlowMembers<'_>,
        flow: &str,
        own: &[&'static str],
    ) -> Option<(String, String)> {
        let variables = flows.0.get(flow)?;
        let is_known = variables.contains(self.member.as_str()) || self.member.starts_with('$');
        let known = own.iter().chain(variables.iter().take(MOST_COMPARED));
        let known = || known.copied().collect::<Vec<_>>();
        (!is_known).then(|| self.unknown_among(&known(), &format!("`{flow}`")))?
    }

    fn doubt_of_speech(&self, action: &str, name: &str) -> Option<(String, String)> {
        let (_, _, own) = SPEECH
            .iter()
            .find(|(known, event, _)| *known == action && *event == name)?;
        let mut known = own.to_vec();
        known.extend(OF_FINISHED);
        self.unknown_among(&known, &format!("`{action}.{name}`"))
    }

    fn is_of_action(&self) -> bool {
        matches!(self.owner, Owner::Action { .. })
    }

    fn what(&self, action: &ActionDescriptor) -> String {
        match &self.owner {
            Owner::Event { name, .. } => format!("`{}.{name}`", action.name()),
            Owner::Action { .. } | Owner::FlowEvent(_) | Owner::Flow(_) => {
                format!("`{}`", action.name())
            }
        }
    }

    /// What the flow does wrong if none of these is the member, and what to do.
    fn unknown_among(&self, known: &[&str], what: &str) -> Option<(String, String)> {
        let member = self.member.as_str();
        let of_reference = self.is_read && OF_EVENT_REFERENCE.contains(&member);
        let is_known = of_reference
            || known.contains(&member)
            || OF_LIFE.contains(&member)
            || umim::ENVELOPE_FIELDS.contains(&member);
        if is_known {
            return None;
        }
        let hint = match nearest_name(member, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                let shown: Vec<_> = known.iter().take(SHOWN).copied().collect();
                format!("it has [{}]", shown.join(", "))
            }
        };
        let what = format!("asks {what} for `{member}`, which it does not have");
        Some((what, hint))
    }
}

/// What each variable of a flow that refers to an event, an action or a flow may be asked for.
pub(crate) fn of_variables(flow: &Flow) -> Vec<(String, Vec<String>)> {
    let known = References::of(flow).0.into_iter();
    let known = known.filter_map(|(name, owner)| Some((name.to_owned(), members(&owner?))));
    known.collect()
}

/// What the event of an action has.
pub(crate) fn of_event(action: &str, event: &str) -> Vec<String> {
    let (action, name) = (action.to_owned(), event.to_owned());
    members(&Owner::Event { action, name })
}

fn members(owner: &Owner) -> Vec<String> {
    let lists: Vec<&[&str]> = match owner {
        Owner::Event { action, name } => {
            let mut speech = SPEECH.iter();
            let own = speech.find(|(known, event, _)| known == action && event == name);
            let finished: &[&str] = if name == "Finished" {
                &OF_FINISHED
            } else {
                &[]
            };
            let own = own.map_or(&[][..], |(_, _, own)| *own);
            vec![own, finished, &OF_EVENT_REFERENCE, &OF_LIFE]
        }
        Owner::Action { .. } => vec![&OF_FINISHED, &OF_ACTION_REFERENCE],
        Owner::FlowEvent(_) => vec![&OF_FLOW_EVENT],
        Owner::Flow(_) => vec![&OF_FLOW_REFERENCE],
    };
    let given: &[String] = match owner {
        Owner::Action { given, .. } => given,
        Owner::Event { .. } | Owner::FlowEvent(_) | Owner::Flow(_) => &[],
    };
    let known = lists.concat().into_iter().map(str::to_owned);
    known.chain(given.iter().cloned()).collect()
}
