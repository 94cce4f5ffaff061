//! Runs flows: one external event in, everything that follows from it out. Nothing waits, nothing fails.

mod activation;
mod advance;
mod cleanup;
mod conflict;
mod emit;
mod ending;
mod exhaustion;
mod fork;
mod info;
mod intents;
mod internal;
mod lifecycle;
mod limits;
mod matching;
mod pattern;
mod place;
mod rails;
mod run;
mod scope;
mod score;
mod slide;

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use umim::{ActionEventKind, ActionEventName, Timestamp, UidSource};

pub use limits::Limits;

use crate::diagnostic::{Code, Diagnostic};
use crate::program::{File, LoopKind, Name, Program, ProgramError};
use crate::source::{SourceId, Span};
use crate::state::{FlowStatus, Hierarchy, Output, ResumeError, Snapshot, State};
use crate::syntax::Parsed;
use crate::value::{Dict, Event, EventKind, Fields, Value, ValueError};
use run::Run;

const MAIN: &str = "main";

/// What flows are told of an action that has failed; the reference has no such event (nemoguardrails 0.24.1).
const ACTION_FAILED: &str = "ActionFailed";

/// Who the reference says that events come from.
const SOURCE_UID: &str = "NeMoGuardrails-Colang-2.x";

/// A program and how it is run; shared by all conversations.
///
/// ```
/// use colang::machine::Machine;
/// use colang::program::{File, Program};
/// use colang::source::SourceId;
/// use colang::state::Output;
/// use umim::Timestamp;
///
/// let parsed = colang::syntax::parse(SourceId(0), "flow main\n  send Hello(n=1)\n  match Never()\n");
/// let program = Program::new(&[File { name: "main.co", module: &parsed.module }])?;
/// let machine = Machine::new(program)?;
/// let mut state = machine.start(7);
/// for start in machine.start_requests(&mut state) {
///     machine.run_start(&mut state, start, Timestamp::from_micros(0));
/// }
/// let outputs = machine.take_outputs(&mut state);
/// assert!(matches!(&outputs[0], Output::Event(event, _) if &*event.name == "Hello"));
/// # Ok::<(), colang::program::ProgramError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Machine {
    program: Arc<Program>,
    config: Value,
    source_uid: Name,
    limits: Limits,
    rails_fail_open: bool,
    performed: Performed,
    checks_what_is_said: bool,
}

/// Which actions are performed in this process, by name.
#[derive(Clone)]
struct Performed(Arc<dyn Fn(&str) -> bool + Send + Sync>);

impl Default for Performed {
    fn default() -> Self {
        Self(Arc::new(|_| false))
    }
}

impl fmt::Debug for Performed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Performed(..)")
    }
}

/// The start of a flow that no flow asks for: `main`, one with `@active`, or one that the host wants
/// ([`Machine::start_request`]).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StartRequest(Event);

impl StartRequest {
    /// The internal event `StartFlow`, for the history.
    pub fn event(&self) -> &Event {
        &self.0
    }
}

impl Machine {
    /// A machine for a program.
    ///
    /// # Errors
    ///
    /// If it has no flow `main`.
    pub fn new(program: Program) -> Result<Self, ProgramError> {
        if program.flow(MAIN).is_none() {
            let source = SourceId::default();
            let missing = Diagnostic::error(
                Code::MissingMain,
                source,
                Span::default(),
                "there is no flow `main`",
            );
            return Err(ProgramError::new(missing.with_help(
                "write `flow main` with what shall happen when a conversation begins",
            )));
        }
        let (program, config) = (Arc::new(program), Value::None);
        Ok(Self {
            program,
            config,
            source_uid: SOURCE_UID.into(),
            limits: Limits::default(),
            rails_fail_open: false,
            performed: Performed::default(),
            checks_what_is_said: false,
        })
    }

    /// With the configuration that flows read as `$system.config`.
    #[must_use]
    pub fn with_config(mut self, config: Value) -> Self {
        self.config = config;
        self
    }

    /// With other limits.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// With another `source_uid` of sent events.
    #[must_use]
    pub fn with_source_uid(mut self, source_uid: impl Into<Name>) -> Self {
        self.source_uid = source_uid.into();
        self
    }

    /// As the reference does it: a [rail](crate::program::Role), or a flow that works for one, goes on when an action that
    /// it awaits has failed. Without this it fails, since a check that could not be made did not pass.
    #[must_use]
    pub fn with_rails_that_fail_open(mut self) -> Self {
        self.rails_fail_open = true;
        self
    }

    /// Says which actions are performed in this process. What becomes of them is then told with
    /// [`run_performed`](Self::run_performed) alone: other events that claim to be about them, sent by a flow or come
    /// from outside, are ordinary events that end nothing.
    #[must_use]
    pub fn with_performed(
        mut self,
        performed: impl Fn(&str) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.performed = Performed(Arc::new(performed));
        self
    }

    /// Gives what flows say past the [output rails](crate::program::Role::OutputRail) as [`Output::Unchecked`], to be
    /// checked by whoever drives the machine.
    #[must_use]
    pub fn with_checks_of_what_is_said(mut self) -> Self {
        self.checks_what_is_said = true;
        self
    }

    /// An event as it goes over the wire.
    ///
    /// # Errors
    ///
    /// If an argument cannot be written as JSON, such as NaN.
    pub fn to_umim(event: &Event) -> Result<umim::Event, ValueError> {
        emit::to_umim(event)
    }

    /// The flows that conversations start with.
    pub fn program(&self) -> &Arc<Program> {
        &self.program
    }

    /// A conversation in which nothing has happened. The seed decides its uids and lots.
    pub fn start(&self, seed: u64) -> State {
        self.start_with(seed, UidSource::seeded(seed))
    }

    /// As [`start`](Self::start), with uids from elsewhere: from one uid of a seed all others can be computed.
    pub fn start_with(&self, seed: u64, uids: UidSource) -> State {
        let mut state = State::new(self.program.clone(), seed);
        state.uids = uids;
        if let Some(config) = self.program.flow(MAIN).cloned() {
            let uid = state.new_instance_uid(MAIN);
            let loop_id = match config.loop_kind() {
                LoopKind::Named(name) => name,
                LoopKind::Parent | LoopKind::New => state.new_instance_uid(MAIN),
            };
            let run = &mut Run::new(self, &mut state, Timestamp::from_micros(0));
            match run.new_instance(&config, uid, Hierarchy::default(), &Fields::new()) {
                Ok(main) => run.begin(main, loop_id),
                Err(failure) => run.report(&failure, None),
            }
        }
        state
    }

    /// Whether `main` waits to be started: in a new conversation, and when it has ended.
    pub fn is_waiting(&self, state: &State) -> bool {
        state
            .flow(state.main())
            .is_some_and(|main| main.status() == FlowStatus::Waiting)
    }

    /// What to run before anything else while `main` waits: one start per `@active` flow, then that of `main`.
    pub fn start_requests(&self, state: &mut State) -> Vec<StartRequest> {
        if !self.is_waiting(state) {
            return Vec::new();
        }
        let mut requests = vec![StartRequest(start_of_main())];
        let program = state.program().clone();
        let main = state.flow(state.main()).map(|flow| flow.uid.clone());
        for (index, config) in program
            .flows()
            .rev()
            .filter(|config| config.is_active())
            .enumerate()
        {
            let event = internal("StartFlow")
                .with("flow_id", config.id.clone())
                .with("source_flow_instance_uid", main.clone())
                .with("flow_instance_uid", state.new_instance_uid(&config.id))
                .with("flow_hierarchy_position", format!("0.0.{index}"))
                .with("source_head_uid", state.new_uid())
                .with("activated", true);
            requests.insert(0, StartRequest(event));
        }
        requests
    }

    /// The start of another flow that belongs to no flow, so that it goes on when `main` ends.
    pub fn start_request(
        &self,
        state: &mut State,
        flow_id: &str,
        arguments: impl IntoIterator<Item = (Name, Value)>,
    ) -> StartRequest {
        let mut event = internal("StartFlow")
            .with("flow_id", flow_id)
            .with("flow_instance_uid", state.new_instance_uid(flow_id))
            .with("flow_hierarchy_position", "0.0.0")
            .with("source_head_uid", state.new_uid());
        event.arguments.extend(arguments);
        StartRequest(event)
    }

    /// The start of `main` alone.
    pub fn start_main() -> StartRequest {
        StartRequest(start_of_main())
    }

    /// Runs a start and all that follows from it.
    pub fn run_start(&self, state: &mut State, start: StartRequest, now: Timestamp) {
        Run::new(self, state, now).complete(start.0);
    }

    /// Runs an event from outside and all that follows from it.
    ///
    /// Whatever it is called, it is not an internal event.
    pub fn run_to_completion(&self, state: &mut State, event: Event, now: Timestamp) {
        let event = self.claiming(external(event));
        Run::new(self, state, now).complete(event);
    }

    /// Runs an event about an action that is performed in this process, which comes from whoever performs it.
    pub fn run_performed(&self, state: &mut State, event: Event, now: Timestamp) {
        Run::new(self, state, now).complete(external(event));
    }

    /// An event that only claims to be about an action that is performed in this process is about none.
    fn claiming(&self, mut event: Event) -> Event {
        if self.only_claims(&event) {
            event.kind = EventKind::Plain;
            event.action = None;
        }
        event
    }

    /// Whether the event says what has become of an action that is performed in this process.
    fn only_claims(&self, event: &Event) -> bool {
        ActionEventName::parse(&event.name).is_some_and(|name| {
            let tells = match name.kind() {
                ActionEventKind::Started | ActionEventKind::Updated | ActionEventKind::Finished => {
                    true
                }
                ActionEventKind::Start | ActionEventKind::Change | ActionEventKind::Stop => false,
            };
            tells && (self.performed.0)(name.action())
        })
    }

    /// What to tell flows of an action that has failed, beside its end: the event `ActionFailed` with `action_name`,
    /// `action_uid` and `failure_reason`, and where the flow stands that started it. None if no flow waits for that, or
    /// no flow here started the action. To be asked for before the end of the action is run.
    pub fn news_of_failed_action(
        &self,
        state: &State,
        action_uid: &str,
        reason: &str,
    ) -> Option<Event> {
        if !state.is_waited_for(ACTION_FAILED) {
            return None;
        }
        let action = state.action(state.action_key(action_uid)?)?;
        let event = Event::new(ACTION_FAILED)
            .with("action_name", action.name.clone())
            .with("action_uid", action_uid)
            .with("failure_reason", reason);
        let owner = action.owners.last().copied();
        match owner.and_then(|owner| place::place_of_flow(state, owner)) {
            Some(place) => Some(place::with_place(event, state, &place)),
            None => Some(event),
        }
    }

    /// What has come out since the last time.
    pub fn take_outputs(&self, state: &mut State) -> Vec<Output> {
        std::mem::take(&mut state.outputs)
    }

    /// Takes up a saved conversation.
    ///
    /// # Errors
    ///
    /// If it was saved in another form, or if a flow that was running is missing or has been changed.
    pub fn resume(&self, snapshot: Snapshot) -> Result<State, ResumeError> {
        State::resume(snapshot, self.program.clone())
    }

    /// Adds the flows of a source text to a conversation, up to the first whose name is known, and tells which.
    ///
    /// # Errors
    ///
    /// If the text cannot be read or one of the flows cannot be lowered; the conversation is then as it was.
    pub fn add_flows(
        &self,
        state: &mut State,
        file: &str,
        source: &str,
    ) -> Result<Vec<Name>, ProgramError> {
        let parsed = crate::syntax::parse(SourceId::default(), source);
        self.add_parsed_flows(state, file, &parsed)
    }

    /// As [`add_flows`](Self::add_flows), of a text that was parsed before.
    ///
    /// # Errors
    ///
    /// If there were mistakes in the text, or if one of the flows cannot be lowered; the conversation is then as it was.
    pub fn add_parsed_flows(
        &self,
        state: &mut State,
        file: &str,
        parsed: &Parsed,
    ) -> Result<Vec<Name>, ProgramError> {
        let file = File {
            name: file,
            module: &parsed.module,
        };
        ProgramError::of_syntax(file, &parsed.diagnostics)?;
        let mut program = state.program.clone();
        let added = Arc::make_mut(&mut program).add(file)?;
        state.program = program;
        state.removed.retain(|removed| !added.contains(removed));
        state.added.push(crate::state::AddedFlows {
            file: file.name.into(),
            source: parsed.module.source.clone(),
        });
        Ok(added)
    }

    /// Takes flows out of a conversation, with all their instances, which are not stopped first.
    pub fn remove_flows(&self, state: &mut State, flow_ids: &[&str]) {
        for flow_id in flow_ids {
            let instances = state.instances(flow_id).unwrap_or_default().to_vec();
            state.remove_flows(&instances);
            state.forget_instances(flow_id);
            if Arc::make_mut(&mut state.program).remove(flow_id).is_some() {
                state.removed.push((*flow_id).into());
            }
        }
    }

    /// Forgets all that is over and cannot be reached any more, which otherwise happens from time to time.
    pub fn clean_up(&self, state: &mut State) {
        Run::new(self, state, Timestamp::from_micros(0)).clean_up_now();
    }

    /// Whether some flow waits for an event like this one; arguments that the pattern has and the event lacks do not
    /// matter.
    pub fn is_awaited(&self, state: &mut State, event: Event) -> bool {
        Run::new(self, state, Timestamp::from_micros(0)).is_awaited(&external(event))
    }

    fn system(&self) -> Value {
        Dict::from_iter([("config", self.config.clone()), ("state", Value::None)]).into()
    }
}

fn internal(name: &str) -> Event {
    Event {
        kind: EventKind::Internal,
        ..Event::new(name)
    }
}

fn start_of_main() -> Event {
    internal("StartFlow").with("flow_id", MAIN)
}

/// The event as one from outside: about an action if its name says so.
pub(crate) fn external(mut event: Event) -> Event {
    event.flow = None;
    event.kind = EventKind::Plain;
    event.action = None;
    if umim::ActionEventName::parse(&event.name).is_some() {
        event.kind = EventKind::Action;
        event.action = match event.arguments.get("action_uid") {
            Some(Value::Str(uid)) => Some(uid.clone()),
            _ => None,
        };
    }
    event
}
