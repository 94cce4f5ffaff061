//! An action that counts its concurrent runs, to show the effect of `--concurrency`.

use action_sdk::prelude::*;
use std::time::Duration;
use tokio::sync::watch;

/// How many runs of [`report_load`] are in progress.
#[derive(Default)]
pub(crate) struct Load(watch::Sender<Counts>);

#[derive(Default)]
struct Counts {
    now: usize,
    most: usize,
}

/// One run; counted until it is dropped.
struct Peer<'a>(&'a Load);

impl Load {
    fn join(&self) -> Peer<'_> {
        self.0.send_modify(|counts| {
            counts.now += 1;
            counts.most = counts.most.max(counts.now);
        });
        Peer(self)
    }

    async fn wait_for(&self, peers: usize) {
        let mut counts = self.0.subscribe();
        let _closed = counts.wait_for(|counts| counts.most >= peers).await;
    }
}

impl Drop for Peer<'_> {
    fn drop(&mut self) {
        self.0.0.send_modify(|counts| counts.now -= 1);
    }
}

/// Returns the maximum number of concurrent runs of this action, including itself.
#[action(name = "ReportLoadAction", read_only, timeout = "10s")]
async fn report_load(
    /// wait until there are this many
    #[arg(default = 1)]
    peers: usize,
    load: Res<Load>,
) -> usize {
    let _peer = load.join();
    load.wait_for(peers).await;
    tokio::time::sleep(Duration::from_millis(10)).await;
    load.0.borrow().most
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn alone_it_counts_one() {
        assert_eq!(report_load(1, Res::new(Load::default())).await, 1);
    }

    #[tokio::test]
    async fn two_wait_for_each_other() {
        let load = Res::new(Load::default());
        let both = tokio::join!(report_load(2, load.clone()), report_load(2, load));
        assert_eq!(both, (2, 2));
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_waits_for_ever() {
        let tested = ActionTester::new("ReportLoadAction")
            .resource(Load::default())
            .arg("peers", 2)
            .run()
            .await;
        let error = tested.expect_err("there is no second");
        assert_eq!(error.kind(), ActionErrorKind::TimedOut);
    }
}
