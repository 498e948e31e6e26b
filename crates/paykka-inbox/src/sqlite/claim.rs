//! Claiming an object's next event, and saying what became of it. Whoever claims raises the object's epoch, and so does
//! whoever ends a claim: each claim can be ended once, and one that was overtaken can't be ended at all.

use std::time::{Duration, SystemTime};

use paykka_model::NotificationKind;
use paykka_webhook::inbox::{Claim, Claimed, DeadReason, EventState, Failed, InboxError, Next};
use paykka_webhook::{Content, Last, ObjectKey, Status, Turn, judge};
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction};

use super::columns::{digest, duration, get, kind_name, millis, odd, required_word, status, whole_millis};
use super::error::mapped;
use super::look::read_kept;
use super::settings::{AfterDead, Settings};

const CLAIMING: &str = "claiming an event";

/// How many events are looked at under one write lock: a long line of repeats mustn't keep others from storing.
const MOST_STEPS: usize = 100;

/// What one look at the line found.
pub(super) enum Step {
    Found(Next),
    /// There was much to put aside, and there may be more.
    Again,
    /// The event's body can't be unsealed, or isn't what was stored; its object pauses, so that the others go on.
    Unreadable(InboxError),
}

/// Looks without the write lock, which idle workers would take from those who store.
pub(super) fn idle(connection: &Connection, settings: &Settings) -> Result<Option<Next>, InboxError> {
    let now = millis((settings.clock)());
    let failed = |error: rusqlite::Error| mapped(CLAIMING, &error);
    if pick(connection, now).map_err(failed)?.is_some() {
        return Ok(None);
    }
    let sql = "SELECT min(ready_at) FROM paykka_inbox_objects WHERE ready_at IS NOT NULL";
    let next: Option<i64> = connection.query_row(sql, [], |row| row.get(0)).map_err(failed)?;
    Ok(Some(Next::Nothing(next.map(|at| duration(at.saturating_sub(now))))))
}

pub(super) fn claim(transaction: &Transaction<'_>, settings: &Settings) -> Result<Step, InboxError> {
    let now = (settings.clock)();
    let failed = |error: rusqlite::Error| mapped(CLAIMING, &error);
    for _ in 0..MOST_STEPS {
        let Some(object) = pick(transaction, millis(now)).map_err(failed)? else {
            return Ok(Step::Found(Next::Nothing(None)));
        };
        let Some(head) = head(transaction, &object, settings.after_dead).map_err(failed)? else {
            set_ready(transaction, object.id, None, object.head).map_err(failed)?;
            continue;
        };
        if head.attempts >= settings.attempts {
            // Each of its attempts was counted when it began, so one that takes its process down doesn't do so for ever.
            bury(transaction, &object, &head, now).map_err(failed)?;
            continue;
        }
        let turn = match judge(object.last.as_ref(), head.content, head.status.as_ref()) {
            // Nothing is known of the object, and it may be that it was forgotten: a replay is no news.
            Turn::Changed if object.last.is_none() && head.is_older_than(settings.keep_objects) => {
                Turn::Regressed
            }
            turn => turn,
        };
        if turn == Turn::Repeat {
            put_aside(transaction, &object, &head, now).map_err(failed)?;
            continue;
        }
        return take(transaction, settings, object, &head, turn, now);
    }
    Ok(Step::Again)
}

fn take(
    transaction: &Transaction<'_>,
    settings: &Settings,
    object: Object,
    head: &Head,
    turn: Turn,
    now: SystemTime,
) -> Result<Step, InboxError> {
    let failed = |error: rusqlite::Error| mapped(CLAIMING, &error);
    let kept = match read_kept(transaction, head.seq, settings.seal.as_deref(), CLAIMING) {
        Ok(kept) => kept,
        Err(error) if error.is_seal() || error.is_damaged() => {
            let later = millis(now).saturating_add(whole_millis(settings.longest_pause));
            set_ready(transaction, object.id, Some(later), head.seq).map_err(failed)?;
            return Ok(Step::Unreadable(error));
        }
        Err(error) => return Err(error),
    };
    let attempt = head.attempts.saturating_add(1);
    let sql = "UPDATE paykka_inbox_events SET attempts = ?2, turn = ?3 WHERE seq = ?1";
    transaction
        .prepare_cached(sql)
        .and_then(|mut statement| statement.execute((head.seq, attempt, turn.as_str())))
        .map_err(failed)?;
    let epoch = object.epoch.saturating_add(1);
    let until = millis(now).saturating_add(whole_millis(settings.lease));
    let sql = "UPDATE paykka_inbox_objects SET epoch = ?2, ready_at = ?3, head = ?4 WHERE id = ?1";
    transaction
        .prepare_cached(sql)
        .and_then(|mut statement| statement.execute((object.id, epoch, until, head.seq)))
        .map_err(failed)?;
    let claim = Claim {
        delivery: kept.delivery(),
        object: object.key,
        epoch: u64::try_from(epoch).unwrap_or_default(),
        lease: settings.lease,
    };
    let claimed = Claimed { kept, turn, last: object.last, attempt, claim };
    Ok(Step::Found(Next::Event(Box::new(claimed))))
}

/// An object that has its turn: first those whose lease or pause is over, which would starve behind a steady stream of new
/// ones, then what came first.
fn pick(connection: &Connection, now: i64) -> rusqlite::Result<Option<Object>> {
    for rule in ["ready_at BETWEEN 1 AND ?1 ORDER BY ready_at", "ready_at = 0 AND 0 <= ?1 ORDER BY head"] {
        let sql = format!("SELECT * FROM paykka_inbox_objects WHERE {rule} LIMIT 1");
        let found = connection.prepare_cached(&sql)?.query_row([now], Object::read).optional()?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

struct Object {
    id: i64,
    key: ObjectKey,
    epoch: i64,
    head: i64,
    last: Option<Last>,
}

impl Object {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let kind: NotificationKind = required_word(row, "kind")?;
        let (merchant, number): (String, String) = (get(row, "merchant")?, get(row, "number")?);
        let content: Option<[u8; 32]> = get(row, "content")?;
        let (now, furthest) = (status(row, "status", kind)?, status(row, "furthest", kind)?);
        Ok(Self {
            id: get(row, "id")?,
            key: ObjectKey::new(&merchant, kind, &number).ok_or_else(|| odd(row, "number"))?,
            epoch: get(row, "epoch")?,
            head: get(row, "head")?,
            last: content.map(|content| Last::new(Content::from_bytes(content), now, furthest)),
        })
    }
}

/// The event that an object's line stands at.
struct Head {
    seq: i64,
    content: Content,
    status: Option<Status>,
    attempts: u32,
    late_by: Option<Duration>,
}

impl Head {
    fn read(row: &Row<'_>, kind: NotificationKind) -> rusqlite::Result<Self> {
        Ok(Self {
            seq: get(row, "seq")?,
            content: Content::from_bytes(digest(row, "content")?),
            status: status(row, "status", kind)?,
            attempts: get(row, "attempts")?,
            late_by: get::<Option<i64>>(row, "late_by")?.map(duration),
        })
    }

    /// Whether what it says may have been handled, and its object's last state forgotten after so long. Signed time and
    /// receipt lie up to an hour apart, to both sides, without being late.
    fn is_older_than(&self, kept: Duration) -> bool {
        const APART: Duration = Duration::from_secs(2 * 60 * 60);
        self.late_by.is_some_and(|by| by.saturating_add(APART) >= kept)
    }
}

/// The event at the head of an object's line. Dead ones are passed, or everything waits behind them.
fn head(connection: &Connection, object: &Object, after_dead: AfterDead) -> rusqlite::Result<Option<Head>> {
    let passed = match after_dead {
        AfterDead::Wait => "",
        AfterDead::Pass => "AND state = 'waiting'",
    };
    let sql = format!(
        "SELECT seq, content, status, attempts, late_by, state FROM paykka_inbox_events INDEXED BY paykka_inbox_line \
         WHERE object = ?1 AND state IN ('waiting', 'dead') {passed} ORDER BY seq LIMIT 1"
    );
    let read = |row: &Row<'_>| {
        let is_dead = required_word::<EventState>(row, "state")? == EventState::Dead;
        Ok((!is_dead).then_some(Head::read(row, object.key.kind())?))
    };
    Ok(connection.prepare_cached(&sql)?.query_row([object.id], read).optional()?.flatten())
}

/// Says what was handled last, so nobody is called. That it came shows that the platform still speaks of the object, which
/// keeps the last state longer.
fn put_aside(connection: &Connection, object: &Object, head: &Head, now: SystemTime) -> rusqlite::Result<()> {
    let sql = "UPDATE paykka_inbox_events SET state = 'repeat', turn = 'repeat', ended = ?2 WHERE seq = ?1";
    connection.prepare_cached(sql)?.execute((head.seq, millis(now)))?;
    let sql = "UPDATE paykka_inbox_objects SET touched_at = ?2, ready_at = 0 WHERE id = ?1";
    connection.prepare_cached(sql)?.execute((object.id, millis(now))).map(drop)
}

fn bury(connection: &Connection, object: &Object, head: &Head, now: SystemTime) -> rusqlite::Result<()> {
    let sql = "UPDATE paykka_inbox_events SET state = 'dead', dead = ?2, ended = ?3 WHERE seq = ?1";
    connection.prepare_cached(sql)?.execute((head.seq, DeadReason::Failed.as_str(), millis(now)))?;
    tracing::error!(object = %object.key, attempts = head.attempts, "an event is dead and waits for a person");
    set_ready(connection, object.id, Some(0), head.seq)
}

fn set_ready(connection: &Connection, object: i64, at: Option<i64>, head: i64) -> rusqlite::Result<()> {
    let sql = "UPDATE paykka_inbox_objects SET ready_at = ?2, head = ?3 WHERE id = ?1";
    connection.prepare_cached(sql)?.execute((object, at, head)).map(drop)
}

/// The event was handled. What was handled last is now this, and the line moves on.
pub(super) fn done(
    transaction: &Transaction<'_>,
    settings: &Settings,
    claim: &Claim,
    doing: &'static str,
) -> Result<(), InboxError> {
    let failed = |error: rusqlite::Error| mapped(doing, &error);
    let (object, head) = held(transaction, claim, doing)?;
    let now = millis((settings.clock)());
    let sql = "UPDATE paykka_inbox_events SET state = 'done', ended = ?2 WHERE seq = ?1";
    transaction
        .prepare_cached(sql)
        .and_then(|mut statement| statement.execute((head.seq, now)))
        .map_err(failed)?;
    let last = Last::after(object.last.as_ref(), head.content, head.status);
    let sql = "UPDATE paykka_inbox_objects SET epoch = epoch + 1, ready_at = 0, content = ?2, status = ?3, \
               furthest = ?4, touched_at = ?5 WHERE id = ?1";
    let [status, furthest] = [&last.status, &last.furthest].map(|it| it.as_ref().map(Status::as_str));
    transaction
        .prepare_cached(sql)
        .and_then(|mut statement| {
            statement.execute((object.id, last.content.as_bytes(), status, furthest, now))
        })
        .map_err(failed)?;
    next_head(transaction, object.id).map_err(failed)
}

/// The event wasn't handled. `said` is sealed already, where there is a seal by now; the body may be older than it.
pub(super) fn fail(
    transaction: &Transaction<'_>,
    settings: &Settings,
    claim: &Claim,
    said: &[u8],
) -> Result<Failed, InboxError> {
    const DOING: &str = "recording a failure";
    let failed = |error: rusqlite::Error| mapped(DOING, &error);
    let (object, head) = held(transaction, claim, DOING)?;
    let now = (settings.clock)();
    transaction
        .prepare_cached("UPDATE paykka_inbox_events SET said = ?2, said_sealed = ?3 WHERE seq = ?1")
        .and_then(|mut statement| statement.execute((head.seq, said, settings.seal.is_some())))
        .map_err(failed)?;
    end_claim(transaction, object.id).map_err(failed)?;
    if head.attempts >= settings.attempts {
        bury(transaction, &object, &head, now).map_err(failed)?;
        return Ok(Failed::Dead);
    }
    let pause = settings.pause(head.attempts);
    let at = millis(now).saturating_add(whole_millis(pause));
    set_ready(transaction, object.id, Some(at.max(1)), head.seq).map_err(failed)?;
    Ok(Failed::Again(pause))
}

/// The event goes back, as if it hadn't been claimed.
pub(super) fn release(transaction: &Transaction<'_>, claim: &Claim) -> Result<(), InboxError> {
    const DOING: &str = "releasing an event";
    let (object, head) = held(transaction, claim, DOING)?;
    let run = || {
        let sql = "UPDATE paykka_inbox_events SET attempts = max(attempts - 1, 0) WHERE seq = ?1";
        transaction.prepare_cached(sql)?.execute([head.seq])?;
        end_claim(transaction, object.id)?;
        set_ready(transaction, object.id, Some(0), head.seq)
    };
    run().map_err(|error| mapped(DOING, &error))
}

/// The event that a claim holds, if it still does.
fn held(connection: &Connection, claim: &Claim, doing: &'static str) -> Result<(Object, Head), InboxError> {
    let overtaken = || InboxError::overtaken(claim.delivery);
    let key = (claim.object.merchant(), kind_name(claim.object.kind()), claim.object.id());
    let find = || {
        let sql = "SELECT * FROM paykka_inbox_objects WHERE merchant = ?1 AND kind = ?2 AND number = ?3";
        let object = connection.prepare_cached(sql)?.query_row(key, Object::read).optional()?;
        let Some(object) = object.filter(|object| u64::try_from(object.epoch) == Ok(claim.epoch)) else {
            return Ok(None);
        };
        let sql = "SELECT seq, content, status, attempts, late_by FROM paykka_inbox_events \
                   WHERE delivery = ?1 AND object = ?2 AND state = 'waiting'";
        let read = |row: &Row<'_>| Head::read(row, object.key.kind());
        let head = connection
            .prepare_cached(sql)?
            .query_row((claim.delivery.as_bytes(), object.id), read)
            .optional()?;
        Ok(head.map(|head| (object, head)))
    };
    find().map_err(|error: rusqlite::Error| mapped(doing, &error))?.ok_or_else(overtaken)
}

fn end_claim(connection: &Connection, object: i64) -> rusqlite::Result<()> {
    let sql = "UPDATE paykka_inbox_objects SET epoch = epoch + 1 WHERE id = ?1";
    connection.prepare_cached(sql)?.execute([object]).map(drop)
}

/// An object whose line is empty has no turn; else it takes its turn by its next event. The first condition is the index's,
/// the second what is asked.
fn next_head(connection: &Connection, object: i64) -> rusqlite::Result<()> {
    let sql = "SELECT seq FROM paykka_inbox_events INDEXED BY paykka_inbox_line \
               WHERE object = ?1 AND state IN ('waiting', 'dead') AND state = 'waiting' ORDER BY seq LIMIT 1";
    let next: Option<i64> =
        connection.prepare_cached(sql)?.query_row([object], |row| row.get(0)).optional()?;
    set_ready(connection, object, next.map(|_| 0), next.unwrap_or(0))
}

impl Settings {
    /// Twice as long after each failure.
    fn pause(&self, attempts: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(attempts.saturating_sub(1));
        self.first_pause.saturating_mul(doubled).min(self.longest_pause)
    }
}
