//! The stream: one loop that reads lines, starts and stops runs, and receives their outcomes.
//!
//! Only this loop knows which runs are in flight, so no locks are needed.

use crate::console::{Console, Progress};
use crate::decode::{Said, source_uid};
use crate::interrupt::INTERRUPTED;
use crate::output::{Output, WriteError};
use crate::reader::Line;
use crate::run::{Ended, Run};
use crate::summary::Summary;
use action_sdk::prelude::*;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::task::JoinSet;

/// Limits on concurrency.
pub(crate) struct Limits {
    /// Ordinary runs.
    pub(crate) concurrency: usize,
    /// Runs of `execute_async` actions.
    pub(crate) async_concurrency: usize,
    /// Starts that wait for a slot, of each kind.
    pub(crate) backlog: usize,
}

/// How the stream ended.
pub(crate) enum End {
    /// The input was read to its end, and all runs have ended.
    Complete,
    /// It was interrupted.
    Interrupted,
    /// The reader of the output is gone.
    OutputClosed,
    /// Reading or writing failed.
    Failed(String),
}

impl End {
    /// A note to print before the summary.
    pub(crate) fn note(&self) -> &'static str {
        match self {
            Self::Interrupted => "Interrupted: what was in flight has been cancelled.\n\n",
            Self::Complete | Self::OutputClosed | Self::Failed(_) => "",
        }
    }

    /// The exit code of the program; `skipped` if lines were skipped that should not have been.
    ///
    /// # Errors
    ///
    /// If reading or writing failed.
    pub(crate) fn exit_code(self, skipped: bool) -> Result<u8, String> {
        match self {
            Self::Complete => Ok(u8::from(skipped)),
            Self::Interrupted => Ok(INTERRUPTED),
            Self::OutputClosed => Ok(0),
            Self::Failed(problem) => Err(problem),
        }
    }
}

/// The state of the loop.
pub(crate) struct EventStream {
    dispatcher: ActionDispatcher,
    lane: Lane,
    async_lane: Lane,
    runs: JoinSet<Ended>,
    in_flight: HashMap<String, InFlight>,
    contexts: HashMap<String, Arc<Context>>,
    output: mpsc::Sender<String>,
    /// `Finished` events that did not fit into the output; nothing is read while there are any.
    unsent: VecDeque<String>,
    written: oneshot::Receiver<Result<(), WriteError>>,
    /// Cancels all runs, and ends reading.
    interrupted: CancellationToken,
    summary: Summary,
    console: Console,
}

/// The slots for one kind of actions.
struct Lane {
    places: Arc<Semaphore>,
    in_flight: usize,
    /// When this many are in flight, all slots and the backlog are full.
    most: usize,
}

/// A run that has not ended.
struct InFlight {
    action: String,
    is_async: bool,
    cancel: CancellationToken,
    /// The line numbers of the stops for it.
    stopped_by: Vec<u64>,
}

impl EventStream {
    pub(crate) fn new(
        dispatcher: ActionDispatcher,
        limits: &Limits,
        output: Output,
        interrupted: CancellationToken,
        console: Console,
    ) -> Self {
        let Output { lines, written } = output;
        Self {
            dispatcher,
            lane: Lane::new(limits.concurrency, limits.backlog),
            async_lane: Lane::new(limits.async_concurrency, limits.backlog),
            runs: JoinSet::new(),
            in_flight: HashMap::new(),
            contexts: HashMap::new(),
            output: lines,
            unsent: VecDeque::new(),
            written,
            interrupted,
            summary: Summary::default(),
            console,
        }
    }

    /// Processes the lines to their end, or until it is interrupted, and then waits for the current runs. The loop
    /// never waits for one thing alone, so an interruption is noticed however slow the actions and the output are.
    pub(crate) async fn process(
        mut self,
        mut lines: mpsc::Receiver<Result<Line, String>>,
    ) -> (Summary, End) {
        let since = Instant::now();
        let mut end = None;
        while end.is_none() || !self.runs.is_empty() || !self.unsent.is_empty() {
            let is_interrupted = matches!(end, Some(End::Interrupted));
            tokio::select! {
                biased;
                () = self.interrupted.cancelled(), if !is_interrupted => end = Some(End::Interrupted),
                () = self.output.closed() => break,
                () = room(&self.output), if !self.unsent.is_empty() => self.send_more(),
                Some(ended) = self.runs.join_next() => {
                    self.end_run(ended.expect("a run catches the panics of its action"));
                }
                line = lines.recv(), if end.is_none() && self.has_room() => match line {
                    Some(Ok(line)) => self.follow(line),
                    Some(Err(problem)) => end = Some(End::Failed(problem)),
                    None => end = Some(End::Complete),
                },
            }
        }
        drop(self.output);
        let end = match self.written.await {
            Ok(Ok(())) => end.unwrap_or(End::OutputClosed),
            Ok(Err(WriteError::Closed)) => End::OutputClosed,
            Ok(Err(WriteError::Failed(problem))) => End::Failed(problem),
            Err(_) => End::Failed("the thread that writes is gone".to_owned()),
        };
        self.summary.took = since.elapsed();
        (self.summary, end)
    }

    /// Whether another start could at least wait. The next line is not known before it is read, so both kinds must
    /// have room.
    fn has_room(&self) -> bool {
        self.lane.has_room() && self.async_lane.has_room() && self.unsent.is_empty()
    }

    fn follow(&mut self, line: Line) {
        self.summary.lines += 1;
        match line.content {
            Ok(Said::Nothing) => self.summary.empty += 1,
            Ok(Said::Start(start)) => self.start(start, line.number),
            Ok(Said::Stop { action, action_uid }) => self.stop(&action, &action_uid, line.number),
            Ok(Said::Update { source_uid, data }) => self.update(source_uid, data),
            Ok(Said::End { source_uid }) => {
                self.summary.others += 1;
                self.contexts.remove(&source_uid);
            }
            Ok(Said::Other) => self.summary.others += 1,
            Err(problem) => {
                self.summary.malformed += 1;
                self.console.skipped(line.number, &problem);
            }
        }
        self.summary.bytes = line.end;
        self.show_progress();
    }

    fn start(&mut self, start: ActionStart, line: u64) {
        self.summary.starts += 1;
        let action_uid = start.action_uid();
        if let Some(run) = self.in_flight.get(action_uid) {
            self.summary.refused += 1;
            let event = start.event().name();
            let problem = format!(
                "`{event}` is refused: `{action_uid}` is in flight, a run of `{}`",
                run.action
            );
            return self.console.note(line, &problem);
        }
        let action = self.dispatcher.action(start.action_name());
        let run = InFlight {
            action: start.action_name().to_owned(),
            is_async: action.is_some_and(ActionDescriptor::execute_async),
            cancel: self.interrupted.child_token(),
            stopped_by: Vec::new(),
        };
        let run_of_start = Run {
            dispatcher: self.dispatcher.clone(),
            context: self.context(start.event()),
            cancel: run.cancel.clone(),
            places: self.lane(run.is_async).take(),
            start,
        };
        let action_uid = run_of_start.start.action_uid().to_owned();
        self.in_flight.insert(action_uid, run);
        self.runs.spawn(run_of_start.perform());
    }

    fn stop(&mut self, action: &str, action_uid: &str, line: u64) {
        self.summary.stops += 1;
        let problem = match self.in_flight.get_mut(action_uid) {
            Some(run) if run.action == action => {
                run.stopped_by.push(line);
                return run.cancel.cancel();
            }
            Some(run) => format!(
                "`Stop{action}` stops nothing: `{action_uid}` is a run of `{}`",
                run.action
            ),
            None => format!("`Stop{action}` stops nothing: `{action_uid}` is not in flight"),
        };
        self.summary.stops_missed += 1;
        self.console.note(line, &problem);
    }

    fn update(&mut self, source_uid: String, data: Map) {
        self.summary.updates += 1;
        let context = Arc::make_mut(self.contexts.entry(source_uid).or_default());
        for (name, value) in data {
            context.insert(name, value);
        }
    }

    /// The current variables of the conversation of an event.
    fn context(&self, event: &Event) -> Arc<Context> {
        let context = self.contexts.get(source_uid(event));
        context.cloned().unwrap_or_default()
    }

    /// A run is forgotten before its `Finished` event is sent, since its uid may then be used again.
    fn end_run(&mut self, ended: Ended) {
        let run = self.in_flight.remove(&ended.action_uid);
        let run = run.expect("what ends was in flight");
        self.lane(run.is_async).in_flight -= 1;
        if ended.failure != Some(ActionErrorKind::Cancelled) {
            self.stops_came_late(&run, &ended.action_uid);
        }
        let known = self.dispatcher.action(&run.action);
        let known = known.map(ActionDescriptor::name);
        self.summary.add_run(known, &ended);
        self.unsent.push_back(ended.finished);
        self.send_more();
        self.show_progress();
    }

    /// Sends as many events as the output has room for.
    fn send_more(&mut self) {
        while let Some(line) = self.unsent.pop_front() {
            if let Err(TrySendError::Full(line)) = self.output.try_send(line) {
                return self.unsent.push_front(line);
            }
        }
    }

    fn stops_came_late(&mut self, run: &InFlight, action_uid: &str) {
        for line in &run.stopped_by {
            self.summary.stops_missed += 1;
            let action = &run.action;
            let problem = format!("`Stop{action}` stops nothing: `{action_uid}` has just ended");
            self.console.note(*line, &problem);
        }
    }

    fn lane(&mut self, is_async: bool) -> &mut Lane {
        match is_async {
            true => &mut self.async_lane,
            false => &mut self.lane,
        }
    }

    fn show_progress(&self) {
        self.console.progress(&Progress {
            bytes: self.summary.bytes,
            finished: self.summary.runs(),
            failed: self.summary.failed(),
            in_flight: self.in_flight.len(),
        });
    }
}

/// Waits until the output has room, or is closed.
async fn room(output: &mpsc::Sender<String>) {
    drop(output.reserve().await);
}

impl Lane {
    fn new(places: usize, backlog: usize) -> Self {
        Self {
            places: Arc::new(Semaphore::new(places)),
            in_flight: 0,
            most: places + backlog,
        }
    }

    fn has_room(&self) -> bool {
        self.in_flight < self.most
    }

    /// Counts one more run, and returns the slots that it takes one of.
    fn take(&mut self) -> Arc<Semaphore> {
        self.in_flight += 1;
        Arc::clone(&self.places)
    }
}
