//! The fields that stand on lines of their own in the string to sign. Each is checked before any RSA work, when
//! signing and when verifying: a line break inside one of them would let the same signed bytes be cut into
//! another message.

use std::fmt;
use std::time::SystemTime;

use crate::Error;

/// A moment as the platform writes it: milliseconds since 1970-01-01 UTC, in decimal digits without sign or
/// leading zero, at most 16 of them (D for the unit, I for the bounds).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

impl Timestamp {
    /// A moment from Unix milliseconds.
    ///
    /// # Errors
    /// [`Error::is_field`] above 9,999,999,999,999,999 (16 digits). What to do: check the unit; nanoseconds are
    /// the usual mistake.
    pub const fn from_unix_millis(millis: u64) -> Result<Self, Error> {
        if millis > MAX_MILLIS { Err(TIMESTAMP) } else { Ok(Self(millis)) }
    }

    /// Reads the text of a header, strictly, so that the text and the number stand for each other exactly.
    ///
    /// # Errors
    /// [`Error::is_field`] for anything but 1..16 decimal digits without a leading zero.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let canonical = (1..=16).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_digit())
            && (text == "0" || !text.starts_with('0'));
        if !canonical {
            return Err(TIMESTAMP);
        }
        text.parse().map_err(|_| TIMESTAMP).and_then(Self::from_unix_millis)
    }

    /// Unix milliseconds.
    #[must_use]
    pub const fn as_unix_millis(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl TryFrom<SystemTime> for Timestamp {
    type Error = Error;

    /// # Errors
    /// [`Error::is_field`] for moments before 1970 or beyond 16 digits of milliseconds.
    fn try_from(time: SystemTime) -> Result<Self, Error> {
        let since = time.duration_since(SystemTime::UNIX_EPOCH).map_err(|_| TIMESTAMP)?;
        u64::try_from(since.as_millis()).map_err(|_| TIMESTAMP).and_then(Self::from_unix_millis)
    }
}

/// The random text of one message: 6..32 visible ASCII characters (length D, alphabet I).
///
/// Fresh for every message and every attempt. Two messages with the same nonce within the platform's window may be
/// refused as a replay.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Nonce(String);

impl Nonce {
    /// Takes a text of the caller's own.
    ///
    /// # Errors
    /// [`Error::is_field`] unless it has 6..32 visible ASCII characters.
    pub fn new(text: impl Into<String>) -> Result<Self, Error> {
        let text = text.into();
        if is_visible(&text, 6, 32) {
            Ok(Self(text))
        } else {
            Err(Error::field("nonce", "6..32 visible ASCII characters"))
        }
    }

    /// 32 lower-case hexadecimal digits of 16 random bytes, which the caller takes from the operating system.
    #[must_use]
    pub fn from_entropy(bytes: [u8; 16]) -> Self {
        let digit = |nibble: u8| char::from(if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 });
        Self(bytes.iter().flat_map(|b| [digit(b >> 4), digit(b & 15)]).collect())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What is accepted of others: 1..64, because a Java UUID has 36 characters.
pub(crate) fn check_received_nonce(nonce: &str) -> Result<(), Error> {
    ensure(is_visible(nonce, 1, 64), "nonce", "1..64 visible ASCII characters")
}

pub(crate) fn check_key_id(key_id: &str) -> Result<(), Error> {
    ensure(is_visible(key_id, 1, 128), "key id", "1..128 visible ASCII characters")
}

/// An empty merchant gives the same bytes as none, so it is refused rather than guessed.
pub(crate) fn check_merchant(merchant: Option<&str>) -> Result<(), Error> {
    let fits = merchant.is_none_or(|merchant| is_visible(merchant, 1, 64));
    ensure(fits, "merchant number (X-Merch-Id)", "left out, or 1..64 visible ASCII characters")
}

pub(crate) fn check_path(path: &str) -> Result<(), Error> {
    let fits = path.starts_with('/') && is_visible(path, 1, 2048);
    ensure(fits, "path", "1..2048 visible ASCII characters that start with `/`, without scheme and host")
}

const MAX_MILLIS: u64 = 9_999_999_999_999_999;

const TIMESTAMP: Error =
    Error::field("timestamp", "Unix milliseconds in at most 16 decimal digits without sign or leading zero");

fn ensure(fits: bool, field: &'static str, rule: &'static str) -> Result<(), Error> {
    if fits { Ok(()) } else { Err(Error::field(field, rule)) }
}

fn is_visible(text: &str, min: usize, max: usize) -> bool {
    (min..=max).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn timestamps_are_canonical_text() {
        for good in ["0", "1", "1701732359000", "9999999999999999"] {
            assert_eq!(Timestamp::parse(good).unwrap().to_string(), good);
        }
        for bad in ["", "00", "01", "+1", "-1", " 1", "1 ", "1.0", "1e3", "１", "10000000000000000", "1\n"] {
            assert!(Timestamp::parse(bad).unwrap_err().is_field(), "{bad:?}");
        }
    }

    #[test]
    fn system_time_is_cut_to_milliseconds() {
        let time = SystemTime::UNIX_EPOCH + Duration::from_micros(1_701_732_359_123_999);
        assert_eq!(Timestamp::try_from(time).unwrap().as_unix_millis(), 1_701_732_359_123);
        assert!(Timestamp::try_from(SystemTime::UNIX_EPOCH - Duration::from_secs(1)).is_err());
    }

    #[test]
    fn nonces_are_bounded_when_written_and_when_read() {
        assert_eq!(Nonce::from_entropy([0x0a; 16]).as_str(), "0a".repeat(16));
        assert!(Nonce::new("abcdef").is_ok() && Nonce::new("x".repeat(32)).is_ok());
        for bad in ["", "abcde", &"x".repeat(33), "abc def", "abc\ndef", "abcdé\u{e9}"] {
            assert!(Nonce::new(bad).is_err(), "{bad:?}");
        }
        assert!(check_received_nonce("x").is_ok() && check_received_nonce(&"x".repeat(64)).is_ok());
        assert!(check_received_nonce("").is_err() && check_received_nonce(&"x".repeat(65)).is_err());
    }

    #[test]
    fn line_breaks_and_empty_fields_are_refused() {
        for bad in ["", "api", "/a b", "/a\nb", "/\u{e4}", "https://host/api"] {
            assert!(check_path(bad).is_err(), "{bad:?}");
        }
        assert!(check_merchant(None).is_ok() && check_merchant(Some("M1")).is_ok());
        assert!(check_merchant(Some("")).is_err() && check_merchant(Some("M\n1")).is_err());
        assert!(check_key_id("").is_err() && check_key_id("K 1").is_err());
    }
}
