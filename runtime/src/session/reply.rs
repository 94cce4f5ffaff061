//! What a bot answers, for hosts that only show what it says.

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
    /// What else went out, in order: gestures, events of the program's own, failures of actions.
    pub events: Vec<Event>,
}

impl Reply {
    /// Sorts what went out.
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

/// What the bot said, each on a line of its own.
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
    /// Tells the flows that the user has said this, and gives back what the bot answers: a conversation for hosts that
    /// only show text.
    ///
    /// All actions are awaited, those with `execute_async` too, and what the bot says counts as said at once, whatever the
    /// [options](Self::with_options) of the session are. What the bot says unasked, such as when a timer goes off, comes with
    /// the next answer; a host that shows it at once has a [`converse`](Self::converse)d conversation.
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
        // A greeting comes first: what is said while the bot has not come to wait for it is not heard.
        self.take_in(Vec::new(), &options).await?;
        self.take_in(vec![said], &options).await?;
        Ok(Reply::of(self.take_outputs()))
    }
}
