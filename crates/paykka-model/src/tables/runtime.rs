//! Tables that a program reads when it starts. Who has the platform's own table needn't wait for a release of this
//! crate to show its names; and the reader is the one that the enums themselves are made with.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use super::import::{self, Problems, Rules, TableRow};
use super::{CodeTable, Row, RowOrigin, WireCode, generated};
use crate::Origin;

/// The rows of all tables, where any table can be replaced by one that was read from a file.
///
/// A file replaces names and codes here, not the enums' variants: a code that only the file knows is `Other` in its
/// enum, and has a name here all the same.
///
/// ```
/// use paykka_model::Tables;
/// use paykka_model::unconfirmed::Bank;
///
/// let mut tables = Tables::new();
/// tables.load("bank", "code,name_en\n102,ICBC\n900,Bank of Examples", "the platform's letter of May")?;
/// let example = Bank::from("900");
/// assert_eq!(example.name_en(), None);
/// assert_eq!(tables.row(&example).unwrap().name_en(), Some("Bank of Examples"));
/// assert_eq!(tables.of::<Bank>().search("icbc").len(), 1);
/// # Ok::<(), paykka_model::TableError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Tables {
    loaded: BTreeMap<&'static str, Loaded>,
}

impl Tables {
    /// The rows that are built in.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The tables' names, in the order of the alphabet.
    pub fn names() -> impl Iterator<Item = &'static str> {
        generated::BUILT_IN.iter().map(|table| table.name)
    }

    /// Replaces all rows of a table by those of a CSV file or of the table on a Markdown page.
    ///
    /// The header names the columns, in any order: `code`; `name_en`, `name_zh` or both; `origin` if rows come from
    /// several places. Other columns are ignored. `source` is the origin of the rows that don't say theirs; where an
    /// origin begins with `PayKKa `, it is the platform's own page and the row counts as documented.
    ///
    /// Codes are unique, and so are names, but for those of `province_city`, where a city may be called as its
    /// province is. Nothing is replaced when there is an error.
    ///
    /// # Errors
    /// [`TableError`] where there is no such table, or with everything that is wrong with the file, each with its line.
    pub fn load(&mut self, table: &str, text: &str, source: &str) -> Result<(), TableError> {
        let table = BuiltIn::find(table).ok_or_else(|| TableError::unknown(table))?;
        let mut rows = import::read(text, table.rules).map_err(|found| TableError::damaged(table, found))?;
        for row in rows.iter_mut().filter(|row| row.origin.is_empty()) {
            row.origin = source.to_owned();
        }
        self.loaded.insert(table.name, Loaded::new(rows));
        Ok(())
    }

    /// One table, by its name; `None` where there is none of this name.
    #[must_use]
    pub fn table(&self, name: &str) -> Option<Table<'_>> {
        let built_in = BuiltIn::find(name)?;
        Some(Table { built_in: *built_in, loaded: self.loaded.get(built_in.name) })
    }

    /// One table, by its type.
    #[must_use]
    pub fn of<T: CodeTable>(&self) -> Table<'_> {
        Table { built_in: BuiltIn::of::<T>(), loaded: self.loaded.get(T::NAME) }
    }

    /// What is known of a code.
    #[must_use]
    pub fn row<T: CodeTable>(&self, value: &T) -> Option<Row<'_>> {
        match (self.loaded.get(T::NAME), value.row()) {
            (None, built_in) => built_in.copied(),
            (Some(loaded), Some(built_in)) => loaded.by_code(built_in.code()),
            (Some(loaded), None) => loaded.by_code(&value.to_string()),
        }
    }
}

/// One table of [`Tables`].
#[derive(Debug, Clone, Copy)]
pub struct Table<'a> {
    built_in: BuiltIn,
    loaded: Option<&'a Loaded>,
}

impl<'a> Table<'a> {
    /// The table's name, such as `bank`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.built_in.name
    }

    /// Whether the rows were loaded; else they are built in.
    #[must_use]
    pub const fn is_loaded(self) -> bool {
        self.loaded.is_some()
    }

    /// Whether codes are int32 on the wire; else they are text.
    #[must_use]
    pub const fn is_int32(self) -> bool {
        self.built_in.rules.is_int32
    }

    /// All rows: those of a file in its order, those that are built in in the order of [`CodeTable::ALL`].
    #[must_use]
    pub fn rows(self) -> Vec<Row<'a>> {
        match self.loaded {
            Some(loaded) => loaded.rows.iter().map(row).collect(),
            None => (self.built_in.rows)(),
        }
    }

    /// The row of a code, which is written as the table writes it; without a scan.
    #[must_use]
    pub fn by_code(self, code: &str) -> Option<Row<'a>> {
        match self.loaded {
            Some(loaded) => loaded.by_code(code),
            None => (self.built_in.by_code)(code),
        }
    }

    /// The row of exactly this English or Chinese name. `None` where none has it, and where several do.
    #[must_use]
    pub fn by_name(self, name: &str) -> Option<Row<'a>> {
        let mut found = self.rows().into_iter().filter(|row| row.is_named(name));
        found.next().filter(|_| found.next().is_none())
    }

    /// Every row whose code or name contains `text`, whatever its case.
    #[must_use]
    pub fn search(self, text: &str) -> Vec<Row<'a>> {
        let text = text.trim().to_lowercase();
        self.rows().into_iter().filter(|row| row.contains(&text)).collect()
    }
}

/// Why a table can't be loaded. Nothing was replaced.
///
/// What to do: mend what the message names, line by line, or ask for one of [`Tables::names`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableError {
    kind: Kind,
}

impl TableError {
    /// Whether there is no table of that name.
    #[must_use]
    pub const fn is_unknown_table(&self) -> bool {
        matches!(self.kind, Kind::Unknown(_))
    }

    /// What is wrong with the file: the line, counted from 1, and the problem.
    pub fn problems(&self) -> impl Iterator<Item = (usize, &str)> {
        let found = match &self.kind {
            Kind::Unknown(_) => None,
            Kind::Damaged(_, found) => Some(found.iter()),
        };
        found.into_iter().flatten()
    }

    fn unknown(name: &str) -> Self {
        Self { kind: Kind::Unknown(name.to_owned()) }
    }

    const fn damaged(table: &BuiltIn, found: Problems) -> Self {
        Self { kind: Kind::Damaged(table.name, found) }
    }
}

/// A table is a public list, so its cells may be quoted.
impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Unknown(name) => {
                let names: Vec<_> = Tables::names().collect();
                write!(f, "there is no table `{name}`; there are {}", names.join(", "))
            }
            Kind::Damaged(table, found) => write!(f, "the table `{table}` can't be loaded:\n{found}"),
        }
    }
}

impl std::error::Error for TableError {}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Unknown(String),
    Damaged(&'static str, Problems),
}

/// A table of the enums, without its type.
#[derive(Debug, Clone, Copy)]
pub(super) struct BuiltIn {
    name: &'static str,
    rules: Rules,
    rows: fn() -> Vec<Row<'static>>,
    by_code: fn(&str) -> Option<Row<'static>>,
}

impl BuiltIn {
    pub(super) const fn of<T: CodeTable>() -> Self {
        Self {
            name: T::NAME,
            rules: Rules { is_int32: T::Wire::IS_INT32, names_repeat: T::NAMES_REPEAT },
            rows: || T::ALL.iter().filter_map(T::row).copied().collect(),
            by_code: |code| {
                let row = T::by_code(T::Wire::written(code)?)?.row()?;
                // `007` is a number, and still not how a table writes it.
                (row.code() == code).then_some(*row)
            },
        }
    }

    fn find(name: &str) -> Option<&'static Self> {
        generated::BUILT_IN.iter().find(|table| table.name == name)
    }
}

#[derive(Debug, Clone)]
struct Loaded {
    rows: Vec<TableRow>,
    places: HashMap<String, usize>,
}

impl Loaded {
    fn new(rows: Vec<TableRow>) -> Self {
        let places = rows.iter().enumerate().map(|(place, row)| (row.code.clone(), place)).collect();
        Self { rows, places }
    }

    fn by_code(&self, code: &str) -> Option<Row<'_>> {
        self.places.get(code).and_then(|place| self.rows.get(*place)).map(row)
    }
}

fn row(read: &TableRow) -> Row<'_> {
    let documented = import::is_platform_page(&read.origin);
    let mark = if documented { Origin::Documented } else { Origin::Inferred };
    Row {
        code: &read.code,
        name_en: &read.name_en,
        name_zh: &read.name_zh,
        origin: RowOrigin { mark, source: &read.origin },
    }
}
