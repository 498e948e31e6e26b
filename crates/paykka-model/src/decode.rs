//! Bytes to types, with an error that says where and never what: answers and notifications hold names and account
//! numbers, and `serde_json`'s own messages quote the value that didn't fit.

use std::fmt;

use serde::de::DeserializeOwned;
use serde_json::error::Category;

/// Decodes a body. The bytes should be verified before.
///
/// # Errors
/// [`DecodeError`] with line and column of what didn't fit.
pub fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, DecodeError> {
    serde_json::from_slice(body).map_err(|error| DecodeError {
        problem: match error.classify() {
            Category::Eof => "it ends too early",
            Category::Data => "a value is missing or of another type than the platform's pages say",
            Category::Syntax | Category::Io => "it isn't JSON",
        },
        line: error.line(),
        column: error.column(),
    })
}

/// A body that doesn't fit its type.
///
/// What to do: look at the raw bytes at the place named; if the platform changed its answer, update this crate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeError {
    problem: &'static str,
    line: usize,
    column: usize,
}

impl DecodeError {
    /// Line of the place, counted from 1.
    #[must_use]
    pub const fn line(&self) -> usize {
        self.line
    }

    /// Column of the place in bytes, counted from 1; 0 before the first.
    #[must_use]
    pub const fn column(&self) -> usize {
        self.column
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the body can't be decoded: {} (line {}, column {})", self.problem, self.line, self.column)
    }
}

impl std::error::Error for DecodeError {}
