//! What a person does to dead events, and what is forgotten with time.

use std::time::SystemTime;

use paykka_webhook::inbox::{Forgotten, InboxError, Placement};
use paykka_webhook::{DeliveryId, Status};
use rusqlite::{Connection, OptionalExtension as _, Transaction};

use super::columns::{kind_name, millis, whole_millis};
use super::error::mapped;
use super::look::read_kept;
use super::settings::Settings;
use super::store::{object, ready_if_idle};

/// How many rows one transaction removes, so that others get to store between.
const MOST_AT_ONCE: u32 = 500;

pub(super) fn requeue(
    transaction: &Transaction<'_>,
    id: DeliveryId,
    settings: &Settings,
) -> Result<(), InboxError> {
    const DOING: &str = "requeueing an event";
    let failed = |error: rusqlite::Error| mapped(DOING, &error);
    let seq = dead(transaction, id).map_err(failed)?.ok_or_else(|| InboxError::not_dead(id))?.0;
    let now = (settings.clock)();
    // What couldn't be read when it came may be read by this version.
    let kept = read_kept(transaction, seq, settings.seal.as_deref(), DOING)?;
    let Placement::Object { object: key, status } = kept.record().place() else {
        return Err(InboxError::still_unreadable(id));
    };
    let run = || {
        let object = object(transaction, &key, now)?;
        let sql = "UPDATE paykka_inbox_events SET state = 'waiting', object = ?2, kind = ?3, status = ?4, \
                   attempts = 0, dead = NULL, ended = NULL WHERE seq = ?1";
        let status = status.as_ref().map(Status::as_str);
        transaction.prepare_cached(sql)?.execute((seq, object, kind_name(key.kind()), status))?;
        ready_if_idle(transaction, object, seq)
    };
    run().map_err(failed)
}

pub(super) fn acknowledge(
    transaction: &Transaction<'_>,
    id: DeliveryId,
    now: SystemTime,
) -> Result<(), InboxError> {
    let failed = |error: rusqlite::Error| mapped("acknowledging an event", &error);
    let (seq, object) = dead(transaction, id).map_err(failed)?.ok_or_else(|| InboxError::not_dead(id))?;
    let run = || {
        let sql = "UPDATE paykka_inbox_events SET state = 'acknowledged', ended = ?2 WHERE seq = ?1";
        transaction.prepare_cached(sql)?.execute((seq, millis(now)))?;
        object.map_or(Ok(()), |object| ready_if_idle(transaction, object, seq))
    };
    run().map_err(failed)
}

fn dead(connection: &Connection, id: DeliveryId) -> rusqlite::Result<Option<(i64, Option<i64>)>> {
    let sql = "SELECT seq, object FROM paykka_inbox_events WHERE delivery = ?1 AND state = 'dead'";
    let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
    connection.prepare_cached(sql)?.query_row([id.as_bytes()], read).optional()
}

/// Gives every object with work its turn anew: another setting of what passes dead events may free a line.
pub(super) fn wake_all(connection: &Connection) -> Result<(), InboxError> {
    let sql = "UPDATE paykka_inbox_objects SET ready_at = 0 WHERE ready_at IS NULL AND id IN \
               (SELECT object FROM paykka_inbox_events WHERE state = 'waiting')";
    connection.execute(sql, []).map(drop).map_err(|error| mapped("opening it", &error))
}

/// One batch; whether there may be more.
pub(super) fn forget(
    transaction: &Transaction<'_>,
    settings: &Settings,
) -> Result<(Forgotten, bool), InboxError> {
    let now = millis((settings.clock)());
    let [events_before, objects_before] =
        [settings.keep_events, settings.keep_objects].map(|keep| now.saturating_sub(whole_millis(keep)));
    let run = || {
        let sql = "DELETE FROM paykka_inbox_events WHERE seq IN (SELECT seq FROM paykka_inbox_events \
                   INDEXED BY paykka_inbox_ended WHERE state IN ('done', 'repeat', 'acknowledged') AND ended < ?1 ORDER BY ended LIMIT ?2)";
        let events = transaction.prepare_cached(sql)?.execute((events_before, MOST_AT_ONCE))?;
        let sql = "DELETE FROM paykka_inbox_objects WHERE id IN (SELECT id FROM paykka_inbox_objects o \
                   WHERE touched_at < ?1 AND NOT EXISTS (SELECT 1 FROM paykka_inbox_events e WHERE e.object = o.id) LIMIT ?2)";
        let objects = transaction.prepare_cached(sql)?.execute((objects_before, MOST_AT_ONCE))?;
        let whole = |rows: usize| u64::try_from(rows).unwrap_or(u64::MAX);
        let forgotten = Forgotten { events: whole(events), objects: whole(objects) };
        Ok((forgotten, forgotten.events.max(forgotten.objects) >= u64::from(MOST_AT_ONCE)))
    };
    run().map_err(|error: rusqlite::Error| mapped("forgetting old events", &error))
}
