//! Which conversation a session is, and who calls in it: for traces, actions and hooks; nothing that a flow can read.

use std::any::Any;

use action_sdk::CallScope;
use tracing::Span;

use super::Session;

/// Which conversation it is, and who calls in it.
pub(super) struct Identity {
    /// What the host calls the conversation, if it calls it anything.
    id: Option<String>,
    /// Its place among the conversations of this runtime.
    number: u64,
    /// What surrounds every call, as the host has attached it.
    caller: CallScope,
}

impl Identity {
    pub(super) fn new(number: u64) -> Self {
        Self {
            id: None,
            number,
            caller: CallScope::new(),
        }
    }

    /// The name that the host has given.
    pub(super) fn given(&self) -> Option<&str> {
        self.id.as_deref()
    }

    pub(super) fn caller(&self) -> CallScope {
        self.caller.clone()
    }

    /// In which everything is traced that is done for this conversation. As an error's, so that no filter leaves out the
    /// conversation of what it lets through.
    pub(super) fn span(&self) -> Span {
        match &self.id {
            Some(id) => tracing::error_span!("conversation", id = id.as_str()),
            None => tracing::error_span!("conversation", id = self.number),
        }
    }

    /// The same for what goes on when the call is over, and so must not hold what surrounds it.
    pub(super) fn span_alone(&self) -> Span {
        match &self.id {
            Some(id) => tracing::error_span!(parent: None, "conversation", id = id.as_str()),
            None => tracing::error_span!(parent: None, "conversation", id = self.number),
        }
    }
}

impl Session {
    /// Gives the conversation a name, such as the id of a thread. Everything that is traced while it is processed stands in
    /// a span `conversation` with the field `id`. The name is saved with the conversation.
    ///
    /// ```
    /// # use action_sdk_runtime::{Runtime, parse_config};
    /// # let runtime = Runtime::builder(parse_config("", [("main.co", "flow main\n  match Never()\n")])?).build()?;
    /// let session = runtime.session().with_id("thread-7");
    /// assert_eq!(session.id(), "thread-7");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_id(mut self, id: impl Into<String>) -> Self {
        self.identity.id = Some(id.into());
        self
    }

    /// The name of the conversation; a number among the conversations of this runtime if the host has given none.
    #[must_use]
    pub fn id(&self) -> String {
        let Identity { id, number, .. } = &self.identity;
        id.clone().unwrap_or_else(|| number.to_string())
    }

    /// Attaches a value of the host's own, one per type, to every call of an action from now on: who is calling. An action
    /// takes it as [`Extension`](action_sdk::Extension), a hook from its [`CallScope`](action_sdk::CallScope). No flow,
    /// user or model can read or set it, and it is not saved: attach it again after
    /// [`resume`](crate::Runtime::resume).
    ///
    /// ```standalone_crate
    /// use action_sdk::Extension;
    /// use action_sdk::prelude::*;
    /// use action_sdk_runtime::{Runtime, parse_config};
    ///
    /// struct Caller { name: &'static str }
    ///
    /// #[action(name = "WhoAmIAction")]
    /// async fn who_am_i(caller: Extension<Caller>) -> String {
    ///     caller.name.to_owned()
    /// }
    ///
    /// # let flows = "flow main\n  $name = await WhoAmIAction()\n  send Out(name=$name)\n  match Never()\n";
    /// # let tokio = tokio::runtime::Builder::new_current_thread().build()?;
    /// # tokio.block_on(async {
    /// let runtime = Runtime::builder(parse_config("", [("main.co", flows)])?).build()?;
    /// let mut session = runtime.session().with_extension(Caller { name: "Ada" });
    /// let events = session.process_events(Vec::new()).await?;
    /// assert_eq!(events[0].value("name"), Some(&"Ada".into()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_extension<T: Any + Send + Sync>(mut self, value: T) -> Self {
        self.set_extension(value);
        self
    }

    /// As [`with_extension`](Self::with_extension), for a conversation under way: for calls that begin from now on.
    pub fn set_extension<T: Any + Send + Sync>(&mut self, value: T) {
        let caller = self.identity.caller();
        self.identity.caller = caller.with_extension(value);
    }
}
