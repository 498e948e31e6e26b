//! Reads a table of codes from CSV or from a Markdown table. The official tables, when somebody has them, come as
//! pages or spreadsheets made by hand, so whatever is wrong with one is said at once, each with its line.
//!
//! It needs nothing else of this crate: the build chores use the same files, and must build when generated code doesn't.

use std::collections::BTreeMap;
use std::fmt;

mod csv;
mod markdown;

/// What a table asks of its rows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules {
    /// Codes are int32, not text.
    pub(crate) is_int32: bool,
    /// Two rows may have one name, as two cities do.
    pub(crate) names_repeat: bool,
}

/// One row, as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TableRow {
    pub(crate) code: String,
    /// The name that the row's enum variant should have; empty where the file doesn't say.
    pub(crate) variant: String,
    /// Empty where there is none; one of the two names is there.
    pub(crate) name_en: String,
    pub(crate) name_zh: String,
    /// Where the row comes from; empty where the file doesn't say.
    pub(crate) origin: String,
}

/// Reads a whole table, in the order of the file.
pub(crate) fn read(text: &str, rules: Rules) -> Result<Vec<TableRow>, Problems> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = if markdown::is_likely(text) { markdown::lines(text)? } else { csv::lines(text)? };
    let Some((header, body)) = lines.split_first() else {
        return Err(Problems::one(1, "the file is empty: it needs a header and rows".into()));
    };
    let mut problems = Problems::default();
    let columns = Columns::find(header, &mut problems);
    if body.is_empty() {
        problems.add(header.number, "there are no rows below the header".into());
    }
    let mut rows = Vec::new();
    let mut seen = Seen::default();
    for line in body {
        if line.cells.len() == header.cells.len() {
            let row = columns.row(line, rules, &mut problems);
            seen.judge(line.number, &row, rules, &mut problems);
            rows.push(row);
        } else {
            let (has, wants) = (line.cells.len(), header.cells.len());
            problems.add(line.number, format!("{has} cells, where the header has {wants}"));
        }
    }
    if problems.list.is_empty() { Ok(rows) } else { Err(problems) }
}

/// Whether a source is the platform's own page, so that its rows count as documented.
pub(crate) fn is_platform_page(origin: &str) -> bool {
    origin.starts_with("PayKKa ")
}

/// Whether text can be the name of an enum variant here. `Other` is the variant of unknown codes, `ALL` the
/// list of the others.
pub(crate) fn is_variant_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.chars().all(|c| c.is_ascii_alphanumeric())
        && !["ALL", "Other", "Self"].contains(&text)
}

/// Everything that is wrong with a file, each with its line. Never empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Problems {
    list: Vec<(usize, String)>,
}

impl Problems {
    /// Line and problem.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, &str)> {
        self.list.iter().map(|(line, problem)| (*line, problem.as_str()))
    }

    fn one(line: usize, problem: String) -> Self {
        Self { list: vec![(line, problem)] }
    }

    fn add(&mut self, line: usize, problem: String) {
        self.list.push((line, problem));
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (line, problem)) in self.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            write!(f, "{separator}line {line}: {problem}")?;
        }
        Ok(())
    }
}

/// A line of cells, whatever the format.
#[derive(Debug, Default)]
struct Line {
    /// Where it begins, counted from 1.
    number: usize,
    cells: Vec<String>,
}

/// Which cell of a line holds what.
struct Columns {
    code: Option<usize>,
    variant: Option<usize>,
    name_en: Option<usize>,
    name_zh: Option<usize>,
    origin: Option<usize>,
}

impl Columns {
    fn find(header: &Line, problems: &mut Problems) -> Self {
        let mut find = |names: &[&str]| {
            let cells = header.cells.iter().map(|cell| cell.trim().to_lowercase().replace([' ', '-'], "_"));
            let mut places = cells.enumerate().filter(|(_, cell)| names.contains(&cell.as_str()));
            let place = places.next().map(|(place, _)| place);
            if let Some((again, _)) = places.next() {
                let name = header.cells.get(again).map_or("", String::as_str);
                problems.add(header.number, format!("`{name}` is a second column of the same meaning"));
            }
            place
        };
        let columns = Self {
            code: find(&["code", "编码", "代码"]),
            variant: find(&["variant"]),
            name_en: find(&["name_en", "name", "english_name", "英文名称", "英文名"]),
            name_zh: find(&["name_zh", "chinese_name", "中文名称", "中文名", "名称"]),
            origin: find(&["origin"]),
        };
        if columns.code.is_none() {
            problems.add(header.number, "there is no column `code`".into());
        }
        if columns.name_en.or(columns.name_zh).is_none() {
            problems.add(header.number, "there is no column `name_en` and none `name_zh`".into());
        }
        columns
    }

    fn row(&self, line: &Line, rules: Rules, problems: &mut Problems) -> TableRow {
        let cell = |place: Option<usize>| {
            let text = place.and_then(|place| line.cells.get(place)).map_or("", String::as_str);
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        let mut row = TableRow {
            code: cell(self.code),
            variant: cell(self.variant),
            name_en: cell(self.name_en),
            name_zh: cell(self.name_zh),
            origin: cell(self.origin),
        };
        if self.code.is_some() && row.code.is_empty() {
            problems.add(line.number, "the code is blank".into());
        } else if rules.is_int32 && self.code.is_some() {
            match row.code.parse::<i32>() {
                Ok(number) => row.code = number.to_string(),
                Err(_) => problems.add(line.number, format!("`{}` isn't an int32 code", row.code)),
            }
        }
        if self.name_en.or(self.name_zh).is_some() && row.name_en.is_empty() && row.name_zh.is_empty() {
            problems.add(line.number, "the name is blank".into());
        }
        if !row.variant.is_empty() && !is_variant_name(&row.variant) {
            let text = &row.variant;
            problems.add(line.number, format!("`{text}` can't be a variant: it isn't in UpperCamelCase"));
        }
        row
    }
}

/// What was met before, with its line.
#[derive(Default)]
struct Seen {
    cells: BTreeMap<(&'static str, String), usize>,
}

impl Seen {
    fn judge(&mut self, number: usize, row: &TableRow, rules: Rules, problems: &mut Problems) {
        let name = |text: &str| if rules.names_repeat { String::new() } else { text.to_lowercase() };
        for (what, text) in [
            ("code", row.code.clone()),
            ("variant", row.variant.clone()),
            ("English name", name(&row.name_en)),
            ("Chinese name", name(&row.name_zh)),
        ] {
            if text.is_empty() {
                continue;
            }
            let first = *self.cells.entry((what, text.clone())).or_insert(number);
            if first != number {
                problems.add(number, format!("the {what} `{text}` stands on line {first} already"));
            }
        }
    }
}
