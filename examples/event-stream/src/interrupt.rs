//! Ctrl-C and, where it exists, SIGTERM.

use action_sdk::CancellationToken;
use std::process::exit;

/// The exit code of an interrupted program.
pub(crate) const INTERRUPTED: u8 = 130;

/// A token that the first interruption cancels. The second one ends the program at once.
pub(crate) fn token() -> CancellationToken {
    let token = CancellationToken::new();
    let interrupted = token.clone();
    tokio::spawn(async move {
        interruption().await;
        interrupted.cancel();
        interruption().await;
        exit(INTERRUPTED.into());
    });
    token
}

#[cfg(unix)]
async fn interruption() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => tokio::select! {
            () = ctrl_c() => {}
            _ = terminate.recv() => {}
        },
        Err(_) => ctrl_c().await,
    }
}

#[cfg(not(unix))]
async fn interruption() {
    ctrl_c().await;
}

/// Never completes if signals are not supported.
async fn ctrl_c() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
