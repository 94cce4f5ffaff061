//! What happens on a connection of HTTP/2: whether a request runs, and whether the client reads the answers.
//!
//! Such a connection can be kept open by pings alone, and each of its answers can be left unread, without the socket
//! ever being blocked. So both are watched here.

use axum::body::Body;
use bytes::Bytes;
use hyper::body::{Frame, SizeHint};
use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// The requests of one connection.
#[derive(Clone)]
pub(crate) struct Activity(Arc<Mutex<Inner>>);

struct Inner {
    /// How many requests have not been answered to the end.
    running: u64,
    /// Since when none is running.
    idle_since: Instant,
    /// The answers that wait for the client, since when.
    unread: HashMap<u64, Instant>,
    next: u64,
}

impl Activity {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Mutex::new(Inner {
            running: 0,
            idle_since: Instant::now(),
            unread: HashMap::new(),
            next: 0,
        })))
    }

    /// A request has come. It runs until the guard is dropped.
    pub(crate) fn begin(&self) -> Running {
        let mut inner = self.lock();
        inner.running += 1;
        inner.next += 1;
        Running {
            activity: self.clone(),
            number: inner.next,
        }
    }

    /// Completes when nothing was asked for this time.
    pub(crate) async fn idle(&self, time: Duration) {
        self.since(time, Inner::idle_since).await;
    }

    /// Completes when an answer was not read for this time.
    pub(crate) async fn unread(&self, time: Duration) {
        self.since(time, Inner::unread_since).await;
    }

    async fn since(&self, time: Duration, begun: fn(&Inner) -> Option<Instant>) {
        loop {
            let now = Instant::now();
            let until = begun(&self.lock()).unwrap_or(now) + time;
            if until <= now {
                return;
            }
            sleep_until(until).await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn idle_since(&self) -> Option<Instant> {
        (self.running == 0).then_some(self.idle_since)
    }

    fn unread_since(&self) -> Option<Instant> {
        self.unread.values().min().copied()
    }
}

/// A request that is being answered.
pub(crate) struct Running {
    activity: Activity,
    number: u64,
}

impl Running {
    /// The client has not taken this part of the answer yet.
    fn sent(&self) {
        let mut inner = self.activity.lock();
        inner.unread.insert(self.number, Instant::now());
    }

    /// The client has taken all that there was.
    fn taken(&self) {
        self.activity.lock().unread.remove(&self.number);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let mut inner = self.activity.lock();
        inner.unread.remove(&self.number);
        inner.running -= 1;
        inner.idle_since = Instant::now();
    }
}

/// The body of an answer, in pieces, so that it shows how far the client has read.
pub(crate) struct Watched {
    body: Body,
    /// What is left of a long frame.
    rest: Bytes,
    running: Running,
}

/// The next piece is asked for when the client has room for it.
const PIECE: usize = 16 * 1024;

impl Watched {
    pub(crate) fn new(body: Body, running: Running) -> Self {
        let rest = Bytes::new();
        Self {
            body,
            rest,
            running,
        }
    }

    fn piece(&mut self) -> Frame<Bytes> {
        self.running.sent();
        let length = self.rest.len().min(PIECE);
        Frame::data(self.rest.split_to(length))
    }
}

impl hyper::body::Body for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if !self.rest.is_empty() {
            return Poll::Ready(Some(Ok(self.piece())));
        }
        self.running.taken();
        let frame = match ready!(Pin::new(&mut self.body).poll_frame(cx)) {
            Some(Ok(frame)) => frame,
            ended => return Poll::Ready(ended),
        };
        Poll::Ready(Some(Ok(match frame.into_data() {
            Ok(data) => {
                self.rest = data;
                self.piece()
            }
            Err(trailers) => trailers,
        })))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let rest = self.rest.len() as u64;
        let mut hint = self.body.size_hint();
        if let Some(upper) = hint.upper() {
            hint.set_upper(upper + rest);
        }
        hint.set_lower(hint.lower() + rest);
        hint
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt;
    use hyper::body::Body as _;
    use std::time::Duration;

    const MINUTE: Duration = Duration::from_secs(60);

    #[tokio::test(start_paused = true)]
    async fn where_nothing_is_asked_the_connection_is_idle() {
        let activity = Activity::new();
        drop(activity.begin());
        let begun = Instant::now();
        activity.idle(MINUTE).await;
        assert_eq!(begun.elapsed(), MINUTE);
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_runs_may_take_its_time() {
        let activity = Activity::new();
        let running = activity.begin();
        let begun = Instant::now();
        let ending = async {
            sleep_until(begun + MINUTE * 10).await;
            drop(running);
        };
        tokio::join!(activity.idle(MINUTE), ending);
        assert_eq!(begun.elapsed(), MINUTE * 11);
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_nobody_reads_is_noticed() {
        let activity = Activity::new();
        let mut body = Watched::new(Body::from(vec![0; PIECE + 1]), activity.begin());
        let first = body.frame().await.expect("there is one");
        assert!(first.is_ok_and(|frame| frame.is_data()));
        let begun = Instant::now();
        activity.unread(MINUTE).await;
        assert_eq!(begun.elapsed(), MINUTE);
    }

    #[tokio::test]
    async fn a_body_in_pieces_is_the_same_body() {
        let whole: Vec<u8> = (0..100_000_u32).map(|at| at as u8).collect();
        let body = Watched::new(Body::from(whole.clone()), Activity::new().begin());
        assert_eq!(body.size_hint().exact(), Some(100_000));
        let collected = body.collect().await.expect("it can be read");
        assert_eq!(collected.to_bytes(), whole);
    }
}
