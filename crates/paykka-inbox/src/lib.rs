//! Keeps verified notifications until they are handled.

mod sqlite;
mod worker;

pub use rusqlite;
pub use sqlite::{AfterDead, SqliteInbox, SqliteInboxBuilder};
pub use worker::{Handled, Handler, Worker};
