//! The two forms that a code has on the wire. What differs between them stands here, so that the tables' macro and
//! whatever is generic over tables needn't know which one it has.

use std::cmp::Ordering;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserializer;
use serde::de::{Error, Visitor};

use super::CodeTable;
use super::sealed::Sealed;

/// `String` or `i32`: what a table's codes are on the wire.
pub trait WireCode: Sealed + Sized + 'static {
    /// A code that is only looked at: `&str` or `i32`.
    type Ref<'a>: Copy + Eq + fmt::Debug + fmt::Display;

    /// Whether codes are JSON numbers (int32); else they are text.
    const IS_INT32: bool;

    /// The order of [`CodeTable::ALL`](super::CodeTable::ALL).
    fn order(one: Self::Ref<'_>, other: Self::Ref<'_>) -> Ordering;

    /// The code that a person wrote; `None` where it can't be one.
    fn written(text: &str) -> Option<Self::Ref<'_>>;
}

impl Sealed for String {}

impl WireCode for String {
    type Ref<'a> = &'a str;
    const IS_INT32: bool = false;

    /// The shorter first, so that numbers which are text stand in the order of numbers.
    fn order(one: &str, other: &str) -> Ordering {
        one.len().cmp(&other.len()).then_with(|| one.cmp(other))
    }

    fn written(text: &str) -> Option<&str> {
        Some(text)
    }
}

impl Sealed for i32 {}

impl WireCode for i32 {
    type Ref<'a> = Self;
    const IS_INT32: bool = true;

    fn order(one: Self, other: Self) -> Ordering {
        one.cmp(&other)
    }

    fn written(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

pub(super) const fn not_a_number<T: CodeTable>() -> ParseCodeError {
    ParseCodeError { table: T::NAME }
}

/// Text that isn't the code of a table whose codes are int32.
///
/// What to do: give a whole number from −2147483648 to 2147483647, in digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseCodeError {
    table: &'static str,
}

impl fmt::Display for ParseCodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a code of the table `{}` is an int32; give it in digits, as in `13`", self.table)
    }
}

impl std::error::Error for ParseCodeError {}

/// Reads a text code without a copy where it is a known one.
pub(super) fn deserialize_text<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: for<'a> From<&'a str> + From<String>,
{
    deserializer.deserialize_str(TextCode(PhantomData))
}

struct TextCode<T>(PhantomData<T>);

impl<T: for<'a> From<&'a str> + From<String>> Visitor<'_> for TextCode<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a code as text")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        Ok(T::from(text))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<T, E> {
        Ok(T::from(text))
    }
}
