//! The start of a conversation, and starts that no flow requested.

use serde::{Deserialize, Serialize};
use umim::{Timestamp, UidSource};

use super::flows::Instances;
use super::process::Process;
use super::run::Run;
use super::{MAIN, Machine, NEVER};
use crate::program::{InternalName, LoopKind, Name};
use crate::state::{FlowStatus, Hierarchy, State};
use crate::value::{Event, Value};

/// The start of a flow that no flow requested: `main`, an `@active` flow, or one that the host starts
/// ([`Machine::start_request`]).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StartRequest(Event);

impl StartRequest {
    /// The internal event `StartFlow`, for the history.
    pub fn event(&self) -> &Event {
        &self.0
    }

    fn of_main() -> Self {
        Self(InternalName::StartFlow.event().with("flow_id", MAIN))
    }
}

impl Machine {
    /// A new conversation. The seed determines its uids and random choices.
    pub fn start(&self, seed: u64) -> State {
        self.start_with(seed, UidSource::seeded(seed))
    }

    /// Like [`start`](Self::start), with uids from another source: with a seed, all uids can be computed from one.
    pub fn start_with(&self, seed: u64, uids: UidSource) -> State {
        let mut state = State::new(self.program.clone(), seed);
        state.uids = uids;
        if let Some(config) = self.program.flow(MAIN).cloned() {
            let uid = state.new_instance_uid(MAIN);
            let loop_id = match config.loop_kind() {
                LoopKind::Named(name) => name,
                LoopKind::Parent | LoopKind::New => state.new_instance_uid(MAIN),
            };
            let run = &mut Run::new(self, &mut state, NEVER);
            let mut instances = Instances::of(run);
            match instances.new_instance(&config, uid, Hierarchy::default(), None) {
                Ok(main) => instances.begin(main, loop_id),
                Err(failure) => run.report(&failure, None),
            }
        }
        state
    }

    /// Whether `main` waits to be started: in a new conversation, and when it has ended.
    pub fn is_waiting(&self, state: &State) -> bool {
        let main = state.flow(state.main());
        main.is_some_and(|main| main.status() == FlowStatus::Waiting)
    }

    /// Starts the `@active` flows, then `main`, if `main` waits; otherwise does nothing.
    pub fn begin(&self, state: &mut State, now: Timestamp) {
        for start in self.start_requests(state) {
            self.run_start(state, start, now);
        }
    }

    /// The starts that [`begin`](Self::begin) runs, for a host that has to do something between them: one per
    /// `@active` flow, then that of `main`; none unless `main` waits.
    pub fn start_requests(&self, state: &mut State) -> Vec<StartRequest> {
        if !self.is_waiting(state) {
            return Vec::new();
        }
        let program = state.program().clone();
        let active = program.flows().rev().filter(|config| config.is_active());
        let mut requests = Vec::new();
        for (place, config) in active.enumerate() {
            let main = state.flow(state.main()).map(|flow| flow.uid.clone());
            let event = InternalName::StartFlow
                .event()
                .with("flow_id", config.id.clone())
                .with("source_flow_instance_uid", main)
                .with("flow_instance_uid", state.new_instance_uid(&config.id))
                .with("flow_hierarchy_position", format!("0.0.{place}"))
                .with("source_head_uid", state.new_uid())
                .with("activated", true);
            requests.push(StartRequest(event));
        }
        requests.reverse();
        requests.push(StartRequest::of_main());
        requests
    }

    /// The start of another flow that has no parent, so that it continues when `main` ends.
    pub fn start_request(
        &self,
        state: &mut State,
        flow_id: &str,
        arguments: impl IntoIterator<Item = (Name, Value)>,
    ) -> StartRequest {
        let mut event = InternalName::StartFlow
            .event()
            .with("flow_id", flow_id)
            .with("flow_instance_uid", state.new_instance_uid(flow_id))
            .with("flow_hierarchy_position", "0.0.0")
            .with("source_head_uid", state.new_uid());
        event.arguments.extend(arguments);
        StartRequest(event)
    }

    /// The start of `main` alone.
    pub fn start_main() -> StartRequest {
        StartRequest::of_main()
    }

    /// Runs a start and all its consequences.
    pub fn run_start(&self, state: &mut State, StartRequest(event): StartRequest, now: Timestamp) {
        let event = state.read(InternalName::StartFlow, event).into();
        Process::of(&mut Run::new(self, state, now)).complete(event);
    }
}
