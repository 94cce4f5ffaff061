//! Files that are watched: tells when something has changed.

use std::path::Path;
use std::time::Duration;

use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::mpsc::{Receiver, channel};
use tokio::time::{sleep, timeout};

use crate::outcome::Failure;

/// How long it must be quiet before a change counts as complete: editors write in several steps.
const QUIET: Duration = Duration::from_millis(100);

/// The longest that a change may take.
const LONGEST: Duration = Duration::from_secs(2);

/// Watches a folder, or nothing.
pub(crate) struct Watcher(Option<Watched>);

struct Watched {
    changes: Receiver<()>,
    /// Whether there was a change that has not been told.
    is_pending: bool,
    /// It watches until it is dropped.
    _watcher: RecommendedWatcher,
}

impl Watcher {
    /// Watches everything in a folder; nothing if there is none.
    ///
    /// # Errors
    ///
    /// If the system does not allow it.
    pub(crate) fn of(folder: Option<impl AsRef<Path>>) -> Result<Self, Failure> {
        let Some(folder) = folder else {
            return Ok(Self(None));
        };
        let folder = folder.as_ref();
        let failed = |error: notify::Error| {
            Failure::new(format!("`{}` cannot be watched: {error}", folder.display()))
        };
        let (sender, changes) = channel(1);
        let tell = move |event: notify::Result<Event>| {
            if event.is_ok_and(|event| is_change(event.kind)) {
                // If the channel is full, a change is being told already.
                let _ = sender.try_send(());
            }
        };
        let mut watcher = notify::recommended_watcher(tell).map_err(failed)?;
        watcher
            .watch(folder, RecursiveMode::Recursive)
            .map_err(failed)?;
        Ok(Self(Some(Watched {
            changes,
            is_pending: false,
            _watcher: watcher,
        })))
    }

    /// Waits for a change that is complete; forever if nothing is watched. May be dropped: a change that was not told is
    /// told by the next call.
    pub(crate) async fn changed(&mut self) {
        let Some(watched) = &mut self.0 else {
            return std::future::pending().await;
        };
        if !watched.is_pending && watched.changes.recv().await.is_none() {
            return std::future::pending().await;
        }
        watched.is_pending = true;
        let quiet = async {
            loop {
                tokio::select! {
                    _ = watched.changes.recv() => {}
                    () = sleep(QUIET) => return,
                }
            }
        };
        let _ends = timeout(LONGEST, quiet).await;
        watched.is_pending = false;
    }
}

fn is_change(kind: EventKind) -> bool {
    match kind {
        EventKind::Create(_) | EventKind::Modify(_) | EventKind::Remove(_) => true,
        EventKind::Any | EventKind::Access(_) | EventKind::Other => false,
    }
}
