//! Lets happen what is due: the world's own steps, deferred requests, notifications. One task does it, so that "everything
//! that is due has happened" can be waited for.

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

use crate::platform::Platform;

/// Asks the runner to say when nothing is due or under way any more.
pub(crate) type Settled = oneshot::Sender<()>;

pub(crate) async fn run(platform: Arc<Platform>, mut waiting: mpsc::UnboundedReceiver<Settled>) {
    let mut attempts = JoinSet::new();
    let mut settled: Vec<Settled> = Vec::new();
    loop {
        platform.run_due();
        let now = platform.clock.unix_millis();
        while attempts.len() < AT_ONCE {
            let Some(ticket) = platform.notifier.take_due(now) else { break };
            let platform = Arc::clone(&platform);
            attempts.spawn(async move {
                let done = platform.notifier.attempt(ticket, &platform).await;
                platform.notifier.finish(done, platform.clock.unix_millis());
            });
        }
        if attempts.is_empty() {
            // Who has stopped waiting is told nothing.
            settled.drain(..).for_each(|settled| settled.send(()).unwrap_or_default());
        }
        let notice = platform.notifier.next_due().filter(|_| attempts.len() < AT_ONCE);
        let next = [platform.next_due(), notice].into_iter().flatten().min();
        tokio::select! {
            Some(_) = attempts.join_next() => {}
            asked = waiting.recv() => match asked {
                Some(asked) => settled.push(asked),
                None => return,
            },
            () = platform.wake.notified() => {}
            () = reached(&platform, next) => {}
        }
    }
}

async fn reached(platform: &Platform, moment: Option<u64>) {
    match moment {
        Some(moment) => platform.clock.reached(moment).await,
        None => std::future::pending().await,
    }
}

/// How many notifications are posted at one time.
const AT_ONCE: usize = 64;
