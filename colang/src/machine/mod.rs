//! Runs flows: one event in, everything that follows from it out. Nothing waits, nothing fails.
//!
//! [`Machine`] is what a host holds. One call of it makes a `Run`, which is cut into jobs, from the lowest to the highest:
//!
//! | job | what it does | where |
//! | --- | --- | --- |
//! | `Run` | the budget, the queue, reports of errors, expressions | `run/` |
//! | `Events` | makes the events that statements speak of | `events.rs` |
//! | `Emitter`, `Actions` | send events, and keep account of actions | `sending/` |
//! | `Activations`, `Instances`, `Links` | make instances of flows and link them to whoever wants them | `flows/` |
//! | `Endings` | end instances and restart them | `flows/ending.rs` |
//! | `CleanUp`, `Starts`, `Stops` | do what `StartFlow`, `FinishFlow` and `StopFlow` ask for | `flows/` |
//! | `Matching`, `Captures` | find the heads that an event concerns, and take in what they have matched | `matching/` |
//! | `Slide`, `Sends`, `Statements`, `Forks` | move one head over elements | `heads/` |
//! | `Advance`, `Conflicts` | move heads on, and decide who sends | `heads/` |
//! | `Process` | the loop | `process.rs` |
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
use crate::state::{Arrived, Incoming, Output, ResumeError, Snapshot, State};
use crate::syntax::Parsed;
use crate::value::{Dict, Event, EventKind, Fields, Value, ValueError};
use flows::CleanUp;
use matching::Matching;
use process::Process;
use run::{Run, place_of_flow, with_place};

const MAIN: &str = "main";

/// What flows are told of an action that has failed; the reference has no such event (nemoguardrails 0.24.1).
const ACTION_FAILED: &str = "ActionFailed";

/// The time of runs in which nothing is sent.
const NEVER: Timestamp = Timestamp::from_micros(0);

/// Who the reference says that events come from.
const SOURCE_UID: &str = "NeMoGuardrails-Colang-2.x";

/// A program and how it is run; shared by all conversations.
///
/// The methods are of five kinds, to be called in this order:
///
/// 1. [`new`](Self::new) and the methods that begin with `with_` make a machine, once for all conversations.
/// 2. [`start`](Self::start) makes a new conversation, [`resume`](Self::resume) takes up a saved one.
/// 3. [`begin`](Self::begin) starts the flows with `@active` and `main`. It does nothing unless `main` waits, so it may be
///    called before every event: `main` begins anew when it has ended.
/// 4. [`run_to_completion`](Self::run_to_completion) runs an event from outside, [`run_performed`](Self::run_performed) one
///    about an action that the host performs, [`run_start`](Self::run_start) the start of a flow that the host wants.
/// 5. [`take_outputs`](Self::take_outputs) gives what has come of it. Until then, outputs of several calls of the third and
///    fourth kind are collected. An event that flows have sent is an input again: the host runs it as it runs events from
///    outside, and sees to it that actions are performed.
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
        sending::to_umim(event)
    }

    /// The flows that conversations start with.
    pub fn program(&self) -> &Arc<Program> {
        &self.program
    }

    /// Runs an event from outside and all that follows from it.
    ///
    /// Whatever it is called, it is not an internal event.
    pub fn run_to_completion(&self, state: &mut State, event: Event, now: Timestamp) {
        let action = ActionEventName::parse(&event.name);
        let is_about_action = action.is_some_and(|name| !self.only_claims(name));
        self.process(state, event, is_about_action, now);
    }

    /// Runs an event about an action that is performed in this process, which comes from whoever performs it.
    pub fn run_performed(&self, state: &mut State, event: Event, now: Timestamp) {
        let is_about_action = ActionEventName::parse(&event.name).is_some();
        self.process(state, event, is_about_action, now);
    }

    fn process(&self, state: &mut State, event: Event, is_about_action: bool, now: Timestamp) {
        let event = from_outside(event.name, event.arguments, is_about_action);
        let run = &mut Run::new(self, state, now);
        Process::of(run).complete(Incoming::Public(Arc::new(event)));
    }

    /// Whether an event of this name says what has become of an action that is performed in this process: then only who
    /// performs it is believed.
    fn only_claims(&self, name: ActionEventName<'_>) -> bool {
        match name.kind() {
            ActionEventKind::Started | ActionEventKind::Updated | ActionEventKind::Finished => {
                (self.performed.0)(name.action())
            }
            ActionEventKind::Start | ActionEventKind::Change | ActionEventKind::Stop => false,
        }
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
        CleanUp::of(&mut Run::new(self, state, NEVER)).clean_up_now();
    }

    /// Whether some flow waits for an event like this one; arguments that the pattern has and the event lacks do not
    /// matter.
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

/// An event from outside: about an action if its name says so.
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
