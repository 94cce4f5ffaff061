//! Talking to a bot in a test.

use std::collections::VecDeque;
use std::time::Duration;

use action_sdk::Event;
use tokio::time::{Instant, sleep_until, timeout_at};

use crate::runtime::Runtime;
use crate::session::{ProcessOptions, Session};

/// A conversation in a test: the user says something, and the bot is held to what it should say
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
/// What the bot says counts as said at once. Actions are awaited, those with `execute_async` too, so a model should be a
/// [`ScriptedLlm`](action_sdk::testing::ScriptedLlm). Timers go off while [`wait`](Self::wait) waits; under
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
    /// If more events follow than one call may process.
    pub async fn user(&mut self, text: &str) {
        let said = Event::new("UtteranceUserActionFinished").with("final_transcript", text);
        self.process(vec![said.with("is_success", true)]).await;
    }

    /// Something else happens.
    ///
    /// # Panics
    ///
    /// If the event holds a value that no variable can hold, or more events follow than one call may process.
    pub async fn event(&mut self, event: Event) {
        self.process(vec![event]).await;
    }

    /// Lets time pass for timers and for actions that still run.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime with its timer enabled, and if flows set off events without end.
    pub async fn wait(&mut self, time: Duration) {
        let until = Instant::now() + time;
        let mut failed_at = None;
        loop {
            let next = self.session.next_event();
            match timeout_at(until, next).await {
                Ok(Ok(Some(event))) => self.take(event),
                Ok(Ok(None)) => return sleep_until(until).await,
                // One that has let time pass since the last time goes on.
                Ok(Err(error)) => match failed_at.replace(Instant::now()) {
                    Some(at) if at == Instant::now() => panic!("{error}"),
                    Some(_) | None => {}
                },
                Err(_over) => return,
            }
        }
    }

    /// The bot has said this next.
    ///
    /// # Panics
    ///
    /// If it has said something else, or nothing; then with what went wrong in flows.
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

    /// What went wrong in flows so far, for messages.
    fn errors(&self) -> String {
        let errors = self.session.flow_errors();
        errors.map(|error| format!("\n{error}")).collect()
    }

    /// The bot has said nothing beyond what it was held to.
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

    /// What the bot has said beyond what it was held to.
    pub fn take_said(&mut self) -> Vec<String> {
        std::mem::take(&mut self.said).into()
    }

    /// The events that went out since the last time, besides what the bot said.
    pub fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    /// The conversation, to look at what it remembers.
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
