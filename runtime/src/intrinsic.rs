//! Actions that read or change the engine, and so cannot be run by a dispatcher.

use action_sdk::{ActionError, ActionErrorKind, ActionResult, Map};
use colang::machine::Machine;
use colang::program::{Name, ProgramError};
use colang::source::SourceId;
use colang::state::State;
use colang::syntax::{self, Module, Parsed};
use colang::value::Value;
use serde_json::Value as Json;

use crate::{convert, rails};

/// An action that the runtime itself performs (nemoguardrails 0.24.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Intrinsic {
    /// `AddFlowsAction(config)`: adds the flows of a source to the conversation and returns their names.
    AddFlows,
    /// `RemoveFlowsAction(flow_ids)`: removes flows and all their instances from the conversation.
    RemoveFlows,
    /// `CheckValidFlowExistsAction(flow_id)`: whether there has ever been an instance of the flow.
    CheckValidFlowExists,
    /// `CheckFlowDefinedAction(flow_id)`: whether the flow is defined.
    CheckFlowDefined,
    /// `ReleaseUtteranceAction(held, script)`: sends an event that was held back until the output rails had checked
    /// its text, or drops it if there is no `script`. Used by the library; performed by the session.
    ReleaseUtterance,
    /// `CheckForActiveEventMatchAction(event_name, …)`: whether a flow waits for such an event.
    CheckForActiveEventMatch,
}

/// The outcome of a call, and the flows that it has added.
pub(crate) struct Performed {
    pub(crate) outcome: Result<ActionResult, ActionError>,
    pub(crate) added: Option<Added>,
}

/// Flows that were added, with their trees.
pub(crate) struct Added {
    pub(crate) module: Module,
    pub(crate) flows: Vec<Name>,
}

impl Intrinsic {
    pub(crate) const ALL: [Self; 6] = [
        Self::AddFlows,
        Self::RemoveFlows,
        Self::CheckValidFlowExists,
        Self::CheckFlowDefined,
        Self::ReleaseUtterance,
        Self::CheckForActiveEventMatch,
    ];

    pub(crate) const fn action(self) -> &'static str {
        match self {
            Self::AddFlows => "AddFlowsAction",
            Self::RemoveFlows => "RemoveFlowsAction",
            Self::CheckValidFlowExists => "CheckValidFlowExistsAction",
            Self::CheckFlowDefined => "CheckFlowDefinedAction",
            Self::ReleaseUtterance => "ReleaseUtteranceAction",
            Self::CheckForActiveEventMatch => "CheckForActiveEventMatchAction",
        }
    }

    /// Whether it adds or removes flows, or decides about an event that is held back.
    pub(crate) const fn changes_flows(self) -> bool {
        match self {
            Self::AddFlows | Self::RemoveFlows | Self::ReleaseUtterance => true,
            Self::CheckValidFlowExists
            | Self::CheckFlowDefined
            | Self::CheckForActiveEventMatch => false,
        }
    }

    pub(crate) fn perform(
        self,
        arguments: &Map,
        machine: &Machine,
        state: &mut State,
    ) -> Performed {
        let mut added = None;
        let value = match self {
            Self::AddFlows => text(arguments, "config")
                .and_then(|source| add_flows(machine, state, source))
                .map(|flows| {
                    let names = flows.flows.iter().map(|name| Json::from(&**name)).collect();
                    added = Some(flows);
                    names
                }),
            Self::RemoveFlows => {
                flow_ids(arguments).and_then(|ids| remove_flows(machine, state, &ids))
            }
            Self::CheckValidFlowExists => {
                text(arguments, "flow_id").map(|flow| state.instances(flow).is_some().into())
            }
            Self::CheckFlowDefined => {
                text(arguments, "flow_id").map(|flow| state.program().flow(flow).is_some().into())
            }
            Self::ReleaseUtterance => Ok(Json::Null),
            Self::CheckForActiveEventMatch => is_awaited(arguments, machine, state),
        };
        Performed {
            outcome: value
                .map(ActionResult::value)
                .map_err(|error| error.with_action(self.action())),
            added,
        }
    }
}

fn argument<'a>(arguments: &'a Map, name: &str) -> Option<&'a Json> {
    arguments.get(name).or_else(|| arguments.get("$0"))
}

fn text<'a>(arguments: &'a Map, name: &str) -> Result<&'a str, ActionError> {
    let value = argument(arguments, name).and_then(Json::as_str);
    value.ok_or_else(|| wrong(name, "a text"))
}

fn wrong(name: &str, wanted: &str) -> ActionError {
    let message = format!("argument `{name}` must be {wanted}");
    ActionError::new(ActionErrorKind::InvalidArgument, message).with_parameter(name)
}

fn flow_ids(arguments: &Map) -> Result<Vec<&str>, ActionError> {
    let ids = argument(arguments, "flow_ids").and_then(Json::as_array);
    let ids = ids.ok_or_else(|| wrong("flow_ids", "a list of texts"))?;
    Ok(ids.iter().filter_map(Json::as_str).collect())
}

fn refused(argument: &'static str, flow: &str) -> ActionError {
    let message = format!(
        "argument `{argument}` has the flow `{flow}`, which a running conversation can neither add nor remove; that is for the configuration"
    );
    ActionError::new(ActionErrorKind::InvalidArgument, message).with_parameter(argument)
}

fn remove_flows(machine: &Machine, state: &mut State, ids: &[&str]) -> Result<Json, ActionError> {
    let mut kept = ids
        .iter()
        .filter(|id| rails::may_not_be_removed(state.program(), id));
    if let Some(kept) = kept.next() {
        return Err(refused("flow_ids", kept));
    }
    machine.remove_flows(state, ids);
    Ok(Json::Null)
}

/// A source that cannot be parsed becomes a flow that says so, as in the reference.
fn add_flows(machine: &Machine, state: &mut State, source: &str) -> Result<Added, ActionError> {
    let parsed = syntax::parse(SourceId(0), source);
    let mut flows = parsed.module.flows.iter();
    if let Some(kept) = flows.find(|flow| rails::may_not_be_added(flow)) {
        return Err(refused("config", &kept.name.name));
    }
    Added::to(state, machine, parsed).or_else(|error| {
        tracing::warn!(%error, source, "flows that were to be added cannot be read");
        let mut headers = source.lines().filter_map(|line| line.strip_prefix("flow "));
        let name = headers.next().unwrap_or_default().trim();
        let instead = format!("flow {name}\n  bot say \"Internal error on flow `{name}`.\"\n");
        let parsed = syntax::parse(SourceId(0), &instead);
        let added = Added::to(state, machine, parsed);
        added.map_err(|_| ActionError::failed(error.to_string()).with_source(error))
    })
}

impl Added {
    /// Adds the flows of a source to a conversation.
    fn to(state: &mut State, machine: &Machine, parsed: Parsed) -> Result<Self, ProgramError> {
        let flows = machine.add_parsed_flows(state, "", &parsed)?;
        let module = parsed.module;
        Ok(Self { module, flows })
    }
}

fn is_awaited(arguments: &Map, machine: &Machine, state: &mut State) -> Result<Json, ActionError> {
    let name = text(arguments, "event_name")?;
    let mut event = colang::value::Event::new(name);
    for (name, value) in arguments.iter().filter(|(name, _)| *name != "event_name") {
        let value = Value::from_json(value).map_err(|error| convert::unfit(name, error))?;
        event.arguments.insert(name.as_str().into(), value);
    }
    Ok(machine.is_awaited(state, event).into())
}
