//! The runtime: everything that conversations share.

mod builder;

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use action_sdk::{ActionDispatcher, RailsConfig};
use colang::state::OnChange;
use umim::UidSource;

use crate::config::Config;
use crate::error::RuntimeError;
use crate::session::{DrivenSession, Session};
use crate::shared::Shared;

pub use builder::RuntimeBuilder;

/// Runs conversations with one set of flows and actions. Cheap to clone; all clones and sessions share everything
/// except the state of a conversation.
///
/// ```
/// use action_sdk_runtime::{Runtime, parse_config};
///
/// let config = parse_config("", [("main.co", "flow main\n  match Start()\n  send Hello()\n")])?;
/// let runtime = Runtime::builder(config).build()?;
/// let (mut one, mut other) = (runtime.session(), runtime.session());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Runtime(pub(crate) Arc<Shared>);

impl Runtime {
    /// A builder for a runtime with this configuration.
    pub fn builder(config: Config) -> RuntimeBuilder {
        RuntimeBuilder::new(config)
    }

    /// A new conversation. Even `main` is started only by the first call of
    /// [`process_events`](Session::process_events).
    #[must_use]
    pub fn session(&self) -> Session {
        match self.0.seed {
            Some(seed) => self.session_with_seed(seed),
            None => self.unforeseeable_session(),
        }
    }

    fn unforeseeable_session(&self) -> Session {
        let state = (self.0.machine).start_with(random_seed(), UidSource::keyed());
        Session::new(Arc::clone(&self.0), state, UidSource::keyed())
    }

    /// A conversation whose uids and random choices depend only on the seed.
    #[must_use]
    pub fn session_with_seed(&self, seed: u64) -> Session {
        let state = self.0.machine.start(seed);
        // A different sequence than that of the machine, which uses the seed itself.
        let uids = umim::UidSource::seeded(!seed);
        Session::new(Arc::clone(&self.0), state, uids)
    }

    /// Resumes a saved conversation, given as [`Saved`](crate::Saved), string or bytes, possibly in another process,
    /// as long as the flows that were running do the same; comments do not matter. An activated flow that has changed
    /// begins anew in its new form if it only waited at its first match.
    ///
    /// An action that was running when the conversation was saved ended with its process. It is started again if its
    /// author declared it `read_only` or `idempotent`; any other is reported as failed, since its effect is unknown,
    /// and traced. A timer of [`perform_timers`](RuntimeBuilder::perform_timers) runs for the remaining time.
    ///
    /// The history continues with the part that was saved ([`saved_history`](RuntimeBuilder::saved_history)). Values
    /// attached to the session ([`with_extension`](Session::with_extension)) are not saved, and must be attached
    /// again. Conversations that were saved in the previous form can be resumed too; they have no history.
    ///
    /// # Errors
    ///
    /// If the saved conversation is truncated, modified, inconsistent or in an unknown form; if it refers to flows
    /// that this runtime does not have, or has in another version; and, with a
    /// [`snapshot_key`](crate::RuntimeBuilder::snapshot_key), if it was not signed with that key. The argument is
    /// only borrowed, so nothing is lost.
    pub fn resume(&self, saved: impl AsRef<[u8]>) -> Result<Session, RuntimeError> {
        let resumed = self.resume_with(saved, OnChange::Refuse);
        resumed.map(|(session, _)| session)
    }

    /// Like [`resume`](Self::resume), with a policy for flows that were changed while they were running. Also returns
    /// the names of the flows that have ended for that reason; activated ones begin anew with the next event.
    ///
    /// # Errors
    ///
    /// See [`resume`](Self::resume).
    ///
    /// ```
    /// use action_sdk::Event;
    /// use action_sdk_runtime::{OnChange, Runtime, parse_config};
    ///
    /// # let tokio = tokio::runtime::Builder::new_current_thread().build()?;
    /// # tokio.block_on(async {
    /// let flows = "@active\nflow greet\n  match Hi()\n  send Hello()\n\nflow main\n  match Never()\n";
    /// let mut session = Runtime::builder(parse_config("", [("main.co", flows)])?).build()?.session();
    /// session.process_events(Vec::new()).await?;
    /// let saved = session.snapshot()?;
    ///
    /// let changed = flows.replace("Hello", "Welcome");
    /// let runtime = Runtime::builder(parse_config("", [("main.co", &*changed)])?).build()?;
    /// let (mut session, restarted) = runtime.resume_with(saved, OnChange::Refuse)?;
    /// assert_eq!(restarted, ["greet"]);
    /// assert_eq!(session.process_events(vec![Event::new("Hi")]).await?[0].name(), "Welcome");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn resume_with(
        &self,
        saved: impl AsRef<[u8]>,
        on_change: OnChange,
    ) -> Result<(Session, Vec<String>), RuntimeError> {
        Session::resume(&self.0, saved.as_ref(), false, on_change)
    }

    /// Resumes a saved conversation whose actions and timers someone else performs. What was running when it was saved
    /// is still open, and is handed out with the first [`take_effects`](DrivenSession::take_effects).
    ///
    /// # Errors
    ///
    /// See [`resume_with`](Self::resume_with).
    pub fn resume_driven(
        &self,
        saved: impl AsRef<[u8]>,
        on_change: OnChange,
    ) -> Result<(DrivenSession, Vec<String>), RuntimeError> {
        let resumed = Session::resume(&self.0, saved.as_ref(), true, on_change);
        resumed.map(|(session, restarted)| (session.driven(), restarted))
    }

    /// A number for the flows: the same in every process that has loaded the same ones.
    #[must_use]
    pub fn program_id(&self) -> u64 {
        self.0.machine.program().fingerprint()
    }

    /// The settings of the configuration.
    #[must_use]
    pub fn rails(&self) -> &Arc<RailsConfig> {
        &self.0.rails
    }

    /// The actions that run here.
    #[must_use]
    pub fn dispatcher(&self) -> &ActionDispatcher {
        &self.0.dispatcher
    }
}

/// For the random choices of a conversation.
fn random_seed() -> u64 {
    RandomState::new().hash_one(0)
}

impl std::fmt::Debug for Runtime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Runtime")
            .field("actions", &self.0.dispatcher)
            .field("max_events", &self.0.max_events)
            .finish_non_exhaustive()
    }
}
