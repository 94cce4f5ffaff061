//! Runs the steps of a case: through the runtime, or event by event through the machine alone.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use action_sdk_runtime::{
    Checker, Config, ConfigError, ConfigLoader, Logged, ProcessOptions, Report, Runtime,
    RuntimeErrorKind, Session,
};
use colang::machine::Machine;
use colang::state::{Output, State};
use colang::value::{Event, Value};
use serde_json::Value as Json;
use tokio::sync::watch;
use umim::Timestamp;

use crate::script;

/// The folder of files that are only loaded if they are imported.
const LIBRARY: &str = "lib/";

/// The seed for all uids and random choices.
const SEED: u64 = 1;

const MAX_EVENTS: u64 = 500;

/// How often the executor yields, so that tasks can finish.
const TURNS: usize = 32;

/// Loads the configuration of a case.
///
/// # Errors
///
/// If it cannot be loaded.
pub(crate) fn load(case: &Json) -> Result<Config, ConfigError> {
    let (loader, yaml, sources) = files(case);
    loader.parse(&yaml, sources)
}

/// What is probably a mistake in the files of a case; the host performs every action that they start.
pub(crate) fn findings(case: &Json) -> Report {
    let (loader, yaml, sources) = files(case);
    let (step, _) = watch::channel(0);
    let dispatcher = script::dispatcher(case.get("actions"), case.get("llm"), &step);
    let checker = Checker::new(dispatcher.expect("the actions of a case fit together"));
    let checker = checker.loader(loader).caller_performs_any().without_model();
    checker.check_sources(&yaml, sources)
}

/// What loads a case, its settings, and its sources.
fn files(case: &Json) -> (ConfigLoader, String, Vec<(&str, &str)>) {
    let files = case["files"].as_object().into_iter().flatten();
    let files: BTreeMap<_, _> = files
        .filter_map(|(path, text)| Some((path.as_str(), text.as_str()?)))
        .collect();
    let in_library = |path: &str| path.strip_prefix(LIBRARY).map(str::to_owned);
    let mut loader = ConfigLoader::new();
    for (path, text) in &files {
        if let Some(path) = in_library(path) {
            loader = loader.module(path, *text);
        }
    }
    let is_source = |path: &str| path.ends_with(".co") && in_library(path).is_none();
    let is_yaml = |path: &str| path.ends_with(".yml") || path.ends_with(".yaml");
    let yaml = files.iter().find(|(path, _)| is_yaml(path));
    let yaml = yaml.map_or_else(|| settings(case), |(_, text)| (*text).to_owned());
    let sources = files.into_iter().filter(|(path, _)| is_source(path));
    (loader, yaml, sources.collect())
}

/// The configuration is JSON, which is also YAML. The sentence after a failure is not in the recordings, so it is
/// switched off.
fn settings(case: &Json) -> String {
    let mut settings = serde_json::json!({"colang_version": "2.x", "on_failure": ""});
    let more = case.get("config").and_then(Json::as_object);
    for (name, value) in more.into_iter().flatten() {
        settings[name] = value.clone();
    }
    settings.to_string()
}

/// One conversation of a case.
pub(crate) enum Conversation {
    /// Through the runtime.
    Whole(Box<Whole>),
    /// Event by event through the machine; nothing is fed back.
    Alone(Box<Alone>),
}

/// A session and what belongs to it.
pub(crate) struct Whole {
    runtime: Runtime,
    session: Session,
    step: watch::Sender<u64>,
    log: Arc<Mutex<Vec<Logged>>>,
}

/// A machine and its state.
pub(crate) struct Alone {
    machine: Machine,
    state: State,
    log: Vec<Logged>,
    clock: i64,
}

impl Conversation {
    /// The conversation of a case, before its first step.
    ///
    /// # Errors
    ///
    /// If there is no `main`, or the actions are inconsistent.
    pub(crate) fn new(case: &Json, config: Config) -> Result<Self, String> {
        if case.get("level").and_then(Json::as_str) == Some("state_machine") {
            let machine =
                Machine::new(config.program().clone()).map_err(|error| error.to_string())?;
            let state = machine.start(SEED);
            return Ok(Self::Alone(Box::new(Alone {
                machine,
                state,
                log: Vec::new(),
                clock: 0,
            })));
        }
        Whole::new(case, config).map(|whole| Self::Whole(Box::new(whole)))
    }

    /// Runs one step.
    ///
    /// # Errors
    ///
    /// If an event is refused.
    pub(crate) async fn step(
        &mut self,
        number: u64,
        step: &Json,
        events: Vec<umim::Event>,
    ) -> Result<Vec<Event>, String> {
        match self {
            Self::Whole(whole) => whole.step(number, step, events).await,
            Self::Alone(alone) => Ok(events.iter().flat_map(|event| alone.run(event)).collect()),
        }
    }

    /// Saves and resumes the conversation.
    ///
    /// # Errors
    ///
    /// If it cannot be written or read.
    pub(crate) fn save_and_resume(&mut self) -> Result<(), String> {
        match self {
            Self::Whole(whole) => {
                let saved = whole
                    .session
                    .snapshot()
                    .map_err(|error| error.to_string())?;
                whole.session = whole
                    .runtime
                    .resume(saved)
                    .map_err(|error| error.to_string())?;
            }
            Self::Alone(alone) => {
                let saved = serde_json::to_string(&alone.state.snapshot())
                    .map_err(|error| error.to_string())?;
                let snapshot = serde_json::from_str(&saved).map_err(|error| error.to_string())?;
                alone.state = alone
                    .machine
                    .resume(snapshot)
                    .map_err(|error| error.to_string())?;
            }
        }
        Ok(())
    }

    /// The conversation as JSON.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub(crate) fn saved(&mut self) -> Result<String, String> {
        match self {
            Self::Whole(whole) => {
                let saved = whole
                    .session
                    .snapshot()
                    .map_err(|error| error.to_string())?;
                Ok(saved.as_str().to_owned())
            }
            Self::Alone(alone) => {
                serde_json::to_string(&alone.state.snapshot()).map_err(|error| error.to_string())
            }
        }
    }

    /// A global variable.
    pub(crate) fn global(&self, name: &str) -> Value {
        let state = match self {
            Self::Whole(whole) => whole.session.state(),
            Self::Alone(alone) => &alone.state,
        };
        state.global(name).cloned().unwrap_or_default()
    }

    /// What was printed and logged, in order.
    pub(crate) fn log(&self) -> Vec<Logged> {
        match self {
            Self::Whole(whole) => whole
                .log
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone(),
            Self::Alone(alone) => alone.log.clone(),
        }
    }
}

impl Whole {
    fn new(case: &Json, config: Config) -> Result<Self, String> {
        let step = watch::Sender::new(0);
        let dispatcher = script::dispatcher(case.get("actions"), case.get("llm"), &step)
            .map_err(|error| error.to_string())?;
        let disable_async = case.get("disable_async_execution").and_then(Json::as_bool);
        let max_events = case
            .get("max_events")
            .and_then(Json::as_u64)
            .unwrap_or(MAX_EVENTS);
        let log = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&log);
        let runtime = Runtime::builder(config)
            .dispatcher(dispatcher)
            .caller_performs_any()
            .tell_stops()
            .disable_async_execution(disable_async.unwrap_or(false))
            .max_events(usize::try_from(max_events).unwrap_or(usize::MAX))
            .seed(SEED)
            .clock(|| Timestamp::from_micros(1))
            .log(move |logged| {
                heard
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(logged);
            })
            .build()
            .map_err(|error| error.to_string())?;
        Ok(Self {
            session: runtime.session(),
            runtime,
            step,
            log,
        })
    }

    async fn step(
        &mut self,
        number: u64,
        step: &Json,
        events: Vec<umim::Event>,
    ) -> Result<Vec<Event>, String> {
        self.step.send_replace(number);
        for _ in 0..TURNS {
            tokio::task::yield_now().await;
        }
        self.session.set_options(options(step));
        let outputs = self.session.process_events(events).await;
        let outputs = match outputs {
            Ok(outputs) => outputs,
            // The reference silently ends such a call, and returns the events sent so far.
            Err(error) if error.kind() == RuntimeErrorKind::TooManyEvents => {
                self.session.take_outputs()
            }
            Err(error) => return Err(error.to_string()),
        };
        Ok(outputs.iter().map(inside).collect())
    }
}

impl Alone {
    /// `StartFlow(flow_id="main")` starts `main`; all other events come from outside.
    fn run(&mut self, event: &umim::Event) -> Vec<Event> {
        self.clock += 1;
        let now = Timestamp::from_micros(self.clock);
        if event.name() == "StartFlow" && event.value("flow_id") == Some(&"main".into()) {
            self.machine
                .run_start(&mut self.state, Machine::start_main(), now);
        } else {
            self.machine
                .run_to_completion(&mut self.state, inside(event), now);
        }
        let mut events = Vec::new();
        for output in self.machine.take_outputs(&mut self.state) {
            match output {
                Output::Event(event, _) | Output::Unchecked(event, _) => events.push(event),
                Output::Print(value) => self.log.push(Logged::Print(value)),
                Output::Log { flow, value } => self.log.push(Logged::Log { flow, value }),
                Output::History(_) | Output::Error { .. } => {}
            }
        }
        events
    }
}

fn options(step: &Json) -> ProcessOptions {
    let instant = step.get("instant_actions").and_then(Json::as_array);
    let instant = instant.into_iter().flatten().filter_map(Json::as_str);
    ProcessOptions {
        blocking: step
            .get("blocking")
            .and_then(Json::as_bool)
            .unwrap_or(false),
        instant_actions: instant.map(str::to_owned).collect(),
    }
}

/// The event as needed for the normal form.
fn inside(event: &umim::Event) -> Event {
    let fields = event.as_map().iter().filter(|(name, _)| *name != "type");
    fields.fold(Event::new(event.name()), |event, (name, value)| {
        event.with(name, Value::from_json(value).unwrap_or_default())
    })
}
