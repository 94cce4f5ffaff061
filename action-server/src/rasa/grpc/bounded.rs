//! The bodies of gRPC requests within the limits: size, time, memory. They are counted while they come, before a
//! message is decoded.

use super::super::run::Core;
use crate::admission::Room;
use crate::body::{BUSY, Refusal};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::Response;
use axum::middleware::Next;
use bytes::Bytes;
use hyper::body::{Frame, SizeHint};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tokio::time::{Sleep, sleep};
use tonic::Status;

/// Bounds the body of a request whose messages come at once.
pub(super) async fn bound(
    State(core): State<Arc<Core>>,
    request: Request,
    next: Next,
) -> Response<Body> {
    let late = Box::pin(sleep(core.limits.body_time));
    let request = request.map(|body| bounded(&core, body, Some(late)));
    next.run(request).await
}

/// Bounds the body of a request whose messages come one after another, as the client wants.
pub(super) async fn bound_size(
    State(core): State<Arc<Core>>,
    request: Request,
    next: Next,
) -> Response<Body> {
    let request = request.map(|body| bounded(&core, body, None));
    next.run(request).await
}

fn bounded(core: &Core, body: Body, late: Option<Pin<Box<Sleep>>>) -> Body {
    Body::new(Bounded {
        body,
        late,
        room: core.admission.room(),
        left: core.limits.body_bytes.saturating_add(FRAMING),
        limit: core.limits.body_bytes,
    })
}

/// What stands before a message.
const FRAMING: usize = 5;

struct Bounded {
    body: Body,
    late: Option<Pin<Box<Sleep>>>,
    room: Room,
    left: usize,
    limit: usize,
}

impl Bounded {
    fn count(&mut self, bytes: usize) -> Result<(), Status> {
        let Some(left) = self.left.checked_sub(bytes) else {
            let refusal = Refusal::TooLarge { limit: self.limit };
            return Err(Status::resource_exhausted(refusal.sentence()));
        };
        self.left = left;
        match self.room.grow(bytes) {
            true => Ok(()),
            false => Err(Status::unavailable(BUSY)),
        }
    }

    fn is_late(&mut self, cx: &mut Context<'_>) -> bool {
        let late = self.late.as_mut();
        late.is_some_and(|late| late.as_mut().poll(cx).is_ready())
    }
}

impl hyper::body::Body for Bounded {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        if self.is_late(cx) {
            let refusal = Status::deadline_exceeded(Refusal::TooSlow.sentence());
            return Poll::Ready(Some(Err(refusal)));
        }
        let frame = match ready!(Pin::new(&mut self.body).poll_frame(cx)) {
            Some(Ok(frame)) => frame,
            Some(Err(_)) => {
                let refusal = Status::cancelled(Refusal::CutOff.sentence());
                return Poll::Ready(Some(Err(refusal)));
            }
            None => return Poll::Ready(None),
        };
        let length = frame.data_ref().map_or(0, Bytes::len);
        Poll::Ready(Some(self.count(length).map(|()| frame)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
