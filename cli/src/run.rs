//! `run`: a conversation of UMIM events, as JSON lines in and out.

use std::fs::File;
use std::io::{self, BufRead, LineWriter, Write as _};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use action_sdk::Event;
use action_sdk_runtime::{ProcessOptions, Runtime, RuntimeError};
use serde_json::json;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use umim::Timestamp;

use crate::args::RunArgs;
use crate::chat::talk::Talk;
use crate::host;
use crate::outcome::{Failure, Outcome};
use crate::output;
use crate::program::Program;
use crate::watch::Watcher;

/// How many events may wait to be processed.
const WAITING: usize = 64;

/// Where all events of a conversation are written.
#[derive(Clone, Default)]
struct Record(Option<Arc<Mutex<LineWriter<File>>>>);

/// A conversation with whoever writes and reads the lines.
struct Live<'a> {
    program: &'a Program,
    args: &'a RunArgs,
    talk: Talk,
    record: Record,
    /// Whether something of the input could not be taken.
    is_bad: Arc<AtomicBool>,
}

pub(crate) fn run(program: &Program, args: &RunArgs) -> Result<Outcome, Failure> {
    let tokio = host::tokio()?;
    let ended = tokio.block_on(async {
        let record = Record::open(args.record.as_deref())?;
        let watcher = Watcher::of(args.watch.then_some(&args.dir))?;
        let mut live = Live {
            program,
            args,
            talk: Talk::new(&runtime(program, args).await?),
            record,
            is_bad: Arc::default(),
        };
        let input = read(live.record.clone(), Arc::clone(&live.is_bad));
        tokio::select! {
            ended = live.converse(input, watcher) => ended?,
            _ = tokio::signal::ctrl_c() => {}
        }
        match live.is_bad.load(Ordering::Relaxed) {
            true => Ok(Outcome::Bad),
            false => Ok(Outcome::Done),
        }
    });
    tokio.shutdown_background();
    ended
}

async fn runtime(program: &Program, args: &RunArgs) -> Result<Runtime, Failure> {
    let bot = host::bot(program, &args.dir, &args.host, |actions| actions).await?;
    let runtime = bot.runtime.options(ProcessOptions {
        instant_actions: args.instant.iter().cloned().collect(),
        ..ProcessOptions::default()
    });
    host::build(&args.dir, runtime.caller_performs(&args.outside))
}

impl Live<'_> {
    async fn converse(
        &mut self,
        mut input: Receiver<Event>,
        mut watcher: Watcher,
    ) -> Result<(), Failure> {
        let begun = self.talk.process(Vec::new()).await;
        self.tell(begun)?;
        loop {
            tokio::select! {
                event = input.recv() => {
                    let Some(event) = event else { break };
                    let taken = self.talk.process(vec![event]).await;
                    self.tell(taken)?;
                }
                sent = self.talk.next() => self.tell(sent)?,
                () = watcher.changed() => self.reload().await,
            }
        }
        while self.talk.session().has_running_actions() {
            let sent = self.talk.next().await;
            self.tell(sent)?;
        }
        Ok(())
    }

    /// Writes what was sent.
    fn tell(&mut self, done: Result<(), RuntimeError>) -> Result<(), Failure> {
        if let Err(error) = done {
            self.is_bad.store(true, Ordering::Relaxed);
            output::error(error);
        }
        for error in self.talk.session().take_flow_errors() {
            output::warning(error);
        }
        for event in self.talk.take_sent() {
            self.record.write("out", &event)?;
            output::line(&event)?;
        }
        Ok(())
    }

    /// Takes the changed flows if nothing that runs was changed.
    async fn reload(&mut self) {
        match runtime(self.program, self.args).await {
            Ok(runtime) => match self.talk.move_to(&runtime) {
                true => output::note("changed: the conversation goes on with it"),
                false => output::note("changed: the conversation goes on as it was"),
            },
            Err(failure) => output::error(format_args!("the change is not taken: {failure}")),
        }
    }
}

/// The events of standard input. They are read on a thread of their own, since a blocking read cannot be interrupted.
fn read(record: Record, is_bad: Arc<AtomicBool>) -> Receiver<Event> {
    let (sender, receiver) = channel(WAITING);
    thread::spawn(move || {
        let lines = io::stdin().lock().lines().zip(1_u64..);
        for (line, number) in lines {
            let event = line
                .map_err(|error| error.to_string())
                .and_then(|line| parse(&line));
            match event {
                Ok(None) => {}
                Ok(Some(event)) => {
                    if pass_on(event, &record, &sender).is_err() {
                        return;
                    }
                }
                Err(problem) => {
                    is_bad.store(true, Ordering::Relaxed);
                    output::error(format_args!("line {number} of the input: {problem}"));
                }
            }
        }
    });
    receiver
}

fn parse(line: &str) -> Result<Option<Event>, String> {
    match line.trim() {
        "" => Ok(None),
        line => Event::parse(line)
            .map(Some)
            .map_err(|error| error.to_string()),
    }
}

/// Fails if the conversation has ended.
fn pass_on(event: Event, record: &Record, sender: &Sender<Event>) -> Result<(), ()> {
    if let Err(failure) = record.write("in", &event) {
        output::error(failure);
        return Err(());
    }
    sender.blocking_send(event).map_err(|_ended| ())
}

impl Record {
    fn open(file: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = file else {
            return Ok(Self(None));
        };
        let file = File::create(path).map_err(|error| Failure::file(path, "written", &error))?;
        Ok(Self(Some(Arc::new(Mutex::new(LineWriter::new(file))))))
    }

    /// Appends an event: `{"at": …, "in": {…}}` or `{"at": …, "out": {…}}`.
    fn write(&self, way: &str, event: &Event) -> Result<(), Failure> {
        let Some(file) = &self.0 else {
            return Ok(());
        };
        let line = json!({"at": Timestamp::now().to_string(), way: event.as_map()});
        let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
        writeln!(file, "{line}")
            .map_err(|error| Failure::new(format!("the record cannot be written: {error}")))
    }
}
