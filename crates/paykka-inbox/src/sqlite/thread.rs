//! The one thread that a process has for its database. SQLite blocks, so nothing of it happens on the runtime; and since one
//! thread sees all deliveries, those that come together are stored in one transaction, which costs one wait for the disk.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use paykka_webhook::inbox::{InboxError, Stored};
use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::oneshot;

use super::error::mapped;
use super::store::{Row, insert};

/// How many deliveries one transaction takes.
const MOST_AT_ONCE: usize = 256;

#[derive(Clone)]
pub(super) struct Thread(Sender<Job>);

impl Thread {
    /// Starts it; the database is opened there. It ends with the last handle, when all that was asked for is done.
    pub(super) async fn start(
        open: impl FnOnce() -> Result<Connection, InboxError> + Send + 'static,
    ) -> Result<Self, InboxError> {
        let (jobs, inbox) = channel();
        let (opened, is_open) = oneshot::channel();
        let run = move || match open() {
            Ok(connection) => {
                // Nobody waits for it any more where the caller was dropped; then there are no jobs either.
                drop(opened.send(Ok(())));
                work(connection, &inbox);
            }
            Err(error) => drop(opened.send(Err(error))),
        };
        thread::Builder::new()
            .name("paykka-inbox".to_owned())
            .spawn(run)
            .map_err(|error| InboxError::storage("starting its thread", error))?;
        is_open.await.map_err(|_| InboxError::closed())??;
        Ok(Self(jobs))
    }

    pub(super) async fn store(&self, row: Row) -> Result<Stored, InboxError> {
        let (reply, answer) = oneshot::channel();
        self.send(Job::Store(Box::new(row), reply))?;
        answer.await.map_err(|_| InboxError::closed())?
    }

    /// Runs `work` in a transaction that may write, and commits where it is `Ok`.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        doing: &'static str,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, InboxError> + Send + 'static,
    ) -> Result<T, InboxError> {
        self.run(move |connection| {
            let failed = |error: &rusqlite::Error| mapped(doing, error);
            let transaction = connection
                .transaction_with_behavior(TransactionBehavior::Immediate)
                .map_err(|error| failed(&error))?;
            let done = work(&transaction)?;
            transaction.commit().map_err(|error| failed(&error))?;
            Ok(done)
        })
        .await
    }

    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, InboxError> + Send + 'static,
    ) -> Result<T, InboxError> {
        let (reply, answer) = oneshot::channel();
        // Whoever asked may have gone; what was asked for is done all the same.
        self.send(Job::Run(Box::new(move |connection| drop(reply.send(work(connection))))))?;
        answer.await.map_err(|_| InboxError::closed())?
    }

    /// Does what was asked for before, and closes the database.
    pub(super) async fn close(&self) {
        let (reply, closed) = oneshot::channel();
        if self.send(Job::Close(reply)).is_ok() {
            // The thread drops the reply unsent when it ends.
            _ = closed.await;
        }
    }

    fn send(&self, job: Job) -> Result<(), InboxError> {
        self.0.send(job).map_err(|_| InboxError::closed())
    }
}

enum Job {
    Store(Box<Row>, Reply),
    Run(Box<dyn FnOnce(&mut Connection) + Send>),
    Close(oneshot::Sender<()>),
}

type Reply = oneshot::Sender<Result<Stored, InboxError>>;

fn work(mut connection: Connection, jobs: &Receiver<Job>) {
    let mut waiting = VecDeque::new();
    while let Some(job) = waiting.pop_front().or_else(|| jobs.recv().ok()) {
        match job {
            Job::Run(run) => run(&mut connection),
            Job::Close(reply) => {
                drop(connection);
                return drop(reply);
            }
            Job::Store(row, reply) => {
                let mut batch = vec![(row, reply)];
                while batch.len() < MOST_AT_ONCE {
                    match jobs.try_recv() {
                        Ok(Job::Store(row, reply)) => batch.push((row, reply)),
                        Ok(other) => {
                            waiting.push_back(other);
                            break;
                        }
                        Err(_) => break,
                    }
                }
                store(&mut connection, batch);
            }
        }
    }
}

/// All of them or none: a commit that fails leaves nobody with a promise.
fn store(connection: &mut Connection, batch: Vec<(Box<Row>, Reply)>) {
    match insert_all(connection, &batch) {
        Ok(stored) => {
            for ((_, reply), stored) in batch.into_iter().zip(stored) {
                drop(reply.send(Ok(stored)));
            }
        }
        Err(error) => {
            for (_, reply) in batch {
                drop(reply.send(Err(mapped("storing a delivery", &error))));
            }
        }
    }
}

fn insert_all(connection: &mut Connection, batch: &[(Box<Row>, Reply)]) -> rusqlite::Result<Vec<Stored>> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let stored = batch.iter().map(|(row, _)| insert(&transaction, row)).collect::<Result<_, _>>()?;
    transaction.commit()?;
    Ok(stored)
}
