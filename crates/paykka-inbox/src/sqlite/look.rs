//! Reading, for workers and for people.

use std::panic::{AssertUnwindSafe, catch_unwind};

use bytes::Bytes;
use paykka_webhook::inbox::{Counts, DeadReason, EventState, InboxError, Kept, Listed, Record, Seal, Shown};
use paykka_webhook::{Content, DeliveryId, ObjectKey};
use rusqlite::{Connection, OptionalExtension as _, Row};

use super::columns::{digest, duration, get, odd, required_word, time, word};
use super::error::mapped;

/// The event with this row, its body unsealed and compared with its SHA-256.
pub(super) fn read_kept(
    connection: &Connection,
    seq: i64,
    seal: Option<&dyn Seal>,
    doing: &'static str,
) -> Result<Kept, InboxError> {
    let read = |row: &Row<'_>| {
        let late_by: Option<i64> = get(row, "late_by")?;
        let record = Record {
            delivery: DeliveryId::from_bytes(digest(row, "delivery")?),
            content: Content::from_bytes(digest(row, "content")?),
            path: get(row, "path")?,
            merchant: get(row, "merchant")?,
            authorization: get(row, "authorization")?,
            mounted: word(row, "mounted")?,
            arrived: time(get(row, "arrived")?),
            late_by: late_by.map(duration),
            body: Bytes::new(),
        };
        Ok((record, get::<Vec<u8>>(row, "body")?, get::<bool>(row, "sealed")?))
    };
    let (record, body, is_sealed) = connection
        .prepare_cached("SELECT * FROM paykka_inbox_events WHERE seq = ?1")
        .and_then(|mut statement| statement.query_row([seq], read))
        .map_err(|error| mapped(doing, &error))?;
    let body = if is_sealed { unseal(seal, record.delivery.as_bytes(), &body)? } else { body };
    if Content::of(&body) != record.content {
        return Err(InboxError::damaged(doing, "a body isn't the one that was stored"));
    }
    Ok(Kept::new(Record { body: body.into(), ..record }))
}

pub(super) fn unseal(seal: Option<&dyn Seal>, name: &[u8], sealed: &[u8]) -> Result<Vec<u8>, InboxError> {
    const DOING: &str = "opening what is sealed";
    let seal = seal.ok_or_else(|| InboxError::seal(DOING, "the inbox was opened without a seal".into()))?;
    // A panic would take the thread, and with it the inbox.
    let opened = catch_unwind(AssertUnwindSafe(|| seal.open(name, sealed)));
    opened.unwrap_or_else(|_| Err("the seal panicked".into())).map_err(|error| InboxError::seal(DOING, error))
}

/// What a handler said is sealed under a name of its own, so that it can't be taken for a body.
pub(super) fn said_name(id: DeliveryId) -> Vec<u8> {
    [b"said:".as_slice(), id.as_bytes()].concat()
}

pub(super) fn counts(connection: &Connection) -> Result<Counts, InboxError> {
    let of = |state: EventState| {
        let sql = "SELECT count(*), min(seq) FROM paykka_inbox_events WHERE state = ?1";
        connection.query_row(sql, [state.as_str()], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, Option<i64>>(1)?))
        })
    };
    let run = || {
        let (depth, oldest) = of(EventState::Waiting)?;
        let oldest = oldest
            .map(|seq| {
                let sql = "SELECT arrived FROM paykka_inbox_events WHERE seq = ?1";
                connection.query_row(sql, [seq], |row| row.get(0))
            })
            .transpose()?;
        let (dead, _) = of(EventState::Dead)?;
        let whole = |rows: i64| u64::try_from(rows).unwrap_or(0);
        Ok(Counts { depth: whole(depth), oldest: oldest.map(time), dead: whole(dead) })
    };
    run().map_err(|error: rusqlite::Error| mapped("counting", &error))
}

/// The columns of a list, without the body.
const LISTED: &str = "SELECT e.seq, e.delivery, e.merchant, e.kind, e.arrived, e.late_by, e.state, e.turn, \
                      e.attempts, e.dead, o.merchant AS owner, o.number FROM paykka_inbox_events e \
                      LEFT JOIN paykka_inbox_objects o ON o.id = e.object";

pub(super) fn list(
    connection: &Connection,
    state: EventState,
    limit: u32,
) -> Result<Vec<Listed>, InboxError> {
    let run = || {
        let mut statement =
            connection.prepare_cached(&format!("{LISTED} WHERE e.state = ?1 ORDER BY e.seq LIMIT ?2"))?;
        statement.query_map((state.as_str(), limit), listed)?.collect::<Result<_, _>>()
    };
    run().map_err(|error: rusqlite::Error| mapped("listing events", &error))
}

pub(super) fn show(
    connection: &Connection,
    id: DeliveryId,
    seal: Option<&dyn Seal>,
) -> Result<Option<Shown>, InboxError> {
    const DOING: &str = "showing an event";
    let find = || {
        let sql = format!("{LISTED} WHERE e.delivery = ?1");
        let read = |row: &Row<'_>| Ok((get::<i64>(row, "seq")?, listed(row)?));
        let Some((seq, listed)) =
            connection.prepare_cached(&sql)?.query_row([id.as_bytes()], read).optional()?
        else {
            return Ok(None);
        };
        let sql = "SELECT said, said_sealed FROM paykka_inbox_events WHERE seq = ?1";
        let said: (Option<Vec<u8>>, bool) =
            connection.prepare_cached(sql)?.query_row([seq], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(Some((seq, listed, said)))
    };
    let Some((seq, listed, (said, is_sealed))) =
        find().map_err(|error: rusqlite::Error| mapped(DOING, &error))?
    else {
        return Ok(None);
    };
    let kept = read_kept(connection, seq, seal, DOING)?;
    let said = match said {
        Some(said) if is_sealed => Some(unseal(seal, &said_name(id), &said)?),
        other => other,
    };
    let said = said.map(|said| String::from_utf8_lossy(&said).into_owned());
    Ok(Some(Shown { listed, kept, said }))
}

fn listed(row: &Row<'_>) -> rusqlite::Result<Listed> {
    let kind = word(row, "kind")?;
    let (owner, number): (Option<String>, Option<String>) = (get(row, "owner")?, get(row, "number")?);
    let object = match (owner, kind, number) {
        (Some(owner), Some(kind), Some(number)) => {
            Some(ObjectKey::new(&owner, kind, &number).ok_or_else(|| odd(row, "number"))?)
        }
        _ => None,
    };
    let late_by: Option<i64> = get(row, "late_by")?;
    Ok(Listed {
        delivery: DeliveryId::from_bytes(digest(row, "delivery")?),
        object,
        merchant: get(row, "merchant")?,
        kind,
        arrived: time(get(row, "arrived")?),
        late_by: late_by.map(duration),
        state: required_word(row, "state")?,
        turn: word(row, "turn")?,
        attempts: get(row, "attempts")?,
        dead: word::<DeadReason>(row, "dead")?,
    })
}
