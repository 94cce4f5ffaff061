//! Runs a program and returns what it sent.

use colang::machine::Machine;
use colang::program::{File, Program};
use colang::source::SourceId;
use colang::state::{Output, State};
use colang::value::Event;
use umim::Timestamp;

/// A conversation under test.
pub(crate) struct Talk {
    pub(crate) machine: Machine,
    pub(crate) state: State,
    clock: i64,
}

#[track_caller]
pub(crate) fn machine(source: &str) -> Machine {
    let parsed = colang::syntax::parse(SourceId::default(), source);
    assert_eq!(parsed.diagnostics, [], "for {source}");
    let file = File {
        name: "main.co",
        module: &parsed.module,
    };
    Program::new(&[file]).and_then(Machine::new).expect(source)
}

impl Talk {
    /// A conversation whose `main` has started, and what was sent meanwhile.
    #[track_caller]
    pub(crate) fn new(source: &str) -> (Self, Vec<String>) {
        Self::with(machine(source), 1)
    }

    pub(crate) fn with(machine: Machine, seed: u64) -> (Self, Vec<String>) {
        let state = machine.start(seed);
        let mut talk = Self {
            machine,
            state,
            clock: 0,
        };
        let sent = talk.start();
        (talk, sent)
    }

    /// Starts `main` if it waits for that.
    pub(crate) fn start(&mut self) -> Vec<String> {
        self.clock += 1;
        let now = Timestamp::from_micros(self.clock);
        self.machine.begin(&mut self.state, now);
        self.sent()
    }

    /// Processes an event and returns what was sent: the name of each event and its argument `v`.
    pub(crate) fn feed(&mut self, event: Event) -> Vec<String> {
        self.clock += 1;
        let now = Timestamp::from_micros(self.clock);
        self.machine.run_to_completion(&mut self.state, event, now);
        self.sent()
    }

    /// Processes an event without arguments.
    pub(crate) fn say(&mut self, name: &str) -> Vec<String> {
        self.feed(Event::new(name))
    }

    /// Saves and resumes the conversation.
    pub(crate) fn save_and_resume(&mut self) {
        let saved = self.saved();
        let snapshot = serde_json::from_str(&saved).expect("what was saved can be read");
        self.state = self
            .machine
            .resume(snapshot)
            .expect("what was saved can be taken up");
    }

    /// The conversation as JSON.
    pub(crate) fn saved(&self) -> String {
        serde_json::to_string(&self.state.snapshot()).expect("conversations are JSON")
    }

    fn sent(&mut self) -> Vec<String> {
        let outputs = self.machine.take_outputs(&mut self.state);
        outputs
            .into_iter()
            .filter_map(|output| match output {
                Output::Event(event, _) | Output::Unchecked(event, _) => Some(text(&event)),
                Output::History(_)
                | Output::Error { .. }
                | Output::Print(_)
                | Output::Log { .. } => None,
            })
            .collect()
    }
}

fn text(event: &Event) -> String {
    match event.arguments.get("v") {
        Some(value) => format!("{} {value}", event.name),
        None => event.name.to_string(),
    }
}

/// Checks what is sent when the flows start and after each of the events.
#[track_caller]
pub(crate) fn check(source: &str, events: &[&str], expected: &[&[&str]]) {
    let (mut talk, first) = Talk::new(source);
    let mut found = vec![first];
    found.extend(events.iter().map(|event| talk.say(event)));
    assert_eq!(found, expected, "for {source}");
}
