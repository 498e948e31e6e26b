//! Keeps verified notifications on storage until they are handled: none lost, in order, booked once.
//!
//! # Is this the crate I need?
//!
//! Take it beside `paykka-webhook` when a notification must not be lost between its receipt and its booking: a process can
//! die between the two, and whether and how often the platform sends again isn't documented. [`SqliteInbox`] is for one
//! machine and any number of processes. If your handler is quick, can be repeated, and asks the inquiry calls for whatever
//! it missed, `paykka-webhook` alone will do.
//!
//! # What it keeps
//!
//! - What was stored is on the disk before it is acknowledged.
//! - Of one object (a payment, a receipt, …) one event is handled at a time, in the order of arrival.
//! - What says the same as what was handled last is recorded, and no handler is called.
//! - A status that comes late, or contradicts an end, is marked as such: see [`Turn`](paykka_webhook::Turn).
//! - An event is handled at least once, and [`SqliteInbox::book`] books it exactly once.
//! - What fails too often, or can't be read, waits for a person and is never dropped.
//!
//! # Example
//!
//! ```no_run
//! use std::time::SystemTime;
//!
//! use bytes::Bytes;
//! use paykka_inbox::{Handled, SqliteInbox, Worker};
//! use paykka_sign::Verified;
//! use paykka_webhook::Turn;
//! use paykka_webhook::inbox::{BoxError, Claimed, Arrival, Inbox as _};
//!
//! /// Beside the endpoint: answer 200 when this returns `Ok`, and not before.
//! async fn receive(inbox: &SqliteInbox, notification: &Verified<Bytes>) -> Result<(), BoxError> {
//!     let delivery = Arrival::new(notification, None, SystemTime::now(), None)?;
//!     inbox.store(delivery).await?;
//!     Ok(())
//! }
//!
//! /// In the same process or in another one.
//! async fn work(inbox: SqliteInbox, shutdown: impl Future<Output = ()> + Send) {
//!     let books = inbox.clone();
//!     let handler = move |event: Claimed| {
//!         let books = books.clone();
//!         async move {
//!             // What is late or contradicts an end is for the inquiry call to settle, and not for the books.
//!             let table = if event.turn == Turn::Changed { "booked" } else { "to_look_at" };
//!             let (sql, id) = (format!("INSERT INTO {table} (id) VALUES (?1)"), event.claim.object.id().to_owned());
//!             books.book(&event.claim, move |transaction| transaction.execute(&sql, [id])).await?;
//!             Ok::<_, BoxError>(Handled::Marked)
//!         }
//!     };
//!     Worker::new(inbox).run(handler, shutdown).await;
//! }
//!
//! # async fn run() -> Result<(), BoxError> {
//! let inbox = SqliteInbox::builder("notifications.db").open().await?;
//! work(inbox, std::future::pending()).await;
//! # Ok(())
//! # }
//! ```
//!
//! The guide, with the recipe for bookings, several processes, dead events and backups, is `docs/inbox.md`.
//!
//! # Features
//!
//! | feature | what it makes available |
//! | --- | --- |
//! | `ring` (default) | cryptography by ring |
//! | `aws-lc-rs` | cryptography by aws-lc-rs |
//!
//! One of the two is needed; with both, aws-lc-rs works.

mod sqlite;
mod worker;

pub use rusqlite;
pub use sqlite::{AfterDead, SqliteInbox, SqliteInboxBuilder};
pub use worker::{Handled, Handler, Worker};

/// The README's example, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
