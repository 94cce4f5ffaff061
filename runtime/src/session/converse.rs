//! A whole conversation: takes events in, and returns the events to send.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use futures_core::future::BoxFuture;
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

/// Why a conversation continues.
enum Occasion {
    /// An input from the channel.
    Input(Event),
    /// It starts, an action has ended, a timer has fired, or an earlier call has left something.
    Other,
    /// It does not: the input has ended, and no action is running.
    End,
}

impl Session {
    /// Runs a conversation with events from a channel: starts `main` and processes events as they arrive. The events
    /// to send are returned by the [`Conversation`], including those of timers and background actions. When the
    /// channel is closed, running actions are awaited, and the conversation ends.
    ///
    /// The capacity of the channel limits the number of waiting events; senders may be cloned and used in other tasks
    /// and threads. The [options](Self::with_options) of the session apply. Afterwards the session can be saved or
    /// run another conversation.
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

impl<'s> Conversation<'s> {
    /// The conversation as a stream of the events to send, for hosts that are written with streams. It ends where
    /// [`next`](Self::next) would return `None`, and continues after an error. Nothing is lost if it is dropped.
    ///
    /// ```
    /// # use action_sdk_runtime::{Runtime, parse_config};
    /// use futures_core::Stream;
    /// use std::future::poll_fn;
    /// use std::pin::pin;
    ///
    /// # let flows = "flow main\n  send Ready()\n";
    /// # let runtime = Runtime::builder(parse_config("", [("main.co", flows)])?).build()?;
    /// # let tokio = tokio::runtime::Builder::new_current_thread().build()?;
    /// # tokio.block_on(async {
    /// let (_, events) = tokio::sync::mpsc::channel(16);
    /// let mut session = runtime.session();
    /// let mut stream = pin!(session.converse(events).into_stream());
    /// // `StreamExt::next` of the crate `futures` does the same.
    /// while let Some(event) = poll_fn(|cx| stream.as_mut().poll_next(cx)).await {
    ///     assert_eq!(event?.name(), "Ready");
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn into_stream(
        self,
    ) -> impl Stream<Item = Result<Event, RuntimeError>> + Send + Unpin + 's {
        Events(Some(step(self)))
    }
}

/// The stream of a conversation: its next event, which takes and returns the conversation; `None` after its end.
struct Events<'s>(Option<BoxFuture<'s, Step<'s>>>);

type Step<'s> = (Conversation<'s>, Result<Option<Event>, RuntimeError>);

fn step<'s>(mut conversation: Conversation<'s>) -> BoxFuture<'s, Step<'s>> {
    Box::pin(async move {
        let event = conversation.next().await;
        (conversation, event)
    })
}

impl Stream for Events<'_> {
    type Item = Result<Event, RuntimeError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(next) = &mut self.0 else {
            return Poll::Ready(None);
        };
        let (conversation, event) = ready!(next.as_mut().poll(cx));
        let event = event.transpose();
        self.0 = event.is_some().then(|| step(conversation));
        Poll::Ready(event)
    }
}

impl Conversation<'_> {
    /// The next event to send; `None` when the conversation has ended. The future may be dropped at any time: nothing
    /// is lost.
    ///
    /// # Errors
    ///
    /// See [`process_events`](Session::process_events), if an event is refused, or causes more events than one call
    /// may process. The next call continues the conversation.
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
            // Lets other tasks run, even if actions without output follow each other forever.
            tokio::task::yield_now().await;
        }
    }

    /// The session, for example to save it between two events.
    pub fn session(&mut self) -> &mut Session {
        self.session
    }

    /// Waits until there is something to do. An input from the channel is processed without waiting in between, so
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
