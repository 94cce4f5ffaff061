//! One address: the server behind it, exchanged when something changes. Requests that were accepted before get their answer
//! from the server that accepted them; a connection without a request is closed with that server.

use std::net::TcpListener;
use std::time::Duration;

use action_sdk::{ActionDispatcher, CancellationToken};
use action_sdk_action_server::ServerOptions;
use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet};

use crate::outcome::Failure;

/// What is served.
#[derive(Clone)]
pub(super) enum Server {
    /// NeMo's actions server, Rasa's action server, or both.
    Actions(Box<ServerOptions>),
    /// MCP over HTTP, and how long running calls may take at the end.
    Mcp(Box<action_sdk_mcp::Options>, Duration),
}

/// What is served, and where.
pub(super) enum Door {
    Address(TcpListener, Server),
    /// MCP over the standard streams.
    Stdio(Box<action_sdk_mcp::Options>),
}

impl Door {
    /// Serves until `stop` is cancelled, or a client on the standard streams leaves.
    pub(super) async fn serve(
        self,
        dispatchers: watch::Receiver<ActionDispatcher>,
        stop: CancellationToken,
    ) -> Result<(), Failure> {
        match self {
            Self::Address(listener, server) => {
                generations(listener, server, dispatchers, stop).await
            }
            Self::Stdio(options) => {
                let dispatcher = dispatchers.borrow().clone();
                tokio::select! {
                    served = action_sdk_mcp::serve_stdio(dispatcher, &options) => {
                        served.map_err(|error| Failure::of(&error))
                    }
                    () = stop.cancelled() => Ok(()),
                }
            }
        }
    }
}

/// One server after the other on the same address, each with the actions of its time.
async fn generations(
    listener: TcpListener,
    server: Server,
    mut dispatchers: watch::Receiver<ActionDispatcher>,
    stop: CancellationToken,
) -> Result<(), Failure> {
    let mut servers = JoinSet::new();
    let begin = |dispatcher: ActionDispatcher, servers: &mut JoinSet<_>| {
        let own = listener.try_clone().map_err(|error| Failure::of(&error))?;
        let over = stop.child_token();
        servers.spawn(server.clone().serve(own, dispatcher, over.clone()));
        Ok::<_, Failure>(over)
    };
    let first = dispatchers.borrow_and_update().clone();
    let mut over = begin(first, &mut servers)?;
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            Ok(()) = dispatchers.changed() => {
                let dispatcher = dispatchers.borrow_and_update().clone();
                let next = begin(dispatcher, &mut servers)?;
                over.cancel();
                over = next;
            }
            // One that was replaced has answered all it had accepted, or one has failed.
            Some(ended) = servers.join_next() => outcome(ended)?,
        }
    }
    drop(listener);
    while let Some(ended) = servers.join_next().await {
        outcome(ended)?;
    }
    Ok(())
}

impl Server {
    async fn serve(
        self,
        listener: TcpListener,
        dispatcher: ActionDispatcher,
        over: CancellationToken,
    ) -> Result<(), Failure> {
        let listener = tokio::net::TcpListener::from_std(listener);
        let listener = listener.map_err(|error| Failure::of(&error))?;
        match self {
            Self::Actions(options) => {
                let over = over.cancelled_owned();
                let served = action_sdk_action_server::serve(listener, dispatcher, *options, over);
                served.await.map_err(|error| Failure::of(&error))
            }
            Self::Mcp(options, drain_time) => {
                let router = action_sdk_mcp::router(dispatcher, &options);
                let router = router.map_err(|error| Failure::of(&error))?;
                let graceful = over.clone().cancelled_owned();
                let serving = axum::serve(listener, router).with_graceful_shutdown(graceful);
                let late = async {
                    over.cancelled().await;
                    tokio::time::sleep(drain_time).await;
                };
                tokio::select! {
                    served = serving => served.map_err(|error| Failure::of(&error)),
                    () = late => Ok(()),
                }
            }
        }
    }
}

/// How a task has ended.
pub(super) fn outcome(ended: Result<Result<(), Failure>, JoinError>) -> Result<(), Failure> {
    ended.unwrap_or_else(|error| Err(Failure::of(&error)))
}
