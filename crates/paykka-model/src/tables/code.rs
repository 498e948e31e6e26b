//! The field type of requests that take a code of an unconfirmed table. A code that a person looked up at the
//! platform and one that our table guessed are the same text on the wire, so something else must remember which it is.

use std::fmt;
use std::hash::{Hash, Hasher};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{CodeTable, WireCode};

/// A code for a request, which remembers whose word it is.
///
/// There are two ways in:
/// - From a variant, as in `Bank::Icbc.into()`: the code is taken from our table. Where that table was never seen on a
///   platform page, validation warns of it.
/// - [`Code::given`], with the code itself: the caller's own word, of which nobody warns, also where our table happens
///   to have that code.
///
/// A code that was read (deserialised) is given, too. Equality, hash and JSON go by the code alone.
///
/// A table's own `Other` can't tell the two apart, since a code that our table has is always read as its variant.
///
/// ```
/// use paykka_model::Code;
/// use paykka_model::unconfirmed::Bank;
///
/// let guessed = Code::from(Bank::Icbc);
/// let known: Code<Bank> = Code::given("102");
/// assert!(guessed.is_from_table() && !known.is_from_table());
/// assert_eq!(guessed, known);
/// assert_eq!(known.known(), &Bank::Icbc);
/// ```
#[derive(Debug, Clone)]
pub struct Code<T> {
    value: T,
    from_table: bool,
}

impl<T: CodeTable> Code<T> {
    /// The caller's own word: a code that the platform told them.
    #[must_use]
    pub fn given(code: impl Into<T::Wire>) -> Self {
        Self { value: T::from(code.into()), from_table: false }
    }

    /// The code, as it stands on the wire.
    #[must_use]
    pub fn code(&self) -> <T::Wire as WireCode>::Ref<'_> {
        self.value.code()
    }

    /// What our table makes of the code.
    #[must_use]
    pub const fn known(&self) -> &T {
        &self.value
    }

    /// Whether the code was taken from our table, so that it is as sure as the table is.
    #[must_use]
    pub const fn is_from_table(&self) -> bool {
        self.from_table
    }

    /// Whether the code is a guess of ours: taken from our table, from a row that was never seen on a page of the
    /// platform. This is what validation warns of.
    #[must_use]
    pub fn is_unconfirmed(&self) -> bool {
        self.from_table && self.value.origin().is_some_and(|origin| !origin.is_confirmed())
    }
}

/// Taken from our table. A value of the table that has no row there can only have been read or given somewhere.
impl<T: CodeTable> From<T> for Code<T> {
    fn from(value: T) -> Self {
        Self { from_table: value.row().is_some(), value }
    }
}

impl<T: PartialEq> PartialEq for Code<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for Code<T> {}

impl<T: Hash> Hash for Code<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.value.hash(state);
    }
}

/// The code.
impl<T: fmt::Display> fmt::Display for Code<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl<T: Serialize> Serialize for Code<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(serializer)
    }
}

/// As [`Code::given`]: who wrote the JSON wrote the code.
impl<'de, T: Deserialize<'de>> Deserialize<'de> for Code<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(|value| Self { value, from_table: false })
    }
}
