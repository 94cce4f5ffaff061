//! Runs flows: one event in, all its consequences out. Nothing here waits or fails.
//!
//! Hosts use [`Machine`]. Each of its calls creates a `Run`, which is divided into jobs, from the lowest to the highest:
//!
//! | job | what it does | where |
//! | --- | --- | --- |
//! | `Run` | the budget, the queue, error reports, expressions | `run/` |
//! | `Events` | creates the events in statements | `events.rs` |
//! | `Emitter`, `Actions` | send events, and update actions | `sending/` |
//! | `Activations`, `Instances`, `Links` | create instances of flows and link them to the flows that started them | `flows/` |
//! | `Endings` | end instances and restart them | `flows/ending.rs` |
//! | `CleanUp`, `Starts`, `Stops` | drop unreachable data; execute `StartFlow`, `FinishFlow` and `StopFlow` | `flows/` |
//! | `Matching`, `Captures` | find the heads that an event matches, and apply the effects of matches | `matching/` |
//! | `Slide`, `Sends`, `Statements`, `Forks` | move one head over elements | `heads/` |
//! | `Advance`, `Conflicts` | advance heads, and decide which ones send | `heads/` |
//! | `Process` | the main loop | `process.rs` |
//!
//! Events between flows and the engine are typed (`state/events/`); only programs and the history see them as an
//! [`Event`].

mod events;
mod flows;
mod heads;
mod intents;
mod job;
mod limits;
mod matching;
mod process;
mod rails;
mod resuming;
mod run;
mod sending;
mod starts;

use std::fmt;
use std::sync::Arc;

use umim::{ActionEventKind, ActionEventName, Timestamp};

pub use limits::Limits;
pub use starts::StartRequest;

use crate::diagnostic::{Code, Diagnostic};
use crate::program::{EventName, File, Name, Program, ProgramError};
use crate::source::{SourceId, Span};
use crate::state::{Arrived, Incoming, Output, State};
use crate::syntax::Parsed;
use crate::value::{Dict, Event, EventKind, Fields, Value, ValueError};
use flows::CleanUp;
use matching::Matching;
use process::Process;
use run::{Run, place_of_flow, with_place};

const MAIN: &str = "main";

/// The event that tells flows about a failed action; the reference has no such event (nemoguardrails 0.24.1).
const ACTION_FAILED: &str = "ActionFailed";

/// The time of runs that send nothing.
const NEVER: Timestamp = Timestamp::from_micros(0);

/// The source of events in the reference.
const SOURCE_UID: &str = "NeMoGuardrails-Colang-2.x";

/// A program with its settings; shared by all conversations.
///
/// There are five kinds of methods, to be called in this order:
///
/// 1. [`new`](Self::new) and the methods that begin with `with_` create a machine, once for all conversations.
/// 2. [`start`](Self::start) creates a new conversation, [`resume`](Self::resume) resumes a saved one.
/// 3. [`begin`](Self::begin) starts the `@active` flows and `main`. It does nothing unless `main` waits to be started, so
///    it can be called before every event; `main` restarts when it has ended.
/// 4. [`run_to_completion`](Self::run_to_completion) runs an event from outside, [`run_performed`](Self::run_performed) one
///    about an action that the host performs, [`run_start`](Self::run_start) the start of a flow by the host.
/// 5. [`take_outputs`](Self::take_outputs) returns the outputs. Several calls of the third and fourth kind may come before
///    it. Events sent by flows must become inputs again: the host runs them like events from outside, and sees to it that
///    actions are performed.
///
/// Between events, [`State::snapshot`] saves the conversation, and [`add_flows`](Self::add_flows),
/// [`remove_flows`](Self::remove_flows) and [`State::set_global`] may change it.
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
/// machine.begin(&mut state, Timestamp::from_micros(0));
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

/// The names of the actions that are performed in this process.
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

    /// Sets the configuration that flows read as `$system.config`.
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

    /// Sets the `source_uid` of sent events.
    #[must_use]
    pub fn with_source_uid(mut self, source_uid: impl Into<Name>) -> Self {
        self.source_uid = source_uid.into();
        self
    }

    /// Behaves like the reference: a [rail](crate::program::Role), or a flow called by one, continues when an action that
    /// it awaits has failed. By default it fails, since a check that could not be made did not pass.
    #[must_use]
    pub fn with_rails_that_fail_open(mut self) -> Self {
        self.rails_fail_open = true;
        self
    }

    /// Sets which actions are performed in this process. Only [`run_performed`](Self::run_performed) can then report
    /// on them: other events that claim to be about them, sent by a flow or from outside, are ordinary events and do
    /// not end them.
    #[must_use]
    pub fn with_performed(
        mut self,
        performed: impl Fn(&str) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.performed = Performed(Arc::new(performed));
        self
    }

    /// Returns what flows say without the [output rails](crate::program::Role::OutputRail) as [`Output::Unchecked`], to be
    /// checked by the host.
    #[must_use]
    pub fn with_checks_of_what_is_said(mut self) -> Self {
        self.checks_what_is_said = true;
        self
    }

    /// An event in its wire form.
    ///
    /// # Errors
    ///
    /// If an argument cannot be serialized as JSON, such as NaN.
    pub fn to_umim(event: &Event) -> Result<umim::Event, ValueError> {
        sending::to_umim(event)
    }

    /// The flows that conversations start with.
    pub fn program(&self) -> &Arc<Program> {
        &self.program
    }

    /// Runs an event from outside and all its consequences.
    ///
    /// It is never an internal event, whatever its name.
    pub fn run_to_completion(&self, state: &mut State, event: Event, now: Timestamp) {
        let action = ActionEventName::parse(&event.name);
        let is_about_action = action.is_some_and(|name| !self.only_claims(name));
        self.process(state, event, is_about_action, now);
    }

    /// Runs an event about an action that is performed in this process, which comes from its performer.
    pub fn run_performed(&self, state: &mut State, event: Event, now: Timestamp) {
        let is_about_action = ActionEventName::parse(&event.name).is_some();
        self.process(state, event, is_about_action, now);
    }

    fn process(&self, state: &mut State, event: Event, is_about_action: bool, now: Timestamp) {
        let event = from_outside(event.name, event.arguments, is_about_action);
        let run = &mut Run::new(self, state, now);
        Process::of(run).complete(Incoming::Public(Arc::new(event)));
    }

    /// Whether an event of this name reports on an action that is performed in this process: then only its performer
    /// is believed.
    fn only_claims(&self, name: ActionEventName<'_>) -> bool {
        match name.kind() {
            ActionEventKind::Started | ActionEventKind::Updated | ActionEventKind::Finished => {
                (self.performed.0)(name.action())
            }
            ActionEventKind::Start | ActionEventKind::Change | ActionEventKind::Stop => false,
        }
    }

    /// The event `ActionFailed` that tells flows about a failed action, in addition to its end: it has `action_name`,
    /// `action_uid` and `failure_reason`, and the place of the flow that started it. `None` if no flow waits for it,
    /// or no flow here started the action. Must be called before the end of the action is run.
    pub fn news_of_failed_action(
        &self,
        state: &State,
        action_uid: &str,
        reason: &str,
    ) -> Option<Event> {
        if !state.is_waited_for(&EventName::Public(ACTION_FAILED.into())) {
            return None;
        }
        let action = state.action(state.action_key(action_uid)?)?;
        let event = Event::new(ACTION_FAILED)
            .with("action_name", action.name.clone())
            .with("action_uid", action_uid)
            .with("failure_reason", reason);
        let owner = action.owners.last().copied();
        match owner.and_then(|owner| place_of_flow(state, owner)) {
            Some(place) => Some(with_place(event, state, &place)),
            None => Some(event),
        }
    }

    /// The outputs since the last call.
    pub fn take_outputs(&self, state: &mut State) -> Vec<Output> {
        std::mem::take(&mut state.outputs)
    }

    /// Adds the flows of a source to a conversation, up to the first whose name already exists, and returns their
    /// names.
    ///
    /// # Errors
    ///
    /// If the source cannot be parsed or one of the flows cannot be lowered; the conversation is unchanged then.
    pub fn add_flows(
        &self,
        state: &mut State,
        file: &str,
        source: &str,
    ) -> Result<Vec<Name>, ProgramError> {
        let parsed = crate::syntax::parse(SourceId::default(), source);
        self.add_parsed_flows(state, file, &parsed)
    }

    /// Like [`add_flows`](Self::add_flows), for a source that has already been parsed.
    ///
    /// # Errors
    ///
    /// If there were mistakes in the source, or if one of the flows cannot be lowered; the conversation is unchanged
    /// then.
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

    /// Removes flows from a conversation, with all their instances, which are not stopped first.
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

    /// Drops everything that has ended and cannot be reached any more, which otherwise happens from time to time.
    pub fn clean_up(&self, state: &mut State) {
        CleanUp::of(&mut Run::new(self, state, NEVER)).clean_up_now();
    }

    /// Whether a flow waits for an event like this one; arguments that the pattern has and the event lacks are
    /// ignored.
    pub fn is_awaited(&self, state: &mut State, event: Event) -> bool {
        let is_about_action = ActionEventName::parse(&event.name).is_some();
        let event = from_outside(event.name, event.arguments, is_about_action);
        let event = Incoming::Public(Arc::new(event));
        Matching::of(&mut Run::new(self, state, NEVER)).is_awaited(&Arrived::new(&event))
    }

    fn system(&self) -> Value {
        Dict::from_iter([("config", self.config.clone()), ("state", Value::None)]).into()
    }
}

/// An event from outside: an action event if its name is that of one.
fn from_outside(name: Name, arguments: Fields, is_about_action: bool) -> Event {
    let (kind, action) = match (is_about_action, arguments.get("action_uid")) {
        (true, Some(Value::Str(uid))) => (EventKind::Action, Some(uid.clone())),
        (true, _) => (EventKind::Action, None),
        (false, _) => (EventKind::Plain, None),
    };
    Event {
        kind,
        name,
        arguments,
        flow: None,
        action,
    }
}
