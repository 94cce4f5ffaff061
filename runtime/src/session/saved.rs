//! The saved form of a conversation: a line with version and checksum, then JSON.

use std::collections::VecDeque;

use action_sdk::ActionStart;
use colang::state::Snapshot;
use serde::{Deserialize, Serialize};
use umim::{Event, UidSource};

use super::calls::{Call, Ended, Place};
use super::held::Held;
use super::history::SavedHistory;
use super::queue::Queue;
use super::snapshot_key::SnapshotKey;
use super::unanswered::Unanswered;
use crate::error::{RuntimeError, RuntimeErrorKind};

/// The beginning of the first line.
const MAGIC: &str = "action-sdk conversation";

/// The version of the saved form.
const VERSION: u32 = 2;

/// The oldest version that can be loaded: it has no queue and no history.
const FIRST_VERSION: u32 = 1;

/// A saved conversation, returned by [`Session::snapshot`](crate::Session::snapshot) and passed to
/// [`Runtime::resume`](crate::Runtime::resume). It is a string. It does not contain the flows; it contains the latest
/// events of the history, up to [`saved_history`](crate::RuntimeBuilder::saved_history).
///
/// Keep it where users cannot write, or give the runtime a [`snapshot_key`](crate::RuntimeBuilder::snapshot_key):
/// whoever writes a saved conversation decides what was said, which rails have passed and which flows were added. Its
/// checksum detects accidents, not attacks.
///
/// ```
/// # use action_sdk_runtime::{Runtime, parse_config};
/// let config = parse_config("", [("main.co", "flow main\n  match Start()\n")])?;
/// let runtime = Runtime::builder(config).build()?;
/// let saved = runtime.session().snapshot()?;
/// let text: String = saved.into();
/// let session = runtime.resume(text)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved(String);

impl Saved {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AsRef<[u8]> for Saved {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl From<Saved> for String {
    fn from(saved: Saved) -> Self {
        saved.0
    }
}

/// The contents of the JSON.
#[derive(Serialize, Deserialize)]
pub(super) struct Content {
    pub(super) conversation: Snapshot,
    pub(super) uids: UidSource,
    pub(super) calls: Vec<SavedCall>,
    pub(super) outputs: VecDeque<Event>,
    /// The inputs left by a call that has reached its limit.
    #[serde(default, skip_serializing_if = "Queue::is_empty")]
    pub(super) queue: Queue,
    /// Mistakes in added flows that have not been reported to the flows yet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) complaints: Vec<String>,
    #[serde(default, skip_serializing_if = "Held::is_empty")]
    pub(super) held: Held,
    /// The latest events.
    #[serde(default, skip_serializing_if = "SavedHistory::is_empty")]
    pub(super) history: SavedHistory,
    /// The id given by the host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<String>,
    #[serde(default, skip_serializing_if = "Unanswered::is_empty")]
    pub(super) unanswered: Unanswered,
}

/// A call that was started and whose end has not been reported to the flows.
#[derive(Serialize, Deserialize)]
pub(super) struct SavedCall {
    start: Event,
    in_background: bool,
    over: Option<Ended>,
}

impl SavedCall {
    pub(super) fn new(call: &Call) -> Self {
        Self {
            start: call.start().event().clone(),
            in_background: call.place() == Place::Background,
            over: call.ended().cloned(),
        }
    }

    pub(super) fn into_parts(self) -> Result<(ActionStart, Place, Option<Ended>), RuntimeError> {
        let start = ActionStart::try_from(self.start)
            .map_err(|error| RuntimeError::damaged(damaged(&error)).caused_by(error))?;
        let place = match self.in_background {
            true => Place::Background,
            false => Place::Foreground,
        };
        Ok((start, place, self.over))
    }
}

impl Content {
    /// With a key, the first line ends with a tag that cannot be made without the key.
    pub(super) fn save(&self, key: Option<&SnapshotKey>) -> Result<Saved, RuntimeError> {
        let json = serde_json::to_string(self).map_err(|error| {
            RuntimeError::damaged(format!("the conversation cannot be written: {error}"))
                .caused_by(error)
        })?;
        let line = format!("{MAGIC} {VERSION} {:016x}", checksum(json.as_bytes()));
        let tag = key.map(|key| format!(" {}", key.tag(line.as_bytes(), json.as_bytes())));
        Ok(Saved(format!("{line}{}\n{json}", tag.unwrap_or_default())))
    }

    pub(super) fn read(saved: &[u8], key: Option<&SnapshotKey>) -> Result<Self, RuntimeError> {
        let json = checked(saved, key)?;
        serde_json::from_slice(json)
            .map_err(|error| RuntimeError::damaged(damaged(&error)).caused_by(error))
    }
}

/// The part after the first line, if that line is valid, with this key if there is one.
fn checked<'s>(saved: &'s [u8], key: Option<&SnapshotKey>) -> Result<&'s [u8], RuntimeError> {
    let end = saved.iter().position(|byte| *byte == b'\n');
    let end = end.ok_or_else(|| RuntimeError::damaged(damaged(&"its first line is cut off")))?;
    let (line, json) = (&saved[..end], &saved[end + 1..]);
    let words = std::str::from_utf8(line)
        .ok()
        .and_then(|line| line.strip_prefix(MAGIC));
    let words = words.and_then(|words| words.trim_start().split_once(' '));
    // The checksum and, with a key, the tag.
    let (version, sum) =
        words.ok_or_else(|| RuntimeError::damaged(damaged(&"it does not begin as one")))?;
    let known = FIRST_VERSION..=VERSION;
    if !version
        .parse()
        .is_ok_and(|version| known.contains(&version))
    {
        let message = format!(
            "the conversation was saved in form {version}, and this version reads forms {FIRST_VERSION} to {VERSION}"
        );
        return Err(RuntimeError::new(RuntimeErrorKind::Version, message));
    }
    let (sum, tag) = match sum.split_once(' ') {
        Some((sum, tag)) => (sum, Some(tag)),
        None => (sum, None),
    };
    if sum != format!("{:016x}", checksum(json)) {
        let what = "its content is not what was written";
        return Err(RuntimeError::damaged(damaged(&what)));
    }
    let tagged = &line[..line.len() - tag.map_or(0, |tag| tag.len() + 1)];
    match key {
        Some(key) => key.check(tagged, json, tag).map(|()| json),
        None => Ok(json),
    }
}

fn damaged(what: &dyn std::fmt::Display) -> String {
    format!("the saved conversation is damaged: {what}")
}

/// FNV-1a.
fn checksum(bytes: &[u8]) -> u64 {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, step)
}
