//! A whole conversation: feeds in what comes, and hands out what goes out.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::sync::mpsc::Receiver;
use tracing::Instrument;
use umim::Event;

use super::Session;
use crate::error::RuntimeError;

/// A conversation that takes its events from a channel, made by [`Session::converse`].
#[must_use = "nothing happens before `next` is awaited"]
pub struct Conversation<'s> {
    session: &'s mut Session,
    input: Receiver<Event>,
    has_begun: bool,
}

/// Why a conversation goes on.
enum Occasion {
    /// Somebody says or does something.
    Input(Event),
    /// It begins, an action has ended, a timer has gone off, or an earlier call has left something.
    Other,
    /// It does not: the input has ended, and no action runs any more.
    End,
}

impl Session {
    /// Has a conversation with whoever sends events into a channel: `main` is started, events are processed as they come,
    /// and what goes out is read from the [`Conversation`], also where it comes of a timer or of an action that nobody waits
    /// for. When the channel is closed the actions that still run are awaited, and the conversation ends.
    ///
    /// The channel bounds what waits to be processed, and its senders may be cloned, and be used in other tasks and threads.
    /// The events are processed as the [options](Self::with_options) say. Afterwards the session is free again, to be saved
    /// or to have another conversation.
    ///
    /// ```
    /// use action_sdk::Event;
    /// use action_sdk_runtime::{ProcessOptions, Runtime, parse_config};
    ///
    /// let flows = r#"
    /// import core
    /// import timing
    ///
    /// flow main
    ///   bot say "One moment"
    ///   wait 5
    ///   bot say "I am listening"
    ///   user said something as $user
    ///   bot say "You said: {$user.transcript}"
    /// "#;
    ///
    /// # let tokio = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build()?;
    /// # tokio.block_on(async {
    /// let config = parse_config("", [("main.co", flows)])?;
    /// let runtime = Runtime::builder(config).options(ProcessOptions::chat()).perform_timers().build()?;
    /// let (input, events) = tokio::sync::mpsc::channel(16);
    /// tokio::spawn(async move {
    ///     tokio::time::sleep(std::time::Duration::from_secs(10)).await;
    ///     input.send(Event::new("UtteranceUserActionFinished").with("final_transcript", "Hello")).await
    /// });
    ///
    /// let mut session = runtime.session();
    /// let mut conversation = session.converse(events);
    /// let mut heard = Vec::new();
    /// while let Some(event) = conversation.next().await? {
    ///     heard.extend(event.value("final_script").cloned());
    /// }
    /// assert_eq!(heard, ["One moment", "I am listening", "You said: Hello"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn converse(&mut self, input: Receiver<Event>) -> Conversation<'_> {
        Conversation {
            session: self,
            input,
            has_begun: false,
        }
    }
}

impl Conversation<'_> {
    /// The next event that goes out; `None` when the conversation has ended. The future may be dropped at any time: nothing
    /// is lost.
    ///
    /// # Errors
    ///
    /// As [`process_events`](Session::process_events), if an event cannot be taken, or sets off more than one call may
    /// process. The conversation can go on: the next call does.
    pub async fn next(&mut self) -> Result<Option<Event>, RuntimeError> {
        let options = Arc::clone(&self.session.options);
        loop {
            if let Some(event) = self.session.outputs.pop_front() {
                return Ok(Some(event));
            }
            let span = self.session.identity.span();
            let events = match self.occasion().instrument(span).await {
                Occasion::Input(event) => vec![event],
                Occasion::Other => Vec::new(),
                Occasion::End => return Ok(None),
            };
            self.session.take_in(events, &options).await?;
            // Others have their turn, too, where actions that say nothing follow each other for ever.
            tokio::task::yield_now().await;
        }
    }

    /// The session, to be looked at or saved between two events.
    pub fn session(&mut self) -> &mut Session {
        self.session
    }

    /// Waits until there is something to do. What is taken from the channel is processed without waiting in between, so
    /// that it is not lost if the future is dropped.
    async fn occasion(&mut self) -> Occasion {
        if !self.has_begun || self.session.has_queued_events() {
            self.has_begun = true;
            return Occasion::Other;
        }
        self.session.begin_work();
        poll_fn(|cx| self.poll_occasion(cx)).await
    }

    fn poll_occasion(&mut self, cx: &mut Context<'_>) -> Poll<Occasion> {
        let has_ended = match self.input.poll_recv(cx) {
            Poll::Ready(Some(event)) => return Poll::Ready(Occasion::Input(event)),
            Poll::Ready(None) => true,
            Poll::Pending => false,
        };
        if has_ended && !self.session.has_running_actions() {
            return Poll::Ready(Occasion::End);
        }
        match self.session.calls.poll_any(cx) {
            true => Poll::Ready(Occasion::Other),
            false => Poll::Pending,
        }
    }
}

impl std::fmt::Debug for Conversation<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Conversation")
            .field("session", &self.session)
            .finish_non_exhaustive()
    }
}
