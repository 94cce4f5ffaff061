//! One conversation as a pure function of its journal: records go in, effects come out, and nothing waits.
//!
//! This is what a distributed engine drives instead of [`Conversations`](crate::Conversations): it keeps snapshot and
//! journal, gives each record to [`Engine::apply`], and performs the [`Effects`] where it likes.

use std::collections::{BTreeMap, VecDeque};

use action_sdk_runtime::{
    ActionEnd, DrivenSession, OpenAction, OpenTimer, Runtime, RuntimeErrorKind,
};
use futures_core::future::BoxFuture;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use umim::{Event, Timestamp};

use crate::error::{Error, ErrorKind};
use crate::id::ConversationId;
use crate::limits::ChangePolicy;
use crate::record::{Fault, Record, RecordKind, frame, unframe};
use crate::store::{Bytes, Snapshot, Stored};

/// How many ids of inputs are remembered.
const REMEMBERED: usize = 256;

/// Who sent the latest input, as given with [`Input::by`](crate::Input::by). An action takes it as
/// `Extension<Caller>`; it is kept with the conversation.
#[derive(Debug, Clone, PartialEq)]
pub struct Caller(pub Json);

/// An event that the bot sends, with its number within the conversation: 1, 2, 3 and so on. It is delivered until it
/// is acknowledged, so it may come more than once; then it has the same number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Output {
    /// Its number.
    pub number: u64,
    /// The event.
    pub event: Event,
}

/// What has to be done after a record.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Effects {
    /// Actions to perform.
    pub actions: Vec<OpenAction>,
    /// Timers to set.
    pub timers: Vec<OpenTimer>,
    /// The uids of actions and timers that are not needed any more.
    pub stopped: Vec<String>,
}

/// One conversation: its session, and what is kept beside it.
#[derive(Debug)]
pub struct Engine {
    session: DrivenSession,
    kept: Kept,
}

/// What is kept beside the session.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Kept {
    /// The flows that made the snapshot.
    program: u64,
    /// The time of the latest record; later ones are not earlier.
    time: i64,
    /// How many inputs were accepted.
    inputs: u64,
    /// The ids of the latest inputs, with their numbers.
    ids: VecDeque<(String, u64)>,
    /// Inputs that come when the flows no longer wait for an action.
    waiting: VecDeque<Waiting>,
    /// Outputs that were not acknowledged.
    outputs: VecDeque<Output>,
    /// The number of the latest output.
    last_output: u64,
    /// A checksum of everything that was done.
    done: u32,
    /// How often an action was performed again.
    again: BTreeMap<String, u32>,
    caller: Option<Json>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Waiting {
    events: Vec<Event>,
    caller: Option<Json>,
}

impl Engine {
    /// A new conversation.
    #[must_use]
    pub fn new(runtime: &Runtime, id: &ConversationId) -> Self {
        let session = runtime.session().with_id(id.as_str());
        Self {
            session: session.driven(),
            kept: Kept::default(),
        }
    }

    /// Restores a conversation from its snapshot and the records since then. What is open afterwards is handed out with
    /// the first [`take_open`](Self::take_open).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Damaged`] or [`ErrorKind::Version`] with the place, [`ErrorKind::Changed`] if the flows have changed
    /// so that it cannot go on.
    pub fn restore(
        runtime: &Runtime,
        id: &ConversationId,
        stored: &Stored,
        policy: ChangePolicy,
    ) -> Result<Self, Error> {
        let place = |fault| damaged(id, "the snapshot", &fault);
        let content = unframe(&stored.snapshot).map_err(place)?;
        let (kept, saved) = split(content).map_err(place)?;
        let mut records = Vec::new();
        for (number, bytes) in stored.records.iter().enumerate() {
            let record = Record::decode(bytes);
            records.push(record.map_err(|fault| damaged(id, &format!("record {number}"), &fault))?);
        }
        let restored = Self::resume(runtime, id, (kept.clone(), saved), records.clone(), policy);
        match restored {
            Err(error) if error.kind() == ErrorKind::Changed => match policy {
                ChangePolicy::Refuse | ChangePolicy::RestartFlows => Err(error),
                ChangePolicy::RestartConversation => {
                    tracing::warn!(%error, "a conversation begins anew");
                    Ok(Self::anew(runtime, id, kept, records))
                }
            },
            restored => restored,
        }
    }

    fn resume(
        runtime: &Runtime,
        id: &ConversationId,
        (kept, saved): (Kept, &[u8]),
        records: Vec<Record>,
        policy: ChangePolicy,
    ) -> Result<Self, Error> {
        let resumed = runtime.resume_driven(saved, policy.of_flows());
        let (session, restarted) = resumed.map_err(|error| {
            let kind = if error.kind() == RuntimeErrorKind::Version {
                ErrorKind::Version
            } else if error.kind() == RuntimeErrorKind::Resume {
                ErrorKind::Changed
            } else {
                ErrorKind::Damaged
            };
            Error::caused(kind, id, error)
        })?;
        if !restarted.is_empty() {
            tracing::info!(%id, ?restarted, "flows have changed, and begin anew");
        }
        let mut engine = Self { session, kept };
        engine.tell_caller();
        // What was open in the snapshot had been handed out before the records.
        let _open = engine.take_open();
        for (number, record) in records.into_iter().enumerate() {
            engine.repeat(id, number, record)?;
        }
        engine.session.hand_out_again();
        Ok(engine)
    }

    /// Begins a conversation anew: of the earlier one only the numbers, the unread outputs, and the ids of its inputs
    /// are kept. The inputs since its snapshot count as processed, and its outputs after it are lost.
    fn anew(runtime: &Runtime, id: &ConversationId, kept: Kept, records: Vec<Record>) -> Self {
        let mut engine = Self::new(runtime, id);
        engine.kept = Kept {
            waiting: VecDeque::new(),
            again: BTreeMap::new(),
            ..kept
        };
        engine.tell_caller();
        for Record { kind, .. } in records {
            if let RecordKind::Input { id, .. } = kind {
                engine.count(id);
            }
        }
        engine
    }

    /// Applies a record again, and checks that everything before was the same as the first time.
    fn repeat(&mut self, id: &ConversationId, number: usize, record: Record) -> Result<(), Error> {
        if record.before.is_some_and(|before| before != self.kept.done) {
            let message = format!(
                "its flows did something else before record {number} when that was written; have they changed since? Resume it with the flows that wrote it, or begin it anew"
            );
            return Err(Error::new(ErrorKind::Changed, Some(id), message));
        }
        self.apply(record);
        Ok(())
    }

    /// Takes a record in. Its outputs are kept until they are acknowledged; everything else that has to be done is
    /// returned.
    pub fn apply(&mut self, record: Record) -> Effects {
        let time = Timestamp::from_micros(record.time.max(self.kept.time));
        self.kept.time = time.as_micros();
        let result = match record.kind {
            RecordKind::Input { events, id, caller } => {
                self.accept(events, id, caller);
                Ok(())
            }
            RecordKind::Ended(end) => {
                self.kept.again.remove(end.action_uid());
                self.session.end_action(end, time).map(drop)
            }
            RecordKind::Fired { action_uid } => {
                self.session.fire_timer(&action_uid, time).map(drop)
            }
            RecordKind::Again { action_uid } => {
                *self.kept.again.entry(action_uid).or_default() += 1;
                Ok(())
            }
            RecordKind::Seen { up_to } => {
                self.seen(up_to);
                Ok(())
            }
        };
        if let Err(error) = result {
            tracing::warn!(%error, "the rest is left for the next input");
        }
        self.go_on(time);
        self.take_effects()
    }

    /// Counts an input, and remembers its id.
    fn count(&mut self, id: Option<String>) {
        self.kept.inputs += 1;
        if let Some(id) = id {
            self.kept.ids.push_back((id, self.kept.inputs));
            if self.kept.ids.len() > REMEMBERED {
                self.kept.ids.pop_front();
            }
        }
    }

    /// Drops outputs that were acknowledged. It may be told at once, before its record is written: nothing else depends
    /// on it.
    pub(crate) fn seen(&mut self, up_to: u64) {
        self.kept.outputs.retain(|output| output.number > up_to);
    }

    fn accept(&mut self, events: Vec<Event>, id: Option<String>, caller: Option<Json>) {
        self.count(id);
        // A greeting comes first: an event before the bot waits for one would be ignored.
        if !events.is_empty() {
            self.kept.waiting.push_back(Waiting::default());
        }
        self.kept.waiting.push_back(Waiting { events, caller });
    }

    /// Gives the waiting inputs to the flows, as long as these do not wait for an action.
    fn go_on(&mut self, time: Timestamp) {
        while !self.session.is_waiting()
            && let Some(next) = self.kept.waiting.pop_front()
        {
            if next.caller.is_some() {
                self.kept.caller = next.caller;
                self.tell_caller();
            }
            if let Err(error) = self.session.process(&next.events, time) {
                tracing::warn!(%error, "the rest is left for the next input");
            }
        }
    }

    /// Lets actions read who sent the latest input.
    fn tell_caller(&mut self) {
        if let Some(caller) = &self.kept.caller {
            let session = self.session.session_mut();
            session.set_extension(Caller(caller.clone()));
        }
    }

    fn take_effects(&mut self) -> Effects {
        let effects = self.session.take_effects();
        let mut done = crc32fast::Hasher::new_with_initial(self.kept.done);
        for event in effects.outputs {
            self.kept.last_output += 1;
            done.update(event.name().as_bytes());
            let _written = serde_json::to_writer(Digest(&mut done), &event);
            self.kept.outputs.push_back(Output {
                number: self.kept.last_output,
                event,
            });
        }
        let actions = effects.actions.iter().map(|action| &action.action_uid);
        let timers = effects.timers.iter().map(|timer| &timer.action_uid);
        for uid in actions.chain(timers) {
            done.update(uid.as_bytes());
        }
        self.kept.done = done.finalize();
        Effects {
            actions: effects.actions,
            timers: effects.timers,
            stopped: effects.stopped,
        }
    }

    /// Everything that is open, for a conversation that was restored.
    pub fn take_open(&mut self) -> Effects {
        let done = self.kept.done;
        let effects = self.take_effects();
        self.kept.done = done;
        effects
    }

    /// Checks whether events may come in, without processing them.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Refused`].
    pub fn check(&mut self, id: &ConversationId, events: &[Event]) -> Result<(), Error> {
        let checked = self.session.check(events);
        checked.map_err(|error| Error::caused(ErrorKind::Refused, id, error))
    }

    /// The number of an earlier input with this id, if it is one of the latest.
    #[must_use]
    pub fn input(&self, id: &str) -> Option<u64> {
        let mut ids = self.kept.ids.iter();
        ids.find(|(other, _)| other == id)
            .map(|(_, number)| *number)
    }

    /// A record of something that happens now.
    #[must_use]
    pub fn record(&self, now: Timestamp, kind: RecordKind) -> Record {
        Record {
            time: now.as_micros().max(self.kept.time),
            before: Some(self.kept.done),
            kind,
        }
    }

    /// A checksum of everything that was done.
    pub(crate) fn done(&self) -> u32 {
        self.kept.done
    }

    /// The future that performs an open action in this process.
    #[must_use]
    pub fn perform(&self, action_uid: &str) -> Option<BoxFuture<'static, ActionEnd>> {
        self.session.perform(action_uid)
    }

    /// The end of an open action that is not performed again: nobody knows how far it came, or its process has ended
    /// this often while it ran.
    #[must_use]
    pub fn interrupted(&self, action: &OpenAction, most: u32) -> Option<ActionEnd> {
        let attempts = self.kept.again.get(&action.action_uid).copied();
        let attempts = attempts.unwrap_or_default() + 1;
        match action.may_run_again {
            true if attempts < most => None,
            true => self.session.given_up(&action.action_uid, attempts),
            false => self.session.interrupted(&action.action_uid),
        }
    }

    /// The outputs after this number that were not acknowledged.
    pub fn outputs(&self, after: u64) -> impl Iterator<Item = &Output> {
        let outputs = self.kept.outputs.iter();
        outputs.skip_while(move |output| output.number <= after)
    }

    /// How many outputs were not acknowledged.
    #[must_use]
    pub fn unread(&self) -> usize {
        self.kept.outputs.len()
    }

    /// The number of the latest output.
    #[must_use]
    pub fn last_output(&self) -> u64 {
        self.kept.last_output
    }

    /// How many inputs were accepted.
    #[must_use]
    pub fn inputs(&self) -> u64 {
        self.kept.inputs
    }

    /// Whether nothing is left to do but for the user, a timer, or an action with `execute_async`.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        !self.session.is_waiting() && self.kept.waiting.is_empty()
    }

    /// The session, to read from.
    #[must_use]
    pub fn session(&self) -> &DrivenSession {
        &self.session
    }

    /// The session, to set what its actions read.
    pub fn session_mut(&mut self) -> &mut DrivenSession {
        &mut self.session
    }

    /// The whole conversation. `is_open` says that actions are running, so that it has to be woken up at once when it
    /// is found by another process.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Snapshot`] if a variable contains a value that cannot be written.
    pub fn snapshot(
        &mut self,
        runtime: &Runtime,
        id: &ConversationId,
        is_open: bool,
    ) -> Result<Snapshot, Error> {
        let failed = |error| Error::caused(ErrorKind::Snapshot, id, error);
        self.kept.program = runtime.program_id();
        let kept = serde_json::to_vec(&self.kept);
        let kept = kept.map_err(|error| Error::caused(ErrorKind::Snapshot, id, error))?;
        let saved = self.session.snapshot().map_err(failed)?;
        let due = match is_open {
            true => Some(Timestamp::from_micros(0)),
            false => self.session.next_timer(),
        };
        Ok(Snapshot {
            bytes: join(&kept, saved.as_ref()),
            due,
        })
    }
}

/// Writes into a checksum.
struct Digest<'a>(&'a mut crc32fast::Hasher);

impl std::io::Write for Digest<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A snapshot has two parts, the first one with its length before it.
fn join(kept: &[u8], saved: &[u8]) -> Bytes {
    let length = u32::try_from(kept.len()).unwrap_or(u32::MAX).to_le_bytes();
    frame(&[&length, kept, saved].concat())
}

fn split(content: &[u8]) -> Result<(Kept, &[u8]), Fault> {
    let parts = content
        .split_first_chunk::<4>()
        .and_then(|(length, rest)| rest.split_at_checked(u32::from_le_bytes(*length) as usize));
    let (kept, saved) = parts.ok_or_else(|| Fault::Content("its parts do not fit".to_owned()))?;
    let kept = serde_json::from_slice(kept);
    let kept = kept.map_err(|error| Fault::Content(error.to_string()))?;
    Ok((kept, saved))
}

fn damaged(id: &ConversationId, place: &str, fault: &Fault) -> Error {
    let kind = match fault {
        Fault::Version(_) => ErrorKind::Version,
        Fault::Length { .. } | Fault::Checksum | Fault::Content(_) => ErrorKind::Damaged,
    };
    Error::new(kind, Some(id), format!("{place} is damaged: {fault}"))
}
