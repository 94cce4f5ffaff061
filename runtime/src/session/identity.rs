//! The identity of a conversation and its caller, for traces, actions and hooks; flows cannot read it.

use std::any::Any;

use action_sdk::CallScope;
use tracing::Span;

use super::Session;

/// The identity of a conversation and its caller.
pub(super) struct Identity {
    /// The id given by the host, if any.
    id: Option<String>,
    /// Its number within this runtime.
    number: u64,
    /// The scope of every call, with the values attached by the host.
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

    /// The id given by the host.
    pub(super) fn given(&self) -> Option<&str> {
        self.id.as_deref()
    }

    pub(super) fn caller(&self) -> CallScope {
        self.caller.clone()
    }

    /// The span for all traces of this conversation. It has the level `ERROR`, so that no filter drops it while it
    /// lets its contents pass.
    pub(super) fn span(&self) -> Span {
        match &self.id {
            Some(id) => tracing::error_span!("conversation", id = id.as_str()),
            None => tracing::error_span!("conversation", id = self.number),
        }
    }

    /// The same span for work that outlives the call, without the spans around the call.
    pub(super) fn span_alone(&self) -> Span {
        match &self.id {
            Some(id) => tracing::error_span!(parent: None, "conversation", id = id.as_str()),
            None => tracing::error_span!(parent: None, "conversation", id = self.number),
        }
    }
}

impl Session {
    /// Sets the id of the conversation, such as that of a chat thread. All traces of its processing are in a span
    /// `conversation` with the field `id`. The id is saved with the conversation.
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

    /// The id of the conversation; by default a number, unique within this runtime.
    #[must_use]
    pub fn id(&self) -> String {
        let Identity { id, number, .. } = &self.identity;
        id.clone().unwrap_or_else(|| number.to_string())
    }

    /// Attaches a value, one per type, to all calls of actions from now on, such as the identity of the caller. An
    /// action takes it as [`Extension`](action_sdk::Extension), a hook from its [`CallScope`](action_sdk::CallScope).
    /// No flow, user or model can read or set it. It is not saved: attach it again after
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

    /// Like [`with_extension`](Self::with_extension), for a running conversation: for calls that start from now on.
    pub fn set_extension<T: Any + Send + Sync>(&mut self, value: T) {
        let caller = self.identity.caller();
        self.identity.caller = caller.with_extension(value);
    }
}
