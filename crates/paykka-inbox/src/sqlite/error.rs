//! SQLite's errors in the inbox's words. Its own text goes along as the source; it holds names of tables, never a value.

use std::io;

use paykka_webhook::inbox::InboxError;
use rusqlite::ErrorCode::{DatabaseBusy, DatabaseCorrupt, DatabaseLocked, NotADatabase};

pub(super) fn mapped(doing: &'static str, error: &rusqlite::Error) -> InboxError {
    match error {
        rusqlite::Error::SqliteFailure(code, text) => {
            let source = io::Error::other(text.clone().unwrap_or_else(|| code.to_string()));
            match code.code {
                DatabaseBusy | DatabaseLocked => InboxError::busy(doing),
                DatabaseCorrupt | NotADatabase => InboxError::damaged(doing, source),
                _ => InboxError::storage(doing, source),
            }
        }
        // A column of another type or content than is ever written, or a table of this name that isn't ours.
        rusqlite::Error::FromSqlConversionFailure(..)
        | rusqlite::Error::IntegralValueOutOfRange(..)
        | rusqlite::Error::InvalidColumnType(..)
        | rusqlite::Error::QueryReturnedNoRows
        | rusqlite::Error::SqlInputError { .. } => InboxError::damaged(
            doing,
            io::Error::other("a table or a row isn't of the form that inboxes have"),
        ),
        other => InboxError::storage(doing, io::Error::other(other.to_string())),
    }
}
