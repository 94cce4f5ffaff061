//! A conversation: something happens, or time passes, and what the bot says is collected.

use std::time::Duration;

use action_sdk::Event;
use action_sdk_runtime::{Runtime, RuntimeError, RuntimeErrorKind, Session};
use tokio::time::{Instant, timeout_at};
use umim::Timestamp;

use super::view;

/// How long everything may take that needs no time: less than the shortest timer.
const AT_ONCE: Duration = Duration::from_micros(900);

/// A conversation, and what was sent.
pub(crate) struct Talk {
    runtime: Runtime,
    session: Session,
    sent: Vec<Event>,
    /// Why the bot has said the last thing.
    why: Vec<String>,
}

impl Talk {
    pub(crate) fn new(runtime: &Runtime) -> Self {
        Self {
            runtime: runtime.clone(),
            session: runtime.session(),
            sent: Vec::new(),
            why: Vec::new(),
        }
    }

    pub(crate) fn session(&mut self) -> &mut Session {
        &mut self.session
    }

    /// Events happen, and everything that follows from them. The future may be dropped; nothing is lost.
    ///
    /// # Errors
    ///
    /// See [`Session::process_events`].
    pub(crate) async fn process(&mut self, events: Vec<Event>) -> Result<(), RuntimeError> {
        let sent = self.session.process_events(events).await?;
        self.keep(sent);
        Ok(())
    }

    /// The same, and everything that needs no time: background actions that end at once.
    pub(crate) async fn process_all(&mut self, events: Vec<Event>) -> Result<(), RuntimeError> {
        self.process(events).await?;
        self.wait(AT_ONCE).await
    }

    /// Waits until something is sent on its own account; forever if nothing runs.
    ///
    /// # Errors
    ///
    /// See [`Session::next_event`].
    pub(crate) async fn next(&mut self) -> Result<(), RuntimeError> {
        match self.session.next_event().await? {
            Some(event) => self.keep(vec![event]),
            None => std::future::pending().await,
        }
        Ok(())
    }

    /// Lets time pass for timers and background actions.
    pub(crate) async fn wait(&mut self, time: Duration) -> Result<(), RuntimeError> {
        let until = Instant::now() + time;
        let mut failed_at = None;
        loop {
            match timeout_at(until, self.session.next_event()).await {
                Ok(Ok(Some(event))) => self.keep(vec![event]),
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

    fn keep(&mut self, sent: Vec<Event>) {
        if let Some(last) = sent.iter().rev().find(|event| said(event).is_some()) {
            self.why = self.reasons(last);
        }
        self.sent.extend(sent);
    }

    /// What was sent since the last call.
    pub(crate) fn take_sent(&mut self) -> Vec<Event> {
        let sent = self.session.take_outputs();
        self.keep(sent);
        std::mem::take(&mut self.sent)
    }

    /// Why the bot has said the last thing, as lines.
    pub(crate) fn why(&self) -> Vec<String> {
        match self.why.is_empty() {
            true => vec!["the bot has not said anything".to_owned()],
            false => self.why.clone(),
        }
    }

    /// The flow that has said this with those that have started it, and the event that made it go on.
    fn reasons(&self, said: &Event) -> Vec<String> {
        let uid = said.action_uid().unwrap_or_default();
        let state = self.session.state();
        let action = state.action_key(uid).and_then(|key| state.action(key));
        let flow = action.and_then(|action| state.flow_key(action.flow_uid()?));
        let chain = std::iter::successors(flow, |key| state.flow(*key)?.parent());
        let chain = chain.filter_map(|key| state.flow(key)).map(|flow| {
            let head = flow.active_heads().next();
            let place = head.map(|head| view::place(flow, head.position()));
            let place = place.unwrap_or_else(|| flow.config().file.to_string());
            format!("flow    {}  {place}", flow.flow_id())
        });
        let mut lines: Vec<_> = chain.collect();
        let history = self.session.history();
        if lines.is_empty() {
            // It has ended since, and only its name is known.
            let mut logs = history.iter().rev();
            let log = logs.find(|event| event.name() == "BotActionLog");
            let name = log.and_then(|log| log.value("flow_id")?.as_str());
            lines.extend(name.map(|name| format!("flow    {name}")));
        }
        let before = history.iter().rev();
        let mut before = before.skip_while(|event| event.action_uid() != Some(uid));
        if let Some(cause) = before.find(|event| is_cause(event)) {
            lines.push(format!("after   {}", view::event(cause)));
        }
        lines
    }

    /// Begins anew, with the latest program.
    pub(crate) fn restart(&mut self) {
        *self = Self::new(&self.runtime);
    }

    /// Goes on with a saved conversation.
    ///
    /// # Errors
    ///
    /// See [`Runtime::resume`].
    pub(crate) fn resume(&mut self, saved: &[u8]) -> Result<(), RuntimeError> {
        self.session = self.runtime.resume(saved)?;
        Ok(())
    }

    /// Takes another program: for new conversations, and for this one if that is possible, as the result says.
    pub(crate) fn move_to(&mut self, runtime: &Runtime) -> bool {
        self.runtime = runtime.clone();
        if self.session.has_running_actions() {
            return false;
        }
        let saved = self.session.snapshot();
        let moved = saved.and_then(|saved| runtime.resume(saved));
        match moved {
            Ok(session) => {
                self.session = session;
                true
            }
            Err(_) => false,
        }
    }
}

/// Whether an event may have made flows go on: something from the user, from outside, or the end of an action, other than
/// what the bot says and what the library looks up.
fn is_cause(event: &Event) -> bool {
    let name = event.name();
    let is_own = ["Start", "Stop", "UtteranceBot", "CheckFlow"];
    let is_own = is_own.iter().any(|own| name.starts_with(own));
    !is_own && !name.ends_with("ActionLog") && !name.ends_with("ActionStarted")
}

/// The user says something.
pub(crate) fn message(text: &str) -> Event {
    Event::new("UtteranceUserActionFinished")
        .with("final_transcript", text)
        .with("is_success", true)
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
