//! The work on one conversation: its engine, its journal, and what has come in and is not written yet.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use action_sdk_runtime::{ActionEnd, OpenAction};
use futures_core::future::BoxFuture;
use tokio::sync::{mpsc, watch};

use super::journal::Journal;
use super::running::{Actions, Timers};
use super::{refuse, refuse_one};
use crate::engine::{Effects, Engine};
use crate::error::{Error, ErrorKind};
use crate::id::ConversationId;
use crate::input::{Answer, Input, Receipt};
use crate::record::{Record, RecordKind};
use crate::shared::{Closing, Command, Reply, Shared};
use crate::store::Position;

/// How many requests are written together.
const MOST_TOGETHER: usize = 32;

/// How long until a failed write is tried again, at first and at most.
const RETRY: Duration = Duration::from_millis(50);
const LONGEST_RETRY: Duration = Duration::from_secs(5);

pub(super) struct Work {
    shared: Arc<Shared>,
    id: ConversationId,
    engine: Engine,
    journal: Journal,
    actions: Actions,
    ends: mpsc::UnboundedReceiver<ActionEnd>,
    timers: Timers,
    news: watch::Sender<u64>,
    /// What has happened here and is not written yet: it is tried until it is.
    happened: VecDeque<Record>,
    /// Inputs that are not written yet.
    inputs: Vec<Arrived>,
    /// Who waits for the outputs after an input.
    answers: Vec<Asked>,
    /// The latest acknowledgement that is not written yet.
    seen: Option<u64>,
    /// After a failed write: how long to wait before the next one.
    retry: Option<Duration>,
}

struct Arrived {
    input: Input,
    accepted: Option<Reply<Receipt>>,
    answered: Option<Reply<Answer>>,
}

struct Asked {
    receipt: Receipt,
    /// The number of the latest output before.
    after: u64,
    reply: Reply<Answer>,
}

/// The end of this future; for ever if there is none.
async fn given(future: Option<BoxFuture<'static, ()>>) {
    match future {
        Some(future) => future.await,
        None => std::future::pending().await,
    }
}

/// What the task does next.
enum Next {
    Command(Command),
    Ended(ActionEnd),
    Fired(Record),
    Retry,
    Rest,
    Closing,
    Gone,
}

impl Work {
    /// Loads a conversation, or begins it.
    pub(super) async fn load(
        shared: Arc<Shared>,
        id: ConversationId,
        news: watch::Sender<u64>,
    ) -> Result<Self, Error> {
        let stored = shared.store.read(&id).await;
        let stored = stored.map_err(|error| Error::store(&id, error))?;
        let (engine, position) = match &stored {
            Some(stored) => {
                let policy = shared.on_change;
                let engine = Engine::restore(&shared.runtime, &id, stored, policy)?;
                (engine, stored.position())
            }
            None => (Engine::new(&shared.runtime, &id), Position::NOTHING),
        };
        let (sender, ends) = mpsc::unbounded_channel();
        let mut work = Self {
            journal: Journal::new(Arc::clone(&shared.store), id.clone(), position),
            actions: Actions::new(sender),
            timers: Timers::default(),
            happened: VecDeque::new(),
            inputs: Vec::new(),
            answers: Vec::new(),
            seen: None,
            retry: None,
            shared,
            id,
            engine,
            ends,
            news,
        };
        if let Some(prepare) = &work.shared.prepare {
            prepare(&work.id, work.engine.session_mut().session_mut());
        }
        work.take_up();
        Ok(work)
    }

    /// Decides about everything that was open when the process before this one ended.
    fn take_up(&mut self) {
        let Effects {
            actions, timers, ..
        } = self.engine.take_open();
        timers.into_iter().for_each(|timer| self.timers.set(timer));
        for action in actions {
            self.take_up_action(&action);
        }
        self.tell_news();
    }

    fn take_up_action(&mut self, action: &OpenAction) {
        let (id, name, action_uid) = (&self.id, action.start.name(), &*action.action_uid);
        match self.engine.interrupted(action, self.shared.limits.attempts) {
            None => {
                tracing::info!(%id, name, action_uid, "an action is performed again, since its process ended");
                let action_uid = action.action_uid.clone();
                self.happen(RecordKind::Again { action_uid });
            }
            Some(end) => {
                tracing::warn!(%id, name, action_uid, "an action is reported as failed, since its process ended");
                self.happen(RecordKind::Ended(end));
            }
        }
    }

    fn happen(&mut self, kind: RecordKind) {
        let record = self.engine.record(self.shared.clock.now(), kind);
        self.happened.push_back(record);
    }

    /// Works until the conversation is unloaded.
    pub(super) async fn run(mut self, commands: &mut mpsc::Receiver<Command>) {
        let mut closing = self.shared.closing.subscribe();
        loop {
            if let Err(error) = self.write().await {
                tracing::warn!(%error, "a conversation is given up");
                return refuse(commands, &error);
            }
            if self.is_to_end(*closing.borrow_and_update()) {
                return self.end(commands).await;
            }
            // Lets other conversations run, even if things happen here all the time.
            tokio::task::yield_now().await;
            match self.next(commands, &mut closing).await {
                Next::Command(command) => {
                    if !self.take_all(command, commands).await {
                        return;
                    }
                }
                Next::Ended(end) => self.ended(end),
                Next::Fired(record) => self.happened.push_back(record),
                Next::Rest if self.rest(commands).await => return,
                Next::Retry | Next::Rest | Next::Closing => {}
                Next::Gone => return,
            }
        }
    }

    async fn next(
        &mut self,
        commands: &mut mpsc::Receiver<Command>,
        closing: &mut watch::Receiver<Closing>,
    ) -> Next {
        let clock = Arc::clone(&self.shared.clock);
        let rest = clock.sleep(self.shared.limits.rest_after);
        let retry = self.retry.map(|retry| clock.sleep(retry));
        let may_fire = self.engine.unread() < self.shared.limits.unread && self.retry.is_none();
        let fired = tokio::select! {
            command = commands.recv() => return command.map_or(Next::Gone, Next::Command),
            Some(end) = self.ends.recv() => return Next::Ended(end),
            _ = closing.changed() => return Next::Closing,
            () = given(retry) => return Next::Retry,
            fired = self.timers.fired(&*clock), if may_fire => fired,
            () = rest => return Next::Rest,
        };
        let (action_uid, due) = fired;
        let now = clock.now().max(due);
        Next::Fired(self.engine.record(now, RecordKind::Fired { action_uid }))
    }

    fn ended(&mut self, end: ActionEnd) {
        self.actions.stop(end.action_uid());
        self.happen(RecordKind::Ended(end));
    }

    /// Takes a request and those that wait behind it; returns whether the conversation still exists.
    async fn take_all(&mut self, first: Command, commands: &mut mpsc::Receiver<Command>) -> bool {
        let mut next = Some(first);
        while let Some(command) = next.take() {
            if let Command::Delete(reply) = command {
                return !self.delete(reply, commands).await;
            }
            self.take(command);
            if self.inputs.len() < MOST_TOGETHER {
                next = commands.try_recv().ok();
            }
        }
        while let Ok(end) = self.ends.try_recv() {
            self.ended(end);
        }
        true
    }

    fn take(&mut self, command: Command) {
        match command {
            Command::Input {
                input,
                accepted,
                answered,
            } => self.take_input(Arrived {
                input,
                accepted,
                answered,
            }),
            Command::Read { after, reply } => {
                let _gone = reply.send(Ok(self.engine.outputs(after).cloned().collect()));
            }
            Command::Seen { up_to } => self.take_seen(up_to),
            Command::History(reply) => {
                let _gone = reply.send(Ok(self.engine.session().session().history()));
            }
            Command::Wake {
                timer_is_due,
                reply,
            } => {
                if timer_is_due {
                    self.timers.fire_next();
                }
                let _gone = reply.send(Ok(()));
            }
            Command::Delete(reply) => drop(reply.send(Ok(()))),
        }
    }

    fn take_input(&mut self, arrived: Arrived) {
        let waits = self
            .inputs
            .iter()
            .position(|other| other.input.id.is_some() && other.input.id == arrived.input.id);
        let earlier = arrived
            .input
            .id
            .as_deref()
            .and_then(|id| self.engine.input(id));
        let earlier = earlier.or(waits.map(|place| self.engine.inputs() + place as u64 + 1));
        if let Some(number) = earlier {
            return self.accept(
                arrived,
                Receipt {
                    number,
                    is_repeat: true,
                },
                0,
            );
        }
        match self.check(&arrived.input) {
            Ok(()) => self.inputs.push(arrived),
            Err(error) => {
                let Arrived {
                    input,
                    accepted,
                    answered,
                } = arrived;
                refuse_one(
                    Command::Input {
                        input,
                        accepted,
                        answered,
                    },
                    &error,
                );
            }
        }
    }

    fn check(&mut self, input: &Input) -> Result<(), Error> {
        let unread = self.engine.unread();
        if unread >= self.shared.limits.unread {
            let message = format!(
                "{unread} outputs are unread; acknowledge them with `Conversation::seen`, or raise `Limits::unread`"
            );
            return Err(Error::new(ErrorKind::Unread, Some(&self.id), message));
        }
        self.engine.check(&self.id, &input.events)
    }

    fn take_seen(&mut self, up_to: u64) {
        let up_to = up_to.min(self.engine.last_output());
        self.seen = self.seen.max(Some(up_to));
        self.engine.seen(up_to);
    }

    /// Tells that an input was accepted, and remembers who waits for its answer.
    fn accept(&mut self, arrived: Arrived, receipt: Receipt, after: u64) {
        if let Some(accepted) = arrived.accepted {
            let _gone = accepted.send(Ok(receipt));
        }
        if let Some(reply) = arrived.answered {
            self.answers.push(Asked {
                receipt,
                after,
                reply,
            });
        }
        self.answer();
    }

    /// Writes everything that has come in or has happened, and then does it. Fails only if the conversation has to be
    /// given up: after other failures what has happened here is kept, and inputs are refused.
    async fn write(&mut self) -> Result<(), Error> {
        let is_nothing_new = self.happened.is_empty() && self.inputs.is_empty();
        if is_nothing_new && self.retry.is_none() {
            return Ok(());
        }
        let written = match is_nothing_new {
            true => self.settle().await,
            false => self.write_records().await,
        };
        match written {
            Ok(()) => {
                self.retry = None;
                self.shorten().await
            }
            Err(error) => self.failed(error),
        }
    }

    async fn write_records(&mut self) -> Result<(), Error> {
        self.settle().await?;
        if !self.journal.exists() {
            let snapshot = self
                .engine
                .snapshot(&self.shared.runtime, &self.id, false)?;
            self.journal.replace(snapshot).await?;
        }
        let records = self.records();
        let records = self.journal.append(records).await?;
        self.seen = None;
        self.apply_all(records);
        Ok(())
    }

    /// Applies what was written although the write had failed.
    async fn settle(&mut self) -> Result<(), Error> {
        let written = self.journal.settle().await?;
        if written.is_empty() {
            return Ok(());
        }
        let arrived = std::mem::take(&mut self.inputs);
        self.apply_all(written);
        // Some of them may be there already: their first write has failed, but was made, and they were sent again.
        arrived
            .into_iter()
            .for_each(|arrived| self.take_input(arrived));
        Ok(())
    }

    fn records(&self) -> Vec<Record> {
        let now = self.shared.clock.now();
        let inputs = self
            .inputs
            .iter()
            .map(|Arrived { input, .. }| RecordKind::Input {
                events: input.events.clone(),
                id: input.id.clone(),
                caller: input.caller.clone(),
            });
        let seen = self.seen.map(|up_to| RecordKind::Seen { up_to });
        let new = seen.into_iter().chain(inputs);
        let new = new.map(|kind| self.engine.record(now, kind));
        let mut records: Vec<_> = self.happened.iter().cloned().chain(new).collect();
        // What the first one does is not known yet.
        records
            .iter_mut()
            .skip(1)
            .for_each(|record| record.before = None);
        if let Some(first) = records.first_mut() {
            first.before = Some(self.engine.done());
        }
        records
    }

    /// Does what was written: the records are those of `happened` and `inputs`, in this order, as far as these are not
    /// from a write that had failed.
    fn apply_all(&mut self, records: Vec<Record>) {
        let mut arrived = std::mem::take(&mut self.inputs).into_iter();
        for record in records {
            let is_input = matches!(record.kind, RecordKind::Input { .. });
            let is_seen = matches!(record.kind, RecordKind::Seen { .. });
            if !is_input && !is_seen {
                self.happened.pop_front();
            }
            let after = self.engine.last_output();
            self.apply(record);
            let own = is_input.then(|| arrived.next()).flatten();
            if let Some(own) = own {
                let number = self.engine.inputs();
                self.accept(
                    own,
                    Receipt {
                        number,
                        is_repeat: false,
                    },
                    after,
                );
            }
        }
        self.inputs.extend(arrived);
        self.tell_news();
    }

    fn apply(&mut self, record: Record) {
        let mut again = None;
        if let RecordKind::Again { action_uid } = &record.kind {
            again = Some(action_uid.clone());
        }
        let Effects {
            actions,
            timers,
            stopped,
        } = self.engine.apply(record);
        for action_uid in stopped {
            self.actions.stop(&action_uid);
            self.timers.stop(&action_uid);
        }
        timers.into_iter().for_each(|timer| self.timers.set(timer));
        let new = actions.into_iter().map(|action| action.action_uid);
        for action_uid in again.into_iter().chain(new) {
            if let Some(action) = self.engine.perform(&action_uid) {
                self.actions.start(action_uid, action);
            }
        }
        self.answer();
    }

    /// Tells everyone who waits for outputs that there are some.
    fn tell_news(&self) {
        self.news.send_replace(self.engine.last_output());
    }

    /// Gives their answers to those who have waited for them.
    fn answer(&mut self) {
        if !self.engine.is_settled() {
            return;
        }
        for Asked {
            receipt,
            after,
            reply,
        } in std::mem::take(&mut self.answers)
        {
            let outputs = self.engine.outputs(after).cloned().collect();
            let _gone = reply.send(Ok(Answer { receipt, outputs }));
        }
    }

    /// After a failed write: refuses the inputs, and tries the rest later.
    fn failed(&mut self, error: Error) -> Result<(), Error> {
        tracing::warn!(%error, "a conversation cannot be written");
        for Arrived {
            input,
            accepted,
            answered,
        } in std::mem::take(&mut self.inputs)
        {
            refuse_one(
                Command::Input {
                    input,
                    accepted,
                    answered,
                },
                &error,
            );
        }
        if error.kind() == ErrorKind::Store {
            let retry = self.retry.map_or(RETRY, |retry| retry.saturating_mul(2));
            self.retry = Some(retry.min(LONGEST_RETRY));
            return Ok(());
        }
        for asked in std::mem::take(&mut self.answers) {
            let _gone = asked.reply.send(Err(error.clone()));
        }
        Err(error)
    }

    /// Replaces a long journal by a snapshot.
    async fn shorten(&mut self) -> Result<(), Error> {
        if self.journal.records() < self.shared.limits.records {
            return Ok(());
        }
        match self.save().await {
            Err(error) if error.kind() == ErrorKind::TakenOver => Err(error),
            Err(error) => {
                tracing::warn!(%error, "the journal of a conversation is not shortened");
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }

    async fn save(&mut self) -> Result<(), Error> {
        self.settle().await?;
        let is_open = !self.actions.is_empty();
        let snapshot = self
            .engine
            .snapshot(&self.shared.runtime, &self.id, is_open)?;
        self.journal.replace(snapshot).await?;
        self.seen = None;
        Ok(())
    }

    fn is_dirty(&self) -> bool {
        self.journal.exists() && (self.journal.records() > 0 || self.seen.is_some())
    }

    fn is_idle(&self) -> bool {
        self.actions.is_empty() && self.happened.is_empty() && self.answers.is_empty()
    }

    /// Unloads the conversation if nothing is running and nothing has come in; returns whether it did.
    async fn rest(&mut self, commands: &mpsc::Receiver<Command>) -> bool {
        let soon = self.shared.limits.rest_after.saturating_mul(4);
        if !self.is_idle() || self.timers.fires_within(soon, self.shared.clock.now()) {
            return false;
        }
        if self.is_dirty()
            && let Err(error) = self.save().await
        {
            tracing::warn!(%error, "a conversation that rests is not saved");
            if error.kind() == ErrorKind::Store {
                return false;
            }
        }
        let due = self.engine.session().next_timer();
        self.is_idle() && self.shared.close_if_empty(&self.id, commands, due)
    }

    fn is_to_end(&self, closing: Closing) -> bool {
        match closing {
            Closing::Open => false,
            Closing::Finishing => self.is_idle(),
            Closing::Now => true,
        }
    }

    /// Saves the conversation as it is, and tells those who wait that it is closed. What cannot be saved is in the
    /// journal.
    async fn end(mut self, commands: &mut mpsc::Receiver<Command>) {
        if self.is_dirty()
            && let Err(error) = self.save().await
        {
            tracing::warn!(%error, "a conversation is not saved when it is closed; its journal has it");
        }
        let message = "the conversations are being closed";
        let closed = Error::new(ErrorKind::Closed, Some(&self.id), message);
        for asked in std::mem::take(&mut self.answers) {
            let _gone = asked.reply.send(Err(closed.clone()));
        }
        refuse(commands, &closed);
    }

    /// Deletes the conversation; returns whether it is gone.
    async fn delete(&mut self, reply: Reply<()>, commands: &mut mpsc::Receiver<Command>) -> bool {
        let deleted = self.journal.delete().await;
        let is_gone = deleted.is_ok();
        if is_gone {
            let message = "it was deleted";
            refuse(
                commands,
                &Error::new(ErrorKind::Closed, Some(&self.id), message),
            );
        }
        let _gone = reply.send(deleted);
        is_gone
    }
}
