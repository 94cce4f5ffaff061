//! Testing a bot by talking to it.

use std::collections::VecDeque;
use std::time::Duration;

use action_sdk::Event;
use tokio::time::{Instant, sleep_until, timeout_at};

use crate::runtime::Runtime;
use crate::session::{ProcessOptions, Session};

/// A conversation in a test: the user says something, and the bot's answers are compared with the expected ones
/// (`TestChat` of nemoguardrails 0.24.1).
///
/// ```
/// use action_sdk_runtime::testing::TestChat;
/// use action_sdk_runtime::{Runtime, parse_config};
///
/// let flows = "import core\n\nflow main\n  bot say \"Welcome\"\n  user said \"hi\"\n  bot say \"Hello!\"\n";
/// # let tokio = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
/// # tokio.block_on(async {
/// let runtime = Runtime::builder(parse_config("", [("main.co", flows)])?).build()?;
/// let mut chat = TestChat::new(&runtime).await;
/// chat.bot("Welcome");
/// chat.user("hi").await;
/// chat.bot("Hello!");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// What the bot says counts as said at once. All actions are awaited, including those with `execute_async`, so use a
/// [`ScriptedLlm`](action_sdk::testing::ScriptedLlm) as model. Timers fire while [`wait`](Self::wait) waits; with
/// `#[tokio::test(start_paused = true)]` that takes no time.
#[derive(Debug)]
pub struct TestChat {
    session: Session,
    said: VecDeque<String>,
    events: Vec<Event>,
}

impl TestChat {
    /// A new conversation, in which `main` has been started.
    pub async fn new(runtime: &Runtime) -> Self {
        let options = ProcessOptions {
            blocking: true,
            ..ProcessOptions::chat()
        };
        let mut chat = Self {
            session: runtime.session().with_options(options),
            said: VecDeque::new(),
            events: Vec::new(),
        };
        chat.process(Vec::new()).await;
        chat
    }

    /// The user says something.
    ///
    /// # Panics
    ///
    /// If there are more events than one call may process.
    pub async fn user(&mut self, text: &str) {
        let said = Event::new("UtteranceUserActionFinished").with("final_transcript", text);
        self.process(vec![said.with("is_success", true)]).await;
    }

    /// Sends another event.
    ///
    /// # Panics
    ///
    /// If the event contains a value that no variable can hold, or there are more events than one call may process.
    pub async fn event(&mut self, event: Event) {
        self.process(vec![event]).await;
    }

    /// Lets time pass for timers and for actions that still run.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime with its timer enabled, and if flows cause events endlessly.
    pub async fn wait(&mut self, time: Duration) {
        let until = Instant::now() + time;
        let mut failed_at = None;
        loop {
            let next = self.session.next_event();
            match timeout_at(until, next).await {
                Ok(Ok(Some(event))) => self.take(event),
                Ok(Ok(None)) => return sleep_until(until).await,
                // If time has passed since the last failure, it continues.
                Ok(Err(error)) => match failed_at.replace(Instant::now()) {
                    Some(at) if at == Instant::now() => panic!("{error}"),
                    Some(_) | None => {}
                },
                Err(_over) => return,
            }
        }
    }

    /// Checks the next utterance of the bot.
    ///
    /// # Panics
    ///
    /// If it said something else, or nothing; the message includes errors in flows.
    #[track_caller]
    pub fn bot(&mut self, text: &str) {
        match self.said.pop_front() {
            Some(said) => assert_eq!(said, text, "what the bot said"),
            None => panic!(
                "the bot was to say {text:?}, and said nothing more{}",
                self.errors()
            ),
        }
    }

    /// The errors in flows so far, for messages.
    fn errors(&self) -> String {
        let errors = self.session.flow_errors();
        errors.map(|error| format!("\n{error}")).collect()
    }

    /// Checks that the bot has not said anything else.
    ///
    /// # Panics
    ///
    /// If it has.
    #[track_caller]
    pub fn silence(&mut self) {
        if let Some(said) = self.said.pop_front() {
            panic!("the bot was to say nothing more, and said {said:?}");
        }
    }

    /// The remaining utterances of the bot.
    pub fn take_said(&mut self) -> Vec<String> {
        std::mem::take(&mut self.said).into()
    }

    /// The events sent since the last call, except utterances of the bot.
    pub fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    /// The conversation, for access to its state.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    async fn process(&mut self, events: Vec<Event>) {
        let out = self.session.process_events(events).await;
        let out = out.unwrap_or_else(|error| panic!("{error}"));
        out.into_iter().for_each(|event| self.take(event));
    }

    fn take(&mut self, event: Event) {
        let said = event
            .value("final_script")
            .and_then(|script| script.as_str());
        match said {
            Some(said) => self.said.push_back(said.to_owned()),
            None => self.events.push(event),
        }
    }
}
