//! The records of a journal, and the form in which records and snapshots are stored: a version, a length, a checksum,
//! then the contents.

use std::fmt;

use action_sdk_runtime::ActionEnd;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use umim::Event;

use crate::store::Bytes;

/// The version of the form.
const VERSION: u8 = 1;

/// The bytes before the contents: version, length, checksum.
const HEADER: usize = 9;

/// One input of a conversation, and when it came: all that has to be known to do the same again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Record {
    /// When, in microseconds since 1970.
    pub time: i64,
    /// A checksum of everything that was done before, to find out when it is not the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<u32>,
    /// What.
    pub kind: RecordKind,
}

/// The kinds of inputs.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RecordKind {
    /// Events were accepted.
    Input {
        /// The events, in order.
        events: Vec<Event>,
        /// The id given by whoever sent them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        /// Who sent them, if that was said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        caller: Option<Json>,
    },
    /// An action has ended.
    Ended(ActionEnd),
    /// A timer has fired.
    Fired {
        /// The `action_uid` of the timer.
        action_uid: String,
    },
    /// An action whose process ended is performed again.
    Again {
        /// Its `action_uid`, which stays the same.
        action_uid: String,
    },
    /// The reader has seen the outputs up to this one.
    Seen {
        /// The number of the output.
        up_to: u64,
    },
}

/// What is wrong with stored bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// They are in the form of another version.
    Version(u8),
    /// They end too early, or have something behind them.
    Length { wanted: usize, found: usize },
    /// They are not what was written.
    Checksum,
    /// They are what was written, but make no sense.
    Content(String),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version(found) => {
                write!(
                    f,
                    "it has the form {found}, and this version reads {VERSION}"
                )
            }
            Self::Length { wanted, found } => {
                write!(f, "it has {found} bytes, and should have {wanted}")
            }
            Self::Checksum => f.write_str("its content is not what was written"),
            Self::Content(error) => f.write_str(error),
        }
    }
}

/// Adds the header.
pub(crate) fn frame(content: &[u8]) -> Bytes {
    let length = u32::try_from(content.len())
        .unwrap_or(u32::MAX)
        .to_le_bytes();
    let mut bytes = Vec::with_capacity(HEADER + content.len());
    bytes.push(VERSION);
    bytes.extend(length);
    bytes.extend(checksum(length, content).to_le_bytes());
    bytes.extend(content);
    bytes.into()
}

/// Checks and removes the header.
pub(crate) fn unframe(bytes: &[u8]) -> Result<&[u8], Fault> {
    let found = bytes.len();
    let Some((header, content)) = bytes.split_first_chunk::<HEADER>() else {
        return Err(Fault::Length {
            wanted: HEADER,
            found,
        });
    };
    let [version, length @ .., c0, c1, c2, c3] = *header;
    if version != VERSION {
        return Err(Fault::Version(version));
    }
    let wanted = HEADER + u32::from_le_bytes(length) as usize;
    if found != wanted {
        return Err(Fault::Length { wanted, found });
    }
    match checksum(length, content) == u32::from_le_bytes([c0, c1, c2, c3]) {
        true => Ok(content),
        false => Err(Fault::Checksum),
    }
}

fn checksum(length: [u8; 4], content: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&[VERSION]);
    hasher.update(&length);
    hasher.update(content);
    hasher.finalize()
}

impl Record {
    pub(crate) fn encode(&self) -> Result<Bytes, serde_json::Error> {
        serde_json::to_vec(self).map(|json| frame(&json))
    }

    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, Fault> {
        serde_json::from_slice(unframe(bytes)?).map_err(|error| Fault::Content(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_changed_or_missing_byte_is_noticed() {
        let bytes = frame(b"content");
        assert_eq!(unframe(&bytes), Ok(&b"content"[..]));
        for place in 0..bytes.len() {
            let mut changed = bytes.to_vec();
            changed[place] ^= 0x10;
            assert!(unframe(&changed).is_err(), "byte {place} was changed");
            assert!(unframe(&bytes[..place]).is_err(), "cut at {place}");
        }
    }

    #[test]
    fn a_later_version_is_told() {
        let mut bytes = frame(b"content").to_vec();
        bytes[0] = 9;
        assert_eq!(unframe(&bytes), Err(Fault::Version(9)));
    }
}
