//! Keeps Colang conversations in a store: a process that is killed at any moment goes on where it was.
//!
//! ```
//! use action_sdk_conversations::Conversations;
//! use action_sdk_conversations::store::MemoryStore;
//! use action_sdk_runtime::{ProcessOptions, Runtime, parse_config};
//!
//! let flows = r#"
//! import core
//!
//! flow main
//!   user said something as $user
//!   $name = $user.transcript
//!   bot say "Hello {$name}"
//!   user said something
//!   bot say "Bye {$name}"
//! "#;
//!
//! # let tokio = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
//! # tokio.block_on(async {
//! let config = parse_config("", [("main.co", flows)])?;
//! let runtime = Runtime::builder(config).options(ProcessOptions::chat()).perform_timers().build()?;
//! let store = MemoryStore::default(); // or `RedbStore::open("conversations.redb")?`
//!
//! let conversations = Conversations::builder(runtime.clone(), store.clone()).open();
//! let thread = conversations.conversation("thread-7")?;
//! assert_eq!(thread.say("Ada").await?.to_string(), "Hello Ada");
//!
//! // Another process goes on, whatever became of the first one.
//! let conversations = Conversations::builder(runtime, store).open();
//! let thread = conversations.conversation("thread-7")?;
//! assert_eq!(thread.say("That is all").await?.to_string(), "Bye Ada");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What you can rely on
//!
//! | what | how |
//! | --- | --- |
//! | no accepted input is lost | [`Conversation::send`] returns when the input is on disk |
//! | no input counts twice | whoever got no answer sends again, with the same [`Input::with_id`] |
//! | no output is lost | [`Outputs`] delivers each at least once, with a number, until [`Conversation::seen`] |
//! | no action is repeated that has ended | its result is in the journal before flows get it |
//! | an action that was killed | runs again with the same `action_uid` if it is `idempotent` or `read_only`, and is reported as failed otherwise; both are traced |
//! | timers | fire at their time, late ones at once, whether the conversation is in memory or not |
//! | one writer | each conversation has one task; a second process that writes it makes the first one fail with [`ErrorKind::TakenOver`] |
//! | a conversation in trouble | gets a typed [`Error`] that names it, nothing of it is overwritten, and the others go on |
//!
//! Requests that cannot be taken are refused, not queued without limit: see [`Limits`].
//!
//! # How it works
//!
//! A conversation is a pure function of its inputs ([`Engine`]): events, ends of actions, timers that have fired. Each
//! is written to the journal before it is processed. A conversation is restored from its latest snapshot and the records
//! since then, without running an action again, since the ends of actions are among the inputs.
//!
//! Inputs that come in at the same time, of one conversation or of several, share one flush of
//! [`RedbStore`](store::RedbStore).
//!
//! # What it costs to compile
//!
//! In addition to `action-sdk-runtime`: `crc32fast`, and with the feature `redb` (on by default) `redb`, which has no
//! dependencies but `libc`.

mod clock;
mod conversation;
mod conversations;
mod engine;
mod error;
mod id;
mod input;
mod limits;
mod mailbox;
mod record;
mod shared;
pub mod store;

pub use clock::{Clock, SystemClock};
pub use conversation::{Conversation, Outputs};
pub use conversations::{Conversations, ConversationsBuilder};
pub use engine::{Caller, Effects, Engine, Output};
pub use error::{Error, ErrorKind};
pub use id::{ConversationId, IdError};
pub use input::{Answer, Input, Receipt};
pub use limits::{ChangePolicy, Limits};
pub use record::{Record, RecordKind};

/// The code in `docs/conversations.md` is compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../docs/conversations.md")]
struct ConversationsPage;
