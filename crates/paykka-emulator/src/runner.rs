//! Lets happen what is due: the world's own steps, deferred requests, notifications. One task does it, so that "everything
//! that is due has happened" can be waited for.

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

use crate::notify::Mark;
use crate::platform::Platform;

/// Asks the runner to say when nothing is due or under way any more that was so at the mark.
pub(crate) type Settled = (Mark, oneshot::Sender<()>);

pub(crate) async fn run(platform: Arc<Platform>, mut waiting: mpsc::UnboundedReceiver<Settled>) {
    let mut attempts = JoinSet::new();
    let mut asked: Vec<Settled> = Vec::new();
    loop {
        platform.run_due();
        while let Some(ticket) = platform.notifier.take_due(platform.clock.unix_millis()) {
            let platform = Arc::clone(&platform);
            attempts.spawn(async move {
                let cut = ticket.cut();
                tokio::select! {
                    done = platform.notifier.attempt(ticket, &platform) => {
                        platform.notifier.finish(done, platform.clock.unix_millis());
                    }
                    () = cut => {}
                }
            });
        }
        for (_, settled) in asked.extract_if(.., |(mark, _)| platform.notifier.is_settled(*mark)) {
            // Who has stopped waiting is told nothing.
            settled.send(()).unwrap_or_default();
        }
        let next = [platform.next_due(), platform.notifier.next_to_begin()].into_iter().flatten().min();
        tokio::select! {
            Some(_) = attempts.join_next() => {}
            new = waiting.recv() => match new {
                Some(new) => asked.push(new),
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
