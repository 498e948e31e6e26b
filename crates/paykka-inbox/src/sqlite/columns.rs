//! Values as they stand in columns. What no inbox writes is read as damage and never guessed at.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use paykka_model::NotificationKind;
use paykka_webhook::inbox::{DeadReason, EventState};
use paykka_webhook::{Status, Turn};
use rusqlite::Row;
use rusqlite::types::{FromSql, Type};

/// Unix milliseconds. A clock before 1970 is taken for 1970.
pub(super) fn millis(time: SystemTime) -> i64 {
    whole_millis(time.duration_since(UNIX_EPOCH).unwrap_or_default())
}

pub(super) fn whole_millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// A time that this machine can't count is taken for 1970.
pub(super) fn time(millis: i64) -> SystemTime {
    UNIX_EPOCH.checked_add(duration(millis)).unwrap_or(UNIX_EPOCH)
}

pub(super) fn duration(millis: i64) -> Duration {
    Duration::from_millis(u64::try_from(millis).unwrap_or(0))
}

pub(super) const fn kind_name(kind: NotificationKind) -> &'static str {
    kind.info().name
}

/// A column whose text is one of a few words.
pub(super) trait Word: Copy + 'static {
    const ALL: &'static [Self];
    fn word(self) -> &'static str;
}

impl Word for NotificationKind {
    const ALL: &'static [Self] = Self::ALL;
    fn word(self) -> &'static str {
        kind_name(self)
    }
}

impl Word for EventState {
    const ALL: &'static [Self] = Self::ALL;
    fn word(self) -> &'static str {
        self.as_str()
    }
}

impl Word for DeadReason {
    const ALL: &'static [Self] = Self::ALL;
    fn word(self) -> &'static str {
        self.as_str()
    }
}

impl Word for Turn {
    const ALL: &'static [Self] = &[Self::Changed, Self::Repeat, Self::Regressed, Self::Conflict];
    fn word(self) -> &'static str {
        self.as_str()
    }
}

pub(super) fn word<T: Word>(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<T>> {
    let Some(text) = get::<Option<String>>(row, column)? else { return Ok(None) };
    let word = T::ALL.iter().copied().find(|word| word.word() == text);
    word.map(Some).ok_or_else(|| odd(row, column))
}

pub(super) fn required_word<T: Word>(row: &Row<'_>, column: &str) -> rusqlite::Result<T> {
    word(row, column)?.ok_or_else(|| odd(row, column))
}

pub(super) fn digest(row: &Row<'_>, column: &str) -> rusqlite::Result<[u8; 32]> {
    get(row, column)
}

/// The text of a status of `kind`.
pub(super) fn status(
    row: &Row<'_>,
    column: &str,
    kind: NotificationKind,
) -> rusqlite::Result<Option<Status>> {
    Ok(get::<Option<String>>(row, column)?.map(|text| Status::new(kind, &text)))
}

pub(super) fn get<T: FromSql>(row: &Row<'_>, column: &str) -> rusqlite::Result<T> {
    row.get(column)
}

pub(super) fn odd(row: &Row<'_>, column: &str) -> rusqlite::Error {
    let index = row.as_ref().column_index(column).unwrap_or_default();
    rusqlite::Error::FromSqlConversionFailure(index, Type::Null, "not what an inbox writes".into())
}
