//! Serves the router on a listener: connection limits, TLS, graceful shutdown.

use crate::connection::{Impatient, drive};
#[cfg(feature = "grpc")]
use crate::http2;
use crate::limits::Limits;
use crate::options::ServerOptions;
use crate::router::draining_router;
use action_sdk::{ActionDispatcher, CancellationToken};
use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::fmt;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

/// Serves actions until `shutdown` completes. Then no more connections are accepted, running calls may finish, and
/// those still running after [`drain_time`](ServerOptions::drain_time) are cancelled.
///
/// If a client disconnects, the call that it was waiting for is cancelled.
///
/// ```standalone_crate
/// use action_sdk::prelude::*;
/// use action_sdk_action_server::{ServerOptions, serve};
/// use tokio::net::TcpListener;
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let dispatcher = ActionDispatcher::builder().build()?;
/// let listener = TcpListener::bind("127.0.0.1:0").await?;
/// # let until = async {};
/// # let _ = stringify!(
/// let until = async { tokio::signal::ctrl_c().await.unwrap_or_default() };
/// # );
/// serve(listener, dispatcher, ServerOptions::new(), until).await?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// If the address is not a loopback address and no authentication is configured, unless
/// [`open_to_everybody`](ServerOptions::open_to_everybody) allows it; if a token is empty; if the listener has no
/// address.
pub async fn serve(
    listener: TcpListener,
    dispatcher: ActionDispatcher,
    options: ServerOptions,
    shutdown: impl Future<Output = ()>,
) -> Result<(), ServeError> {
    check(
        listener.local_addr().map_err(ServeError::address)?,
        &options,
    )?;
    let draining = CancellationToken::new();
    let router = draining_router(dispatcher, &options, &draining);
    let server = Server::new(router, &options, draining);
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        tokio::select! {
            biased;
            () = &mut shutdown => break,
            Some(ended) = connections.join_next() => log_panic(ended),
            (stream, place) = server.next(&listener) => {
                connections.spawn(server.clone().attend(stream, place));
            }
        }
    }
    drop(listener);
    server.draining.cancel();
    let all = async {
        while let Some(ended) = connections.join_next().await {
            log_panic(ended);
        }
    };
    if timeout(options.drain_time, all).await.is_err() {
        tracing::warn!(
            "calls were still running when the time to end them was over; they are cancelled"
        );
    }
    Ok(())
}

fn check(address: SocketAddr, options: &ServerOptions) -> Result<(), ServeError> {
    if options.tokens.has_empty_secret() {
        return Err(ServeError(Repr::EmptyToken));
    }
    let is_safe = is_loopback(address.ip()) || options.is_protected() || options.is_open;
    match is_safe {
        true => Ok(()),
        false => Err(ServeError(Repr::Unprotected(address))),
    }
}

fn is_loopback(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

#[cold]
fn log_panic(ended: Result<(), tokio::task::JoinError>) {
    if let Err(error) = ended.map_err(|error| error.to_string()) {
        tracing::error!(error, "a connection ended by a panic; the others go on");
    }
}

/// The state that all connections share.
#[derive(Clone)]
struct Server {
    router: Router,
    limits: Arc<Limits>,
    places: Arc<Semaphore>,
    draining: CancellationToken,
    #[cfg(feature = "tls")]
    tls: Option<tokio_rustls::TlsAcceptor>,
}

impl Server {
    fn new(router: Router, options: &ServerOptions, draining: CancellationToken) -> Self {
        let most = options.limits.connections.min(Semaphore::MAX_PERMITS);
        Self {
            router,
            limits: Arc::new(options.limits.clone()),
            places: Arc::new(Semaphore::new(most)),
            draining,
            #[cfg(feature = "tls")]
            tls: options.tls.as_ref().map(crate::tls::Tls::acceptor),
        }
    }

    /// Accepts the next connection, once the number of open connections is below the limit.
    async fn next(&self, listener: &TcpListener) -> (TcpStream, OwnedSemaphorePermit) {
        let place = Arc::clone(&self.places).acquire_owned().await;
        let place = place.expect("nobody closes the semaphore");
        loop {
            match listener.accept().await {
                Ok((stream, _)) => return (stream, place),
                Err(error) if is_of_one_client(&error) => {}
                Err(error) => {
                    tracing::error!(%error, "no connection can be taken; trying again");
                    sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }

    async fn attend(self, stream: TcpStream, _place: OwnedSemaphorePermit) {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "small answers may be late");
        }
        #[cfg(feature = "grpc")]
        let is_http2 = self.is_plain()
            && tokio::select! {
                biased;
                begins = timeout(self.limits.header_time, http2::begins(&stream)) => {
                    begins.unwrap_or(false)
                }
                () = self.draining.cancelled() => return,
            };
        let stream = Impatient::new(stream, self.limits.write_time);
        #[cfg(feature = "grpc")]
        if is_http2 {
            return self.converse_http2(stream).await;
        }
        #[cfg(feature = "tls")]
        if let Some(tls) = self.tls.clone() {
            match timeout(self.limits.header_time, tls.accept(stream)).await {
                #[cfg(feature = "grpc")]
                Ok(Ok(stream)) if stream.get_ref().1.alpn_protocol() == Some(b"h2") => {
                    self.converse_http2(stream).await;
                }
                Ok(Ok(stream)) => self.converse(stream).await,
                Ok(Err(error)) => tracing::debug!(%error, "a client does not speak our TLS"),
                Err(_) => tracing::debug!("a client takes too long to agree on TLS"),
            }
            return;
        }
        self.converse(stream).await;
    }

    /// Answers the requests of one connection.
    async fn converse(self, stream: impl AsyncRead + AsyncWrite + Unpin) {
        let service = TowerToHyperService::new(self.router);
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.limits.header_time)
            .max_headers(self.limits.headers)
            .max_header_size(self.limits.header_bytes)
            .serve_connection(TokioIo::new(stream), service);
        drive(
            connection,
            http1::Connection::graceful_shutdown,
            &self.draining,
            std::future::pending(),
        )
        .await;
    }
}

#[cfg(feature = "grpc")]
impl Server {
    /// Whether connections begin with HTTP and not with TLS.
    fn is_plain(&self) -> bool {
        #[cfg(feature = "tls")]
        return self.tls.is_none();
        #[cfg(not(feature = "tls"))]
        return true;
    }

    async fn converse_http2(self, stream: impl AsyncRead + AsyncWrite + Unpin) {
        http2::converse(stream, self.router, &self.limits, &self.draining).await;
    }
}

/// Whether the error concerns a single client, so that accepting can go on at once.
fn is_of_one_client(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
    )
}

/// Why a server did not start.
#[derive(Debug)]
pub struct ServeError(Repr);

#[derive(Debug)]
enum Repr {
    Address(io::Error),
    EmptyToken,
    Unprotected(SocketAddr),
}

impl ServeError {
    fn address(error: io::Error) -> Self {
        Self(Repr::Address(error))
    }
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Address(_) => f.write_str("the listener has no address"),
            Repr::EmptyToken => f.write_str(
                "a token is empty, so nobody could show it; give it a secret, or leave it out",
            ),
            Repr::Unprotected(address) => write!(
                f,
                "other machines can reach {address}, and everybody there could call every action; add a token with `.token(..)`, ask for client certificates, listen on 127.0.0.1, or say `.open_to_everybody()`"
            ),
        }
    }
}

impl std::error::Error for ServeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0 {
            Repr::Address(error) => Some(error),
            Repr::EmptyToken | Repr::Unprotected(_) => None,
        }
    }
}
