//! Storing a delivery. What it is called and where it belongs was found out before, off the write lock.

use std::time::SystemTime;

use paykka_webhook::inbox::{Arrival, DeadReason, EventState, InboxError, Placement, Record, Seal, Stored};
use paykka_webhook::{ObjectKey, Status};
use rusqlite::{Connection, OptionalExtension as _, named_params};

use super::columns::{kind_name, millis, whole_millis};

/// A delivery as it is written, its body sealed where there is a seal.
pub(super) struct Row {
    record: Record,
    is_sealed: bool,
    body: Vec<u8>,
    place: Result<(ObjectKey, Option<Status>), DeadReason>,
}

impl Row {
    pub(super) fn new(delivery: Arrival, seal: Option<&dyn Seal>) -> Result<Self, InboxError> {
        let (record, placement) = delivery.into_parts();
        let body = match seal {
            Some(seal) => seal
                .seal(record.delivery.as_bytes(), &record.body)
                .map_err(|error| InboxError::seal("sealing a body", error))?,
            None => record.body.to_vec(),
        };
        let place = match placement {
            Placement::Object { object, status } => Ok((object, status)),
            Placement::Dead(reason) => Err(reason),
        };
        Ok(Self { record, is_sealed: seal.is_some(), body, place })
    }
}

pub(super) fn insert(connection: &Connection, row: &Row) -> rusqlite::Result<Stored> {
    let Row { record, is_sealed, body, place } = row;
    let known = "SELECT 1 FROM paykka_inbox_events WHERE delivery = ?1";
    if connection
        .prepare_cached(known)?
        .query_row([record.delivery.as_bytes()], |_| Ok(()))
        .optional()?
        .is_some()
    {
        return Ok(Stored::Known);
    }
    let (object, status, dead) = match place {
        Ok((key, status)) => (Some(object(connection, key, record.arrived)?), status.as_ref(), None),
        Err(reason) => (None, None, Some(*reason)),
    };
    let kind = place.as_ref().ok().map(|(key, _)| key.kind()).or(record.mounted);
    let state = if dead.is_some() { EventState::Dead } else { EventState::Waiting };
    let sql = "INSERT INTO paykka_inbox_events (delivery, object, kind, status, content, path, merchant, \
               authorization, mounted, arrived, late_by, state, dead, sealed, body) \
               VALUES (:delivery, :object, :kind, :status, :content, :path, :merchant, \
               :authorization, :mounted, :arrived, :late_by, :state, :dead, :sealed, :body)";
    connection.prepare_cached(sql)?.execute(named_params! {
        ":delivery": record.delivery.as_bytes(),
        ":object": object,
        ":kind": kind.map(kind_name),
        ":status": status.map(Status::as_str),
        ":content": record.content.as_bytes(),
        ":path": record.path,
        ":merchant": record.merchant,
        ":authorization": record.authorization,
        ":mounted": record.mounted.map(kind_name),
        ":arrived": millis(record.arrived),
        ":late_by": record.late_by.map(whole_millis),
        ":state": state.as_str(),
        ":dead": dead.map(DeadReason::as_str),
        ":sealed": is_sealed,
        ":body": body,
    })?;
    if let Some(object) = object {
        ready_if_idle(connection, object, connection.last_insert_rowid())?;
    }
    Ok(Stored::New)
}

/// The row of an object, made where there is none.
pub(super) fn object(connection: &Connection, key: &ObjectKey, now: SystemTime) -> rusqlite::Result<i64> {
    let (merchant, kind, number) = (key.merchant(), kind_name(key.kind()), key.id());
    let sql = "INSERT INTO paykka_inbox_objects (merchant, kind, number, touched_at) VALUES (?1, ?2, ?3, ?4) \
               ON CONFLICT DO NOTHING";
    connection.prepare_cached(sql)?.execute((merchant, kind, number, millis(now)))?;
    let sql = "SELECT id FROM paykka_inbox_objects WHERE merchant = ?1 AND kind = ?2 AND number = ?3";
    connection.prepare_cached(sql)?.query_row((merchant, kind, number), |row| row.get(0))
}

/// Gives an object without work its turn. One that is in hand or pauses has it already.
pub(super) fn ready_if_idle(connection: &Connection, object: i64, head: i64) -> rusqlite::Result<()> {
    let sql = "UPDATE paykka_inbox_objects SET ready_at = 0, head = ?2 WHERE id = ?1 AND ready_at IS NULL";
    connection.prepare_cached(sql)?.execute((object, head)).map(drop)
}
