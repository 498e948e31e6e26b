//! The inbox in an SQLite file: for one machine, any number of processes.

mod care;
mod claim;
mod columns;
mod error;
mod look;
mod schema;
mod settings;
mod store;
mod thread;

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use paykka_webhook::DeliveryId;
use paykka_webhook::inbox::{
    Arrival, BoxError, Claim, Counts, EventState, Failed, Forgotten, Inbox, InboxError, Listed, Next,
    Pending, Shown, Stored,
};
use rusqlite::Transaction;
use tokio::sync::Notify;
use tokio::task::spawn_blocking;

use self::claim::Step;
use self::settings::Settings;
pub use self::settings::{AfterDead, SqliteInboxBuilder};
use self::store::Row;
use self::thread::Thread;

/// An inbox in an SQLite file, or in tables of a database of yours.
///
/// Any number of processes of one machine may have it open; the file mustn't lie on a network drive, where locks don't
/// hold. Each delivery is on the disk before [`store`](Inbox::store) returns (WAL, `synchronous=FULL`). The file is made
/// readable for its owner alone. Clones share one connection, which has a thread of its own.
///
/// Leases and pauses go by the machine's clock.
#[derive(Clone)]
pub struct SqliteInbox {
    thread: Thread,
    settings: Arc<Settings>,
    news: Arc<Notify>,
    path: Arc<PathBuf>,
}

impl SqliteInbox {
    /// Starts the settings of an inbox in the file `path`.
    pub fn builder(path: impl Into<PathBuf>) -> SqliteInboxBuilder {
        SqliteInboxBuilder::new(path.into())
    }

    async fn start(builder: SqliteInboxBuilder) -> Result<Self, InboxError> {
        let SqliteInboxBuilder { path, patience, settings } = builder;
        let opened = path.clone();
        let thread = Thread::start(move || {
            let connection = schema::open(&opened, patience)?;
            care::wake_all(&connection)?;
            Ok(connection)
        })
        .await?;
        Ok(Self { thread, settings: Arc::new(settings), news: Arc::default(), path: Arc::new(path) })
    }

    /// Books what a claimed event says and marks it as handled, **in one transaction**: both happen, or neither. With the
    /// bookings in tables of the inbox's own database, each event is booked exactly once, wherever a process dies.
    ///
    /// `booking` has the write lock of the whole database, and other processes wait for it, so it should only write: ask
    /// the platform before. It mustn't commit or roll back. An error or a panic of it takes everything back.
    ///
    /// Return `Ok(`[`Handled::Marked`](crate::Handled::Marked)`)` from the worker's handler afterwards.
    ///
    /// # Errors
    /// [`InboxError::is_overtaken`] where the claim is over; then `booking` wasn't called.
    /// [`InboxError::is_booking`] with what `booking` returned. Else the storage's own.
    pub async fn book<T, E>(
        &self,
        claim: &Claim,
        booking: impl FnOnce(&Transaction<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, InboxError>
    where
        T: Send + 'static,
        E: Into<BoxError>,
    {
        const DOING: &str = "booking an event";
        let (claim, settings) = (claim.clone(), Arc::clone(&self.settings));
        let booked = self.thread.write(DOING, move |transaction| {
            // The mark first: a claim that is over must not reach the booking.
            claim::done(transaction, &settings, &claim, DOING)?;
            // A panic would take the thread, and with it the inbox.
            match catch_unwind(AssertUnwindSafe(|| booking(transaction))) {
                Ok(booked) => booked.map_err(|error| InboxError::booking(error.into())),
                Err(_) => Err(InboxError::booking("the booking panicked".into())),
            }
        });
        let booked = booked.await?;
        self.news.notify_one();
        Ok(booked)
    }

    /// Does what was asked for before, and closes the file; this and all clones answer [`InboxError::is_closed`] afterwards.
    /// A program needn't: what is stored is on the disk. It is for whoever wants to copy the file, or the last one to
    /// leave it in one piece, without SQLite's two files beside it.
    pub async fn close(&self) {
        self.thread.close().await;
    }

    async fn claim_next(&self) -> Result<Next, InboxError> {
        loop {
            let settings = Arc::clone(&self.settings);
            let idle = self.thread.run(move |connection| claim::idle(connection, &settings)).await?;
            if let Some(nothing) = idle {
                return Ok(nothing);
            }
            let settings = Arc::clone(&self.settings);
            let step = self
                .thread
                .write("claiming an event", move |transaction| claim::claim(transaction, &settings));
            match step.await? {
                Step::Found(next) => {
                    if matches!(next, Next::Event(_)) {
                        // There may be more, for another worker.
                        self.news.notify_one();
                    }
                    return Ok(next);
                }
                Step::Again => {}
                Step::Unreadable(error) => return Err(error),
            }
        }
    }

    async fn sealed(&self, id: DeliveryId, said: &str) -> Result<Vec<u8>, InboxError> {
        let said: String = said.chars().take(MOST_SAID).collect();
        let Some(seal) = self.settings.seal.clone() else { return Ok(said.into_bytes()) };
        blocking(move || {
            seal.seal(&look::said_name(id), said.as_bytes())
                .map_err(|error| InboxError::seal("sealing what a handler said", error))
        })
        .await
    }
}

/// Characters.
const MOST_SAID: usize = 1_000;

impl Inbox for SqliteInbox {
    fn store(&self, delivery: Arrival) -> Pending<'_, Stored> {
        Box::pin(async move {
            let row = match self.settings.seal.clone() {
                Some(seal) => blocking(move || Row::new(delivery, Some(&*seal))).await?,
                None => Row::new(delivery, None)?,
            };
            let stored = self.thread.store(row).await?;
            self.news.notify_one();
            Ok(stored)
        })
    }

    fn claim(&self) -> Pending<'_, Next> {
        Box::pin(self.claim_next())
    }

    fn done<'a>(&'a self, claim: &'a Claim) -> Pending<'a, ()> {
        Box::pin(self.book(claim, |_| Ok::<_, BoxError>(())))
    }

    fn fail<'a>(&'a self, claim: &'a Claim, said: &'a str) -> Pending<'a, Failed> {
        Box::pin(async move {
            let said = self.sealed(claim.delivery, said).await?;
            let (claim, settings) = (claim.clone(), Arc::clone(&self.settings));
            let failed = self.thread.write("recording a failure", move |transaction| {
                claim::fail(transaction, &settings, &claim, &said)
            });
            let failed = failed.await?;
            self.news.notify_one();
            Ok(failed)
        })
    }

    fn release<'a>(&'a self, claim: &'a Claim) -> Pending<'a, ()> {
        Box::pin(async move {
            let claim = claim.clone();
            self.thread
                .write("releasing an event", move |transaction| claim::release(transaction, &claim))
                .await?;
            self.news.notify_one();
            Ok(())
        })
    }

    fn woken(&self, at_most: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        // Both ends mean the same: look again.
        Box::pin(async move { _ = tokio::time::timeout(at_most, self.news.notified()).await })
    }

    fn counts(&self) -> Pending<'_, Counts> {
        Box::pin(self.thread.run(|connection| look::counts(connection)))
    }

    fn list(&self, state: EventState, limit: u32) -> Pending<'_, Vec<Listed>> {
        Box::pin(self.thread.run(move |connection| look::list(connection, state, limit)))
    }

    fn show(&self, id: DeliveryId) -> Pending<'_, Option<Shown>> {
        let seal = self.settings.seal.clone();
        Box::pin(self.thread.run(move |connection| look::show(connection, id, seal.as_deref())))
    }

    fn requeue(&self, id: DeliveryId) -> Pending<'_, ()> {
        let settings = Arc::clone(&self.settings);
        Box::pin(async move {
            let requeued = self
                .thread
                .write("requeueing an event", move |transaction| care::requeue(transaction, id, &settings));
            requeued.await?;
            self.news.notify_one();
            Ok(())
        })
    }

    fn acknowledge(&self, id: DeliveryId) -> Pending<'_, ()> {
        let now = (self.settings.clock)();
        Box::pin(async move {
            let acknowledged = self
                .thread
                .write("acknowledging an event", move |transaction| care::acknowledge(transaction, id, now));
            acknowledged.await?;
            self.news.notify_one();
            Ok(())
        })
    }

    fn forget(&self) -> Pending<'_, Forgotten> {
        Box::pin(async move {
            let mut all = Forgotten::default();
            loop {
                let settings = Arc::clone(&self.settings);
                let batch = self
                    .thread
                    .write("forgetting old events", move |transaction| care::forget(transaction, &settings));
                let (forgotten, is_more) = batch.await?;
                all.events += forgotten.events;
                all.objects += forgotten.objects;
                if !is_more {
                    return Ok(all);
                }
            }
        })
    }
}

impl fmt::Debug for SqliteInbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteInbox").field("path", &self.path).finish_non_exhaustive()
    }
}

/// A seal is code of somebody else's, and may take its time.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, InboxError> + Send + 'static,
) -> Result<T, InboxError> {
    let ended = spawn_blocking(work).await;
    ended.unwrap_or_else(|_| Err(InboxError::seal("sealing", "the seal panicked".into())))
}
