//! One conversation, as hosts use it: inputs go in, outputs come out.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::sync::{oneshot, watch};
use umim::Event;

use crate::engine::Output;
use crate::error::{Error, ErrorKind};
use crate::id::ConversationId;
use crate::input::{Answer, Input, Receipt};
use crate::mailbox;
use crate::shared::{Command, Reply, Shared};

/// A handle of a conversation, made by [`Conversations::conversation`](crate::Conversations::conversation). Cheap to
/// clone; the conversation is loaded when it is needed, and unloaded when it rests.
#[derive(Clone)]
pub struct Conversation {
    shared: Arc<Shared>,
    id: ConversationId,
}

impl Conversation {
    pub(crate) fn new(shared: Arc<Shared>, id: ConversationId) -> Self {
        Self { shared, id }
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> &ConversationId {
        &self.id
    }

    /// Sends an input. When this returns, the input is on disk: it will be processed, whatever happens. A conversation
    /// that does not exist is begun.
    ///
    /// # Errors
    ///
    /// * [`ErrorKind::Refused`], [`ErrorKind::Busy`], [`ErrorKind::Unread`], [`ErrorKind::Full`],
    ///   [`ErrorKind::Closed`]: nothing was accepted.
    /// * [`ErrorKind::Store`]: the store failed, and nobody knows whether the input was accepted. Send it again, with the
    ///   same id.
    /// * [`ErrorKind::Damaged`], [`ErrorKind::Version`], [`ErrorKind::Changed`]: the conversation cannot be loaded.
    pub async fn send(&self, input: impl Into<Input>) -> Result<Receipt, Error> {
        let input = input.into();
        self.request(|reply| Command::Input {
            input,
            accepted: Some(reply),
            answered: None,
        })
        .await
    }

    /// Sends an input, and waits for what the bot says to it: until nothing is left to do but for the user, a timer, or
    /// an action with `execute_async`.
    ///
    /// # Errors
    ///
    /// See [`send`](Self::send). With [`ErrorKind::Closed`] the input may have been accepted.
    pub async fn ask(&self, input: impl Into<Input>) -> Result<Answer, Error> {
        let input = input.into();
        self.request(|reply| Command::Input {
            input,
            accepted: None,
            answered: Some(reply),
        })
        .await
    }

    /// Says something as the user, and waits for the answer. See [`ask`](Self::ask).
    ///
    /// # Errors
    ///
    /// See [`ask`](Self::ask).
    pub async fn say(&self, text: impl Into<String>) -> Result<Answer, Error> {
        self.ask(Input::said(text)).await
    }

    /// The outputs after this number, as far as they were not acknowledged, and then those to come. `0` for all.
    #[must_use]
    pub fn outputs(&self, after: u64) -> Outputs {
        Outputs {
            news: self.shared.news(&self.id),
            conversation: self.clone(),
            after,
            read: VecDeque::new(),
        }
    }

    /// Acknowledges all outputs up to this number: they are not delivered again. The acknowledgement is written with the
    /// next input; if the process is killed before, they come again, with the same numbers.
    ///
    /// # Errors
    ///
    /// See [`send`](Self::send).
    pub fn seen(&self, up_to: u64) -> Result<(), Error> {
        self.post(Command::Seen { up_to })
    }

    /// The latest events of the conversation.
    ///
    /// # Errors
    ///
    /// See [`send`](Self::send).
    pub async fn history(&self) -> Result<Arc<[Event]>, Error> {
        self.request(Command::History).await
    }

    /// Deletes the conversation. Its running actions are cancelled.
    ///
    /// # Errors
    ///
    /// See [`send`](Self::send).
    pub async fn delete(&self) -> Result<(), Error> {
        self.request(Command::Delete).await
    }

    /// Loads the conversation, and takes up what was left.
    ///
    /// # Errors
    ///
    /// See [`send`](Self::send).
    pub async fn wake(&self) -> Result<(), Error> {
        self.request(|reply| Command::Wake {
            timer_is_due: false,
            reply,
        })
        .await
    }

    /// Loads the conversation because its next timer has run long enough.
    pub(crate) async fn wake_for_timer(&self) -> Result<(), Error> {
        self.request(|reply| Command::Wake {
            timer_is_due: true,
            reply,
        })
        .await
    }

    async fn request<T>(&self, command: impl FnOnce(Reply<T>) -> Command) -> Result<T, Error> {
        let (reply, answer) = oneshot::channel();
        self.post(command(reply))?;
        answer.await.unwrap_or_else(|_| {
            let message = "it was unloaded before it answered; send again";
            Err(Error::new(ErrorKind::Closed, Some(&self.id), message))
        })
    }

    fn post(&self, command: Command) -> Result<(), Error> {
        if let Some(opened) = self.shared.post(&self.id, command)? {
            let (shared, id) = (Arc::clone(&self.shared), self.id.clone());
            tokio::spawn(mailbox::run(shared, id, opened));
        }
        Ok(())
    }
}

impl std::fmt::Debug for Conversation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Conversation").field(&self.id).finish()
    }
}

/// The outputs of a conversation, in order, made by [`Conversation::outputs`]. Each is delivered at least once, until
/// it is acknowledged with [`Conversation::seen`].
#[derive(Debug)]
pub struct Outputs {
    conversation: Conversation,
    news: watch::Receiver<u64>,
    after: u64,
    read: VecDeque<Output>,
}

impl Outputs {
    /// The next output; waits until there is one. The future may be dropped at any time: nothing is lost.
    ///
    /// # Errors
    ///
    /// See [`Conversation::send`].
    pub async fn next(&mut self) -> Result<Output, Error> {
        loop {
            if let Some(output) = self.read.pop_front() {
                self.after = output.number;
                return Ok(output);
            }
            let _latest = *self.news.borrow_and_update();
            let (conversation, after) = (&self.conversation, self.after);
            let read = conversation
                .request(|reply| Command::Read { after, reply })
                .await?;
            self.read = read.into();
            if self.read.is_empty() && self.news.changed().await.is_err() {
                let message = "the conversations are closed";
                let id = Some(&self.conversation.id);
                return Err(Error::new(ErrorKind::Closed, id, message));
            }
        }
    }
}
