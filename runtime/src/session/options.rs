//! Options for processing a conversation.

use std::collections::HashSet;

/// Actions that have finished as soon as a text-only host has shown them.
const CHAT: [&str; 2] = ["UtteranceBotAction", "GestureBotAction"];

/// Options for processing the events of a conversation. Passed to
/// [`RuntimeBuilder::options`](crate::RuntimeBuilder::options), or to a single conversation with
/// [`Session::with_options`](crate::Session::with_options).
///
/// ```
/// use action_sdk_runtime::ProcessOptions;
///
/// let options = ProcessOptions { instant_actions: ["UtteranceBotAction".to_owned()].into(), ..ProcessOptions::default() };
/// assert!(!options.blocking);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProcessOptions {
    /// Wait for all local actions, including those with `execute_async`.
    pub blocking: bool,
    /// Actions that finish as soon as they start: their `…Finished` event is sent instead of their `Start…` event.
    pub instant_actions: HashSet<String>,
}

impl ProcessOptions {
    /// For hosts that show utterances and gestures of the bot as text: both finish as soon as they start, so that
    /// `UtteranceBotActionFinished` with its `final_script` is sent, and the host need not reply.
    ///
    /// ```
    /// # use action_sdk_runtime::{Runtime, parse_config};
    /// use action_sdk_runtime::ProcessOptions;
    ///
    /// # let source = "flow main\n  await UtteranceBotAction(script=\"Hello\")\n  await UtteranceBotAction(script=\"Bye\")\n";
    /// let config = parse_config("", [("main.co", source)])?;
    /// let runtime = Runtime::builder(config).options(ProcessOptions::chat()).build()?;
    /// # let tokio = tokio::runtime::Builder::new_current_thread().build()?;
    /// # tokio.block_on(async {
    /// let mut session = runtime.session();
    /// let events = session.process_events(Vec::new()).await?;
    /// let said: Vec<_> = events.iter().filter_map(|event| event.value("final_script")).collect();
    /// assert_eq!(said, ["Hello", "Bye"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn chat() -> Self {
        Self {
            instant_actions: CHAT.map(str::to_owned).into(),
            ..Self::default()
        }
    }

    /// The same for a host that only shows text, and waits for all of it.
    pub(super) fn for_text(&self) -> Self {
        let mut options = self.clone();
        options.blocking = true;
        options.instant_actions.extend(CHAT.map(str::to_owned));
        options
    }
}
