//! The file: how it is opened, what lies in it, and whether this version may touch it. The tables are named so that they can
//! stand in a database of the program's own: that is what lets a booking and its mark commit together.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use paykka_webhook::inbox::InboxError;
use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior};

use super::error::mapped;

/// Written in each file, and raised when the tables change.
const VERSION: i64 = 1;

const OPENING: &str = "opening it";

static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Opens the database, and makes the tables where there are none.
pub(super) fn open(path: &Path, patience: Duration) -> Result<Connection, InboxError> {
    let failed = |error: &rusqlite::Error| mapped(OPENING, error);
    // Nobody in this process has a file open through SQLite that another thread is just making; see `for_owner`.
    let one_at_a_time = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    for_owner(path).map_err(|error| InboxError::storage(OPENING, error))?;
    let mut connection = Connection::open(path).map_err(|error| failed(&error))?;
    drop(one_at_a_time);
    prepare(&mut connection, patience).map_err(|error| failed(&error))?;
    match version(&connection).map_err(|error| failed(&error))? {
        VERSION => Ok(connection),
        newer if newer > VERSION => Err(InboxError::newer(newer, VERSION)),
        _ => Err(InboxError::damaged(OPENING, "its schema version is none that was ever written")),
    }
}

fn prepare(connection: &mut Connection, patience: Duration) -> rusqlite::Result<()> {
    connection.busy_timeout(patience)?;
    // An acknowledgement must outlive a power cut: in WAL only FULL waits for the disk at each commit.
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // What is deleted holds names and accounts.
    connection.pragma_update(None, "secure_delete", true)?;
    connection.set_prepared_statement_cache_capacity(64);
    // Under the write lock, since another process may be making them.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if is_empty(&transaction)? {
        transaction.execute_batch(TABLES)?;
        transaction.execute("INSERT INTO paykka_inbox_schema (version) VALUES (?1)", [VERSION])?;
    }
    transaction.commit()
}

fn is_empty(connection: &Connection) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'paykka_inbox_schema'";
    Ok(connection.query_row(sql, [], |_| Ok(())).optional()?.is_none())
}

fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("SELECT max(version) FROM paykka_inbox_schema", [], |row| row.get(0))
}

/// The files hold names and accounts, so others can't read them. SQLite gives the two beside it the database's own mode.
///
/// A file that is there isn't opened: POSIX takes all of a process's locks on a file when the process closes any handle on
/// it, and then another process could take the second file away under an inbox that is open here.
#[cfg(unix)]
fn for_owner(path: &Path) -> io::Result<()> {
    use std::fs::{OpenOptions, Permissions, metadata, set_permissions};
    use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};

    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(_) => return Ok(()),
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        Err(_) => {}
    }
    let beside = ["-wal", "-shm"].into_iter().map(|ending| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    });
    if metadata(path)?.permissions().mode() & 0o077 != 0 {
        set_permissions(path, Permissions::from_mode(0o600))?;
        for path in beside.filter(|path| path.exists()) {
            set_permissions(path, Permissions::from_mode(0o600))?;
        }
    }
    Ok(())
}

#[cfg(not(unix))]
fn for_owner(_: &Path) -> io::Result<()> {
    Ok(())
}

/// `ready_at` of an object is when its next event may be claimed: 0 at once, later during a lease or a pause, NULL where
/// there is nothing to claim. A lease is nothing else than that, so one index finds all work.
///
/// Times are Unix milliseconds.
const TABLES: &str = "
CREATE TABLE paykka_inbox_schema (version INTEGER NOT NULL) STRICT;

CREATE TABLE paykka_inbox_objects (
    id INTEGER PRIMARY KEY,
    merchant TEXT NOT NULL,
    kind TEXT NOT NULL,
    number TEXT NOT NULL,
    epoch INTEGER NOT NULL DEFAULT 0,
    ready_at INTEGER,
    -- The event by which an object takes its turn among others.
    head INTEGER NOT NULL DEFAULT 0,
    content BLOB,
    status TEXT,
    furthest TEXT,
    -- When it was last stored or spoken of.
    touched_at INTEGER NOT NULL,
    UNIQUE (merchant, kind, number)
) STRICT;

CREATE INDEX paykka_inbox_ready ON paykka_inbox_objects (ready_at, head) WHERE ready_at IS NOT NULL;
CREATE INDEX paykka_inbox_touched ON paykka_inbox_objects (touched_at);

CREATE TABLE paykka_inbox_events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    delivery BLOB NOT NULL UNIQUE,
    object INTEGER REFERENCES paykka_inbox_objects (id),
    kind TEXT,
    status TEXT,
    content BLOB NOT NULL,
    path TEXT NOT NULL,
    merchant TEXT,
    authorization TEXT NOT NULL,
    mounted TEXT,
    arrived INTEGER NOT NULL,
    late_by INTEGER,
    state TEXT NOT NULL,
    turn TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    dead TEXT,
    ended INTEGER,
    sealed INTEGER NOT NULL,
    said BLOB,
    said_sealed INTEGER NOT NULL DEFAULT 0,
    body BLOB NOT NULL
) STRICT;

-- Queries name these two by INDEXED BY: SQLite would take one that has all of an object's past, or of a state's.
CREATE INDEX paykka_inbox_line ON paykka_inbox_events (object, seq) WHERE state IN ('waiting', 'dead');
CREATE INDEX paykka_inbox_ended ON paykka_inbox_events (ended)
    WHERE state IN ('done', 'repeat', 'acknowledged');

CREATE INDEX paykka_inbox_object ON paykka_inbox_events (object);
CREATE INDEX paykka_inbox_state ON paykka_inbox_events (state, seq);
";
