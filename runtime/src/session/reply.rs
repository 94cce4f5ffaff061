//! The answers of a bot, for hosts that only show text.

use std::fmt;

use umim::Event;

use super::Session;
use crate::error::RuntimeError;

/// The bot's answer to [`Session::say`].
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Reply {
    /// What the bot said, in order.
    pub said: Vec<String>,
    /// Other sent events, in order: gestures, custom events, failures of actions.
    pub events: Vec<Event>,
}

impl Reply {
    /// Separates utterances from other events.
    pub(crate) fn of(events: Vec<Event>) -> Self {
        let mut reply = Self::default();
        for event in events {
            match said(&event) {
                Some(text) => reply.said.push(text),
                None => reply.events.push(event),
            }
        }
        reply
    }
}

/// The utterances of the bot, each on its own line.
impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.said.join("\n"))
    }
}

fn said(event: &Event) -> Option<String> {
    if event.name() != "UtteranceBotActionFinished" {
        return None;
    }
    let script = event.value("final_script")?;
    Some(
        script
            .as_str()
            .map_or_else(|| script.to_string(), str::to_owned),
    )
}

impl Session {
    /// Sends a message of the user to the flows, and returns the bot's answer: a conversation for hosts that only
    /// show text.
    ///
    /// All actions are awaited, including those with `execute_async`, and what the bot says counts as said at once,
    /// whatever the [options](Self::with_options) of the session. What the bot says on its own initiative, such as
    /// when a timer fires, is part of the next answer; to show it at once use [`converse`](Self::converse).
    ///
    /// # Errors
    ///
    /// See [`process_events`](Self::process_events).
    ///
    /// ```
    /// use action_sdk_runtime::{Runtime, parse_config};
    ///
    /// let flows = r#"
    /// import core
    ///
    /// flow main
    ///   bot say "Welcome"
    ///   while True
    ///     user said something as $user
    ///     bot say "You said: {$user.transcript}"
    /// "#;
    ///
    /// # let tokio = tokio::runtime::Builder::new_current_thread().build()?;
    /// # tokio.block_on(async {
    /// let runtime = Runtime::builder(parse_config("", [("main.co", flows)])?).build()?;
    /// let mut session = runtime.session();
    /// assert_eq!(session.say("Hello").await?.said, ["Welcome", "You said: Hello"]);
    /// assert_eq!(session.say("Bye").await?.to_string(), "You said: Bye");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn say(&mut self, text: impl Into<String>) -> Result<Reply, RuntimeError> {
        let said = Event::new("UtteranceUserActionFinished")
            .with("final_transcript", text.into())
            .with("is_success", true);
        let options = self.options.for_text();
        // A greeting comes first: a message before the bot waits for one would be ignored.
        self.take_in(Vec::new(), &options).await?;
        self.take_in(vec![said], &options).await?;
        Ok(Reply::of(self.take_outputs()))
    }
}
