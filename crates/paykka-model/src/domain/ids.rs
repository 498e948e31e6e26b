//! Handles. A request's own number is what makes an unknown outcome known again, so it is made once, kept, and never
//! longer than the platform takes.

use std::fmt;
use std::str::FromStr;

use serde::de::{Error as _, Unexpected};
use serde::{Deserialize, Deserializer, Serialize};

use crate::schema::{unclean, utf16_len};

/// The caller's own unique number of a request: 1..32 UTF-16 units (D), with no control character or invisible mark in it
/// and no white space at its ends (ours).
///
/// Make it once for each thing that is to be done, keep it before the call is sent, and use it again when the same thing
/// is asked for again: it is the only handle to find out what became of a payment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct RequestId(String);

impl RequestId {
    /// The longest, in UTF-16 units (D).
    pub const MAX_LEN: usize = 32;

    /// # Errors
    /// [`RequestIdError`] where the text is empty, too long, or has a control character, an invisible mark, or white
    /// space at an end.
    pub fn new(text: impl Into<String>) -> Result<Self, RequestIdError> {
        let text = text.into();
        let len = utf16_len(&text);
        if !(1..=Self::MAX_LEN).contains(&len) {
            return Err(RequestIdError { problem: Problem::Length(len) });
        }
        if unclean(&text).is_some() {
            return Err(RequestIdError { problem: Problem::Characters });
        }
        Ok(Self(text))
    }

    /// A number of 26 characters: the system's `prefix`, the time, and randomness. Numbers of one prefix sort by time.
    ///
    /// # Errors
    /// [`RequestIdError`] where the prefix isn't 1..6 of `A`..`Z` and `0`..`9`. Give each system that uses the same
    /// merchant a prefix of its own, so that numbers can't meet.
    pub fn from_parts(prefix: &str, unix_millis: u64, entropy: [u8; 10]) -> Result<Self, RequestIdError> {
        let is_plain = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
        if !(1..=MAX_PREFIX_LEN).contains(&prefix.len()) || !prefix.bytes().all(is_plain) {
            return Err(RequestIdError { problem: Problem::Prefix });
        }
        let mut text = prefix.to_owned();
        push_base32(&mut text, u128::from(unix_millis), TIME_LEN);
        let random = entropy.iter().fold(0, |number, byte| number << 8 | u128::from(*byte));
        let left = GENERATED_LEN - text.len();
        push_base32(&mut text, random, left);
        Ok(Self(text))
    }

    /// [`from_parts`](Self::from_parts) with this moment and the operating system's randomness.
    ///
    /// # Errors
    /// [`GenerateError`] as there, and where the operating system gives no randomness.
    #[cfg(feature = "generate")]
    pub fn generate(prefix: &str) -> Result<Self, GenerateError> {
        let mut entropy = [0; 10];
        getrandom::fill(&mut entropy).map_err(|_| GenerateError::NoRandomness)?;
        // A clock before 1970 costs the order in time, not the uniqueness.
        let since_1970 =
            std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        let millis = u64::try_from(since_1970.as_millis()).unwrap_or(u64::MAX);
        Self::from_parts(prefix, millis, entropy).map_err(GenerateError::Prefix)
    }

    /// The text on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

const MAX_PREFIX_LEN: usize = 6;
/// 50 bits of milliseconds: until the year 37000.
const TIME_LEN: usize = 10;
/// At least ten characters, 50 bits, are random.
const GENERATED_LEN: usize = 26;

/// The lowest `len` digits in Crockford's alphabet, highest first: it sorts as the numbers do, and has no letters that are
/// taken for digits.
fn push_base32(text: &mut String, number: u128, len: usize) {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    for place in (0..len).rev() {
        let digit = usize::try_from(number >> (5 * place) & 31).unwrap_or(0);
        text.push(ALPHABET.get(digit).copied().map_or('0', char::from));
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for RequestId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl FromStr for RequestId {
    type Err = RequestIdError;

    fn from_str(text: &str) -> Result<Self, RequestIdError> {
        Self::new(text)
    }
}

impl TryFrom<&str> for RequestId {
    type Error = RequestIdError;

    fn try_from(text: &str) -> Result<Self, RequestIdError> {
        Self::new(text)
    }
}

impl TryFrom<String> for RequestId {
    type Error = RequestIdError;

    fn try_from(text: String) -> Result<Self, RequestIdError> {
        Self::new(text)
    }
}

/// What answers name may be longer than what is sent, so it is text; it compares with the number that was sent.
impl PartialEq<RequestId> for String {
    fn eq(&self, other: &RequestId) -> bool {
        *self == other.0
    }
}

impl PartialEq<str> for RequestId {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl PartialEq<&str> for RequestId {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

impl From<RequestId> for String {
    fn from(id: RequestId) -> Self {
        id.0
    }
}

impl<'de> Deserialize<'de> for RequestId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let expected = "a request_id of 1 to 32 UTF-16 units without control characters, invisible marks or white space at its ends";
        Self::new(text).map_err(|_| D::Error::invalid_value(Unexpected::Other("another text"), &expected))
    }
}

/// A text that can't be a request's number.
///
/// What to do: make one with [`RequestId::generate`], or shorten yours to 32 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestIdError {
    problem: Problem,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Problem {
    Length(usize),
    Characters,
    Prefix,
}

impl fmt::Display for RequestIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.problem {
            Problem::Length(len) => {
                write!(f, "a request_id has 1 to 32 UTF-16 units, this one {len}")
            }
            Problem::Characters => f.write_str(
                "a request_id has no control character, no invisible mark and no white space at its ends",
            ),
            Problem::Prefix => {
                f.write_str("the prefix of a request_id has 1 to 6 of the characters A..Z and 0..9")
            }
        }
    }
}

impl std::error::Error for RequestIdError {}

/// No number was made.
///
/// What to do: for [`Prefix`](Self::Prefix) choose another prefix; without randomness send nothing, and look after the
/// machine.
#[cfg(feature = "generate")]
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum GenerateError {
    /// The prefix isn't 1..6 of `A`..`Z` and `0`..`9`.
    Prefix(RequestIdError),
    /// The operating system gives no randomness.
    NoRandomness,
}

#[cfg(feature = "generate")]
impl fmt::Display for GenerateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Prefix(error) => error.fmt(f),
            Self::NoRandomness => {
                f.write_str("the operating system gives no randomness, so no request_id was made")
            }
        }
    }
}

#[cfg(feature = "generate")]
impl std::error::Error for GenerateError {}

/// A file that was uploaded, by its number (int32, D by its uses).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FileId(pub i32);

impl From<i32> for FileId {
    fn from(number: i32) -> Self {
        Self(number)
    }
}

impl fmt::Display for FileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
