//! The platform's appendix tables as open enums. Their rows are data that somebody may replace by the platform's own
//! one day, so the rows are generated, and everything that they do stands here and in one macro, once.

use std::fmt;
use std::hash::Hash;
use std::str::FromStr;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Origin;

mod code;
mod generated;
mod import;
mod runtime;
mod table_macro;
mod wire;

pub use code::Code;
pub use generated::*;
pub use runtime::{Table, TableError, Tables};
pub use wire::{ParseCodeError, WireCode};

/// A table of codes: an open enum whose variants are the rows that are known here.
///
/// Every table has these functions as its own, too; the trait is for code that works with any table. It is sealed, so
/// that it can grow.
///
/// ```
/// use paykka_model::unconfirmed::Bank;
/// use paykka_model::{CodeTable, Origin};
///
/// fn label<T: CodeTable>(value: &T) -> String {
///     format!("{value} {}", value.name_en().unwrap_or("(not in our table)"))
/// }
/// assert_eq!(label(&Bank::Icbc), "102 Industrial and Commercial Bank of China");
/// assert_eq!(label(&Bank::from("999")), "999 (not in our table)");
/// assert_eq!(Bank::Icbc.origin().unwrap().mark(), Origin::Inferred);
/// ```
pub trait CodeTable:
    sealed::Sealed
    + Clone
    + Eq
    + Hash
    + fmt::Debug
    + fmt::Display
    + From<Self::Wire>
    + FromStr
    + Serialize
    + DeserializeOwned
    + Send
    + Sync
    + 'static
{
    /// The table's name, as in `tables/bank.csv`: `bank`.
    const NAME: &'static str;

    /// Every row's variant, the shorter code first, codes of one length in the order of their bytes or numbers.
    const ALL: &'static [Self];

    /// Whether several rows may have one name, as a city and its province do.
    const NAMES_REPEAT: bool;

    /// What a code is on the wire: `String` or `i32`.
    type Wire: WireCode;

    /// The code, as it stands on the wire.
    fn code(&self) -> <Self::Wire as WireCode>::Ref<'_>;

    /// What our table says of the code; `None` for a code that isn't in it.
    fn row(&self) -> Option<&'static Row<'static>>;

    /// The row of a code, without an allocation and in a few comparisons.
    #[must_use]
    fn by_code(code: <Self::Wire as WireCode>::Ref<'_>) -> Option<&'static Self> {
        let place = Self::ALL.binary_search_by(|known| Self::Wire::order(known.code(), code)).ok()?;
        Self::ALL.get(place)
    }

    /// The row of exactly this English or Chinese name. `None` where none has it, and where several do, as some
    /// cities do: [`search`](Self::search) shows these.
    #[must_use]
    fn by_name(name: &str) -> Option<&'static Self> {
        let mut found = Self::ALL.iter().filter(|known| known.row().is_some_and(|row| row.is_named(name)));
        found.next().filter(|_| found.next().is_none())
    }

    /// Every row whose code or name contains `text`, whatever its case; in the order of [`ALL`](Self::ALL). For
    /// people who look something up; it reads the whole table.
    #[must_use]
    fn search(text: &str) -> Vec<&'static Self> {
        let text = text.trim().to_lowercase();
        Self::ALL.iter().filter(|known| known.row().is_some_and(|row| row.contains(&text))).collect()
    }

    /// The English name, if the code is in our table and has one there.
    #[must_use]
    fn name_en(&self) -> Option<&'static str> {
        self.row()?.name_en()
    }

    /// The Chinese name, if the code is in our table and has one there.
    #[must_use]
    fn name_zh(&self) -> Option<&'static str> {
        self.row()?.name_zh()
    }

    /// Where the row comes from. A code that isn't in our table has no origin: it is the caller's or the platform's
    /// word.
    #[must_use]
    fn origin(&self) -> Option<RowOrigin<'static>> {
        self.row().map(|row| row.origin())
    }

    /// Whether every row of the table was seen on a page of the platform.
    #[must_use]
    fn is_confirmed() -> bool {
        Self::ALL.iter().all(|known| known.origin().is_some_and(RowOrigin::is_confirmed))
    }
}

/// What a table says of one code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row<'a> {
    code: &'a str,
    name_en: &'a str,
    name_zh: &'a str,
    origin: RowOrigin<'a>,
}

impl<'a> Row<'a> {
    /// The code as text, also where it is a number on the wire.
    #[must_use]
    pub const fn code(self) -> &'a str {
        self.code
    }

    /// The English name, if the row has one.
    #[must_use]
    pub fn name_en(self) -> Option<&'a str> {
        Some(self.name_en).filter(|name| !name.is_empty())
    }

    /// The Chinese name, if the row has one.
    #[must_use]
    pub fn name_zh(self) -> Option<&'a str> {
        Some(self.name_zh).filter(|name| !name.is_empty())
    }

    /// Where the row comes from.
    #[must_use]
    pub const fn origin(self) -> RowOrigin<'a> {
        self.origin
    }

    fn is_named(&self, name: &str) -> bool {
        !name.is_empty() && (self.name_en == name || self.name_zh == name)
    }

    /// `text` is in lower case.
    fn contains(&self, text: &str) -> bool {
        [self.code, self.name_en, self.name_zh].iter().any(|cell| cell.to_lowercase().contains(text))
    }
}

/// Where a row comes from, and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowOrigin<'a> {
    mark: Origin,
    source: &'a str,
}

impl<'a> RowOrigin<'a> {
    /// D where the row stands on a page of the platform, else I: that the platform uses these codes is a guess.
    #[must_use]
    pub const fn mark(self) -> Origin {
        self.mark
    }

    /// The standard or the page that has the row, such as `GB/T 2260`.
    #[must_use]
    pub const fn source(self) -> &'a str {
        self.source
    }

    /// Whether the row was seen on a page of the platform.
    #[must_use]
    pub fn is_confirmed(self) -> bool {
        self.mark == Origin::Documented
    }
}

/// `I: GB/T 2260; confirm with the platform`.
impl fmt::Display for RowOrigin<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let advice = if self.is_confirmed() { "" } else { "; confirm with the platform" };
        write!(f, "{}: {}{advice}", self.mark.mark(), self.source)
    }
}

mod sealed {
    pub trait Sealed {}
}
