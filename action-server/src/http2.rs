//! HTTP/2, which gRPC speaks.

use crate::activity::{Activity, Watched};
use crate::connection::drive;
use crate::limits::Limits;
use action_sdk::CancellationToken;
use axum::Router;
use axum::body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http2;
use hyper::service::{Service, service_fn};
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::convert::Infallible;
use std::pin::pin;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::sleep;

/// Answers the requests of one connection.
pub(crate) async fn converse(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    router: Router,
    limits: &Limits,
    draining: &CancellationToken,
) {
    let activity = Activity::new();
    let service = watching(router, activity.clone());
    let most = |limit: usize| u32::try_from(limit).unwrap_or(u32::MAX);
    let connection = http2::Builder::new(TokioExecutor::new())
        .timer(TokioTimer::new())
        .keep_alive_interval(limits.ping_time)
        .keep_alive_timeout(limits.ping_time)
        .max_concurrent_streams(most(limits.calls))
        .max_header_list_size(most(limits.header_bytes))
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(drive(
        connection,
        http2::Connection::graceful_shutdown,
        draining,
        activity.idle(limits.idle_time),
    ));
    tokio::select! {
        () = &mut connection => {}
        () = activity.unread(limits.write_time) => {
            tracing::debug!("a client does not read its answers");
        }
        () = activity.idle(limits.idle_time + limits.ping_time) => {
            tracing::debug!("an idle client does not let its connection end");
        }
    }
}

/// The router, and the watch over its answers.
fn watching(
    router: Router,
    activity: Activity,
) -> impl Service<
    Request<Incoming>,
    Response = Response<Body>,
    Error = Infallible,
    Future = impl Future<Output = Result<Response<Body>, Infallible>>,
> + Clone {
    let router = TowerToHyperService::new(router);
    service_fn(move |request| {
        let running = activity.begin();
        let answer = router.call(request);
        async move {
            let answer = answer.await?;
            Ok(answer.map(|body| Body::new(Watched::new(body, running))))
        }
    })
}

/// Whether a connection begins as HTTP/2 does. No method of HTTP/1 begins like that.
pub(crate) async fn begins(stream: &TcpStream) -> bool {
    const PREFACE: &[u8] = b"PRI";
    let mut first = [0; PREFACE.len()];
    let mut pause = Duration::from_millis(5);
    loop {
        match stream.peek(&mut first).await {
            Ok(length) if length == first.len() => return first == PREFACE,
            Ok(length) if length > 0 && PREFACE.starts_with(&first[..length]) => {
                sleep(pause).await;
                pause = (pause * 2).min(Duration::from_secs(1));
            }
            Ok(_) | Err(_) => return false,
        }
    }
}
