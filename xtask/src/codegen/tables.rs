//! The tables of codes: CSV files that people edit or import, and the Rust code that they become. The code is rows
//! alone; what a row can do is the macro's business, in `paykka-model`.

use std::fmt::Write;
use std::fs;

use crate::generated::Generated;
use crate::process::root;

#[path = "../../../crates/paykka-model/src/tables/import/mod.rs"]
pub(crate) mod import;

use import::{Rules, TableRow};

/// A table of codes.
#[derive(Debug)]
pub(crate) struct Table {
    /// The stem of its files, and in `UpperCamelCase` its type.
    pub(crate) name: &'static str,
    /// What its codes stand for.
    about: &'static str,
    pub(crate) rules: Rules,
}

pub(crate) static TABLES: [Table; 10] = [
    text("bank", "Banks in China"),
    text("business_category", "Kinds of business"),
    text("collection_account", "Accounts that collect money: country and currency"),
    text("country", "Countries and regions"),
    text("currency", "Currencies"),
    int32("industry", "Industries"),
    text("new_industry_main", "Industries by the newer classification: sections"),
    text("new_industry_sub", "Industries by the newer classification: divisions"),
    int32("product_category", "Kinds of goods"),
    // A city may be called as its province is, and official lists have rows such as "districts" in several provinces.
    Table {
        name: "province_city",
        about: "Provinces and cities in China",
        rules: Rules { is_int32: false, names_repeat: true },
    },
];

pub(crate) fn files() -> Result<Vec<Generated>, String> {
    let mut files = vec![Generated { path: format!("{FOLDER}/mod.rs"), content: module().into_bytes() }];
    for table in &TABLES {
        files.push(table.file(&table.rows()?)?);
    }
    Ok(files)
}

impl Table {
    /// From the repository's root.
    pub(crate) fn csv(&self) -> String {
        format!("crates/paykka-model/tables/{}.csv", self.name)
    }

    /// The rows of the CSV file, in its order.
    pub(crate) fn rows(&self) -> Result<Vec<TableRow>, String> {
        let path = self.csv();
        let text = fs::read_to_string(root().join(&path))
            .map_err(|error| format!("{path} can't be read as UTF-8: {error}"))?;
        import::read(&text, self.rules).map_err(|problems| format!("{path} isn't a table:\n{problems}"))
    }

    /// The Rust code of rows.
    pub(crate) fn file(&self, rows: &[TableRow]) -> Result<Generated, String> {
        let code = self.code(rows)?;
        let lines = code.lines().count();
        if lines > LINES {
            return Err(format!("{} has {lines} lines; more than {LINES} can't be reviewed", self.name));
        }
        Ok(Generated { path: format!("{FOLDER}/{}.rs", self.name), content: code.into_bytes() })
    }

    fn code(&self, rows: &[TableRow]) -> Result<String, String> {
        let incomplete = rows.iter().find(|row| row.variant.is_empty() || row.origin.is_empty());
        if let Some(row) = incomplete {
            let csv = self.csv();
            return Err(format!("{csv}: row `{}` lacks its variant or origin; write them there", row.code));
        }
        let mut sorted: Vec<&TableRow> = rows.iter().collect();
        // As `CodeTable::ALL` wants it: a lookup is a binary search.
        if self.rules.is_int32 {
            sorted.sort_by_key(|row| row.code.parse::<i32>().unwrap_or_default());
        } else {
            sorted.sort_by_key(|row| (row.code.len(), &row.code));
        }
        let mut code = format!("//! {}: {MADE_BY} from `tables/{}.csv`.\n\n", self.about, self.name);
        code.push_str("use crate::tables::table_macro::code_table;\n\ncode_table! {\n");
        for line in self.docs(rows).lines() {
            code.push_str(format!("    /// {line}").trim_end());
            code.push('\n');
        }
        let kind = self.type_name();
        let wire = if self.rules.is_int32 { "i32" } else { "String" };
        let (name, repeat) = (self.name, self.rules.names_repeat);
        let head = format!("{kind}, Unknown{kind}, {name:?}, {wire}, names_repeat = {repeat}");
        code.push_str(&format!("    {head} {{\n"));
        for row in sorted {
            code.push_str(&self.row(row));
        }
        code.push_str("    }\n}\n");
        Ok(code)
    }

    fn row(&self, row: &TableRow) -> String {
        let code = if self.rules.is_int32 { row.code.clone() } else { format!("{:?}", row.code) };
        let mark = if import::is_platform_page(&row.origin) { "Documented" } else { "Inferred" };
        let TableRow { variant, name_en, name_zh, origin, .. } = row;
        format!("        {variant} = {code}, {name_en:?}, {name_zh:?}, {mark} {origin:?};\n")
    }

    fn docs(&self, rows: &[TableRow]) -> String {
        let mut sources: Vec<&str> = rows.iter().map(|row| row.origin.as_str()).collect();
        sources.sort_unstable();
        sources.dedup();
        let confirmed = rows.iter().filter(|row| import::is_platform_page(&row.origin)).count();
        let seen = match confirmed {
            0 => {
                "**No row was seen on a page of the platform; confirm a code with the platform before you send it.**"
            }
            all if all == rows.len() => "Every row stands on a page of the platform (D).",
            _ => {
                "**Not every row was seen on a page of the platform; `origin()` tells which; confirm the others.**"
            }
        };
        let count = rows.len();
        format!("{}.\n\n{count} rows. Source: {}.\n{seen}", self.about, sources.join("; "))
    }

    fn type_name(&self) -> String {
        let capitalised = |word: &str| {
            let mut letters = word.chars();
            letters
                .next()
                .map(|first| first.to_ascii_uppercase())
                .into_iter()
                .chain(letters)
                .collect::<String>()
        };
        self.name.split('_').map(capitalised).collect()
    }
}

/// Declares the tables and lists them.
fn module() -> String {
    let mut code = format!("//! The tables of codes, and the list of them: {MADE_BY}.\n\n");
    for table in &TABLES {
        writeln!(code, "mod {};", table.name).ok();
    }
    code.push('\n');
    for table in &TABLES {
        let kind = table.type_name();
        writeln!(code, "pub use {}::{{{kind}, Unknown{kind}}};", table.name).ok();
    }
    code.push_str("\nuse super::runtime::BuiltIn;\n\n");
    writeln!(code, "pub(super) static BUILT_IN: [BuiltIn; {}] = [", TABLES.len()).ok();
    for table in &TABLES {
        writeln!(code, "    BuiltIn::of::<{}>(),", table.type_name()).ok();
    }
    code.push_str("];\n");
    code
}

const FOLDER: &str = "crates/paykka-model/src/tables/generated";
const MADE_BY: &str = "@generated by `cargo xtask codegen`";
const LINES: usize = 3_000;

const fn text(name: &'static str, about: &'static str) -> Table {
    Table { name, about, rules: Rules { is_int32: false, names_repeat: false } }
}

const fn int32(name: &'static str, about: &'static str) -> Table {
    Table { name, about, rules: Rules { is_int32: true, names_repeat: false } }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(code: &str, variant: &str, origin: &str) -> TableRow {
        let (name_en, name_zh) = (format!("\"{variant}\""), String::new());
        TableRow { code: code.into(), variant: variant.into(), name_en, name_zh, origin: origin.into() }
    }

    fn code(table: &Table, rows: &[TableRow]) -> Result<String, String> {
        table.file(rows).map(|file| String::from_utf8(file.content).unwrap())
    }

    #[test]
    fn rows_are_sorted_as_lookups_need_it() {
        let order = |table: &Table, codes: &[&str]| {
            let rows: Vec<_> = codes.iter().map(|code| row(code, "A", "x")).collect();
            let code = code(table, &rows).unwrap();
            let rows = code.lines().filter_map(|line| line.trim().strip_prefix("A = "));
            rows.map(|row| row.split(',').next().unwrap().replace('"', "")).collect::<Vec<_>>()
        };
        assert_eq!(order(&text("t", "T"), &["10", "9", "B", "A"]), ["9", "A", "B", "10"]);
        assert_eq!(order(&int32("t", "T"), &["10", "9", "-1", "-20"]), ["-20", "-1", "9", "10"]);
    }

    #[test]
    fn cells_are_literals_and_marks_follow_the_origin() {
        let rows = [row("1", "A", "PayKKa bank page"), row("2", "B", "a standard")];
        let mixed = code(&text("two_words", "Things"), &rows).unwrap();
        assert!(
            mixed.contains("    TwoWords, UnknownTwoWords, \"two_words\", String, names_repeat = false {\n")
        );
        assert!(
            mixed.contains("A = \"1\", \"\\\"A\\\"\", \"\", Documented \"PayKKa bank page\";\n"),
            "{mixed}"
        );
        assert!(mixed.contains("Inferred \"a standard\";\n") && mixed.contains("**Not every row was seen"));
        let [documented, inferred] = rows;
        assert!(code(&int32("t", "T"), &[documented]).unwrap().contains("Every row stands on a page"));
        assert!(code(&int32("t", "T"), &[inferred]).unwrap().contains("**No row was seen on a page"));
    }

    #[test]
    fn what_cannot_be_code_is_refused_by_name() {
        let table = text("bank", "Banks");
        for incomplete in [row("7", "", "x"), row("7", "A", "")] {
            let error = code(&table, &[incomplete]).unwrap_err();
            assert!(error.contains("tables/bank.csv") && error.contains("`7`"), "{error}");
        }
        let many: Vec<_> = (0..LINES).map(|number| row(&number.to_string(), "A", "x")).collect();
        assert!(code(&table, &many).unwrap_err().contains("3000"));
    }

    #[test]
    fn every_csv_file_is_a_table_of_the_list() {
        let folder = fs::read_dir(root().join("crates/paykka-model/tables")).unwrap();
        let mut names: Vec<_> =
            folder.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        let mut listed: Vec<_> = TABLES.iter().map(|table| format!("{}.csv", table.name)).collect();
        listed.sort();
        assert_eq!(names, listed);
    }
}
