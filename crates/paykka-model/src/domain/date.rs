//! Dates and times as text. What the platform writes is kept even where it isn't a date, since no answer about money
//! should be lost for that; what is sent is checked.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A calendar date, `YYYY-MM-DD` (D).
///
/// One that is made here is a date; one that was read is whatever stood there, and [`is_date`](Self::is_date) tells.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Date(String);

impl Date {
    /// # Errors
    /// [`DateError`] for what isn't in the Gregorian calendar. Years are 0..9999.
    pub fn new(year: u16, month: u8, day: u8) -> Result<Self, DateError> {
        if exists(year, month, day) {
            Ok(Self(format!("{year:04}-{month:02}-{day:02}")))
        } else {
            Err(DateError(()))
        }
    }

    /// The text on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the text is a date.
    #[must_use]
    pub fn is_date(&self) -> bool {
        is_date(&self.0)
    }
}

impl FromStr for Date {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        if is_date(text) { Ok(Self(text.to_owned())) } else { Err(DateError(())) }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A moment, ISO 8601 in UTC with `Z` (D), such as `2023-12-04T23:25:59Z`; fractions of a second are taken, too (I).
///
/// One that was read is whatever stood there, and [`is_date_time`](Self::is_date_time) tells. For computing parse the text
/// with the time library of your choice.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DateTime(String);

impl DateTime {
    /// The text on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the text is a moment in UTC.
    #[must_use]
    pub fn is_date_time(&self) -> bool {
        is_date_time(&self.0)
    }
}

impl FromStr for DateTime {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        if is_date_time(text) { Ok(Self(text.to_owned())) } else { Err(DateError(())) }
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_date(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let (Some(year), Some(month), Some(day)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    match (number(year, 4), number(month, 2), number(day, 2)) {
        (Some(year), Some(month), Some(day)) => u8::try_from(month)
            .ok()
            .zip(u8::try_from(day).ok())
            .is_some_and(|(month, day)| exists(year, month, day)),
        _ => false,
    }
}

fn is_date_time(text: &str) -> bool {
    let Some((date, time)) = text.strip_suffix('Z').and_then(|text| text.split_once('T')) else {
        return false;
    };
    let (clock, fraction) = match time.split_once('.') {
        Some((clock, fraction)) => (clock, Some(fraction)),
        None => (time, None),
    };
    let mut parts = clock.splitn(3, ':').map(|part| number(part, 2));
    let (hour, minute, second) = (parts.next().flatten(), parts.next().flatten(), parts.next().flatten());
    is_date(date)
        && hour.is_some_and(|hour| hour < 24)
        && minute.is_some_and(|minute| minute < 60)
        // A leap second is a moment, too.
        && second.is_some_and(|second| second <= 60)
        && fraction.is_none_or(|digits| (1..=9).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()))
}

fn number(text: &str, len: usize) -> Option<u16> {
    (text.len() == len && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

const fn exists(year: u16, month: u8, day: u8) -> bool {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    year <= 9999 && day >= 1 && day <= days
}

/// A text that is no date, or no moment in UTC.
///
/// What to do: write `YYYY-MM-DD`, or `YYYY-MM-DDThh:mm:ssZ`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateError(());

impl fmt::Display for DateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "this is no date of the calendar as YYYY-MM-DD, or no moment in UTC as YYYY-MM-DDThh:mm:ssZ",
        )
    }
}

impl std::error::Error for DateError {}
