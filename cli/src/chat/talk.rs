//! A conversation step by step: something happens, or time passes, and what the bot says is collected.

use std::time::Duration;

use action_sdk::Event;
use action_sdk_runtime::{FlowError, Runtime, RuntimeError, RuntimeErrorKind, Session};
use tokio::time::{Instant, timeout_at};
use umim::Timestamp;

/// How long everything may take that needs no time: shorter than any timer's resolution would need.
const AT_ONCE: Duration = Duration::from_millis(1);

/// A conversation, and what was sent.
pub(crate) struct Talk {
    session: Session,
    sent: Vec<Event>,
}

impl Talk {
    pub(crate) fn new(runtime: &Runtime) -> Self {
        Self {
            session: runtime.session(),
            sent: Vec::new(),
        }
    }

    /// Starts `main`.
    pub(crate) async fn begin(&mut self) -> Result<(), RuntimeError> {
        self.process(Vec::new()).await
    }

    /// The user says something.
    pub(crate) async fn user(&mut self, text: &str) -> Result<(), RuntimeError> {
        let said = Event::new("UtteranceUserActionFinished").with("final_transcript", text);
        self.process(vec![said.with("is_success", true)]).await
    }

    /// Another event arrives.
    pub(crate) async fn event(&mut self, event: Event) -> Result<(), RuntimeError> {
        self.process(vec![event]).await
    }

    async fn process(&mut self, events: Vec<Event>) -> Result<(), RuntimeError> {
        let sent = self.session.process_events(events).await?;
        self.sent.extend(sent);
        self.wait(AT_ONCE).await
    }

    /// Lets time pass for timers and background actions.
    pub(crate) async fn wait(&mut self, time: Duration) -> Result<(), RuntimeError> {
        let until = Instant::now() + time;
        let mut failed_at = None;
        loop {
            match timeout_at(until, self.session.next_event()).await {
                Ok(Ok(Some(event))) => self.sent.push(event),
                Ok(Ok(None)) => {
                    tokio::time::sleep_until(until).await;
                    return Ok(());
                }
                // If time has passed since the last failure, it continues.
                Ok(Err(error)) if error.kind() == RuntimeErrorKind::TooManyEvents => {
                    let now = Instant::now();
                    if failed_at.replace(now) == Some(now) {
                        return Err(error);
                    }
                }
                Ok(Err(error)) => return Err(error),
                Err(_over) => return Ok(()),
            }
        }
    }

    /// What was sent since the last call.
    pub(crate) fn take_sent(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.sent)
    }

    /// The errors in flows since the last call.
    pub(crate) fn take_errors(&mut self) -> Vec<FlowError> {
        self.session.take_flow_errors()
    }
}

/// What an event says, if the bot says something.
pub(crate) fn said(event: &Event) -> Option<String> {
    if event.name() != "UtteranceBotActionFinished" {
        return None;
    }
    let script = event.value("final_script")?;
    let text = script.as_str();
    Some(text.map_or_else(|| script.to_string(), str::to_owned))
}

/// A clock that goes with tokio's, which may be paused.
pub(crate) fn virtual_clock() -> impl Fn() -> Timestamp + Send + Sync + 'static {
    let (began, start) = (Timestamp::now().as_micros(), Instant::now());
    move || {
        let passed = i64::try_from(start.elapsed().as_micros()).unwrap_or(i64::MAX);
        Timestamp::from_micros(began.saturating_add(passed))
    }
}
