//! The id of a conversation.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

/// The most bytes of an id.
const LONGEST: usize = 255;

/// The id of a conversation: 1 to 255 bytes, without control characters. Cheap to clone.
///
/// ```
/// use action_sdk_conversations::ConversationId;
///
/// let id: ConversationId = "thread-7".parse()?;
/// assert_eq!(id.as_str(), "thread-7");
/// assert!("".parse::<ConversationId>().is_err());
/// # Ok::<(), action_sdk_conversations::IdError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConversationId(Arc<str>);

impl ConversationId {
    /// Checks an id.
    ///
    /// # Errors
    ///
    /// If it is empty, longer than 255 bytes, or has control characters.
    pub fn new(id: &str) -> Result<Self, IdError> {
        let problem = match id {
            "" => Some("it is empty".to_owned()),
            id if id.len() > LONGEST => Some(format!("it has {} bytes", id.len())),
            id if id.contains(char::is_control) => Some("it has control characters".to_owned()),
            _ => None,
        };
        match problem {
            None => Ok(Self(id.into())),
            Some(problem) => Err(IdError { problem }),
        }
    }

    /// The id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for ConversationId {
    type Err = IdError;

    fn from_str(id: &str) -> Result<Self, IdError> {
        Self::new(id)
    }
}

impl Borrow<str> for ConversationId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ConversationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ConversationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", &*self.0)
    }
}

/// A string that is no id of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdError {
    problem: String,
}

impl fmt::Display for IdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let problem = &self.problem;
        write!(
            f,
            "the id of a conversation has 1 to {LONGEST} bytes and no control characters, but {problem}"
        )
    }
}

impl std::error::Error for IdError {}
