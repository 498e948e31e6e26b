//! Replaces a table of codes by another one, above all by the platform's own once somebody has it. Programs name rows
//! by their variants, so what happens to these is decided by a rule and shown, and never by an editor's search.

use std::fs;

use crate::codegen::tables::import::{self, TableRow};
use crate::codegen::tables::{TABLES, Table};
use crate::generated::Generated;
use crate::{Failure, Subcommand};

mod csv;
mod diff;
mod variants;

use variants::Keep;

pub(crate) const COMMAND: Subcommand = Subcommand {
    name: "tables",
    arguments: "import TABLE FILE [--origin TEXT] [--by-name]",
    summary: "replaces a table of codes by a CSV file or a Markdown table",
    help: "\
Reads FILE, shows what differs from crates/paykka-model/tables/TABLE.csv, and writes that file and its
code. FILE is CSV or holds one Markdown table, in UTF-8. Its header names the columns, in any order:
`code`; `name_en`, `name_zh` or both; and if it likes `variant` and `origin`. Codes are unique, and
names are, but in province_city.

A row keeps its enum variant where its code was there before, or else its name was. A new row's variant
is made of its English name, or of its code where that can't be.

  --origin TEXT  where the rows come from that don't say it themselves. What begins with `PayKKa ` is a
                 page of the platform: its rows count as documented
  --by-name      a variant stays with its name and not with its code: for a table whose codes mean
                 something else than ours did

A variant that goes, or changes its code, breaks programs that use it: say so in changelog.d/.",
    run: |words| {
        Wanted::read(words)?.run()?;
        Ok(true)
    },
};

#[derive(Debug)]
struct Wanted {
    table: &'static Table,
    file: String,
    origin: String,
    keep: Keep,
}

impl Wanted {
    fn read(words: &[String]) -> Result<Self, Failure> {
        let misused = |problem: String| Err(Failure::Misused(problem));
        let mut plain = Vec::new();
        let (mut origin, mut keep) = (String::new(), Keep::ByCode);
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--by-name" => keep = Keep::ByName,
                "--origin" => match words.next() {
                    Some(text) if !text.trim().is_empty() => origin = text.trim().to_owned(),
                    _ => return misused("`--origin` takes a text".into()),
                },
                flag if flag.starts_with('-') => return misused(format!("`{flag}` isn't understood")),
                word => plain.push(word),
            }
        }
        match plain.as_slice() {
            ["import", name, file] => match TABLES.iter().find(|table| table.name == *name) {
                Some(table) => Ok(Self { table, file: (*file).to_owned(), origin, keep }),
                None => misused(format!("there is no table `{name}`; there are {}", names())),
            },
            _ => misused("`tables` takes `import`, a table and a file".into()),
        }
    }

    fn run(&self) -> Result<(), String> {
        let Self { table, file, origin, keep } = self;
        let text = fs::read_to_string(file)
            .map_err(|error| format!("{file} can't be read; it must be text in UTF-8: {error}"))?;
        let before = table.rows()?;
        let after = replaced(table, &before, &text, origin, *keep)
            .map_err(|problem| format!("{file} can't be imported:\n{problem}"))?;
        print!("{}", diff::between(&before, &after));
        let csv = Generated { path: table.csv(), content: csv::written(&after).into_bytes() };
        Generated::settle(&[table.file(&after)?, csv], false, "cargo xtask tables import")?;
        Ok(())
    }
}

/// The rows of `text`, with origins and variants.
fn replaced(
    table: &Table,
    before: &[TableRow],
    text: &str,
    origin: &str,
    keep: Keep,
) -> Result<Vec<TableRow>, String> {
    let mut rows = import::read(text, table.rules).map_err(|problems| problems.to_string())?;
    for row in rows.iter_mut().filter(|row| row.origin.is_empty()) {
        if origin.is_empty() {
            let code = &row.code;
            return Err(format!("row `{code}` doesn't say where it comes from; say it with --origin TEXT"));
        }
        row.origin = origin.to_owned();
    }
    variants::assign(before, &mut rows, keep);
    Ok(rows)
}

fn names() -> String {
    TABLES.iter().map(|table| table.name).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(text: &str) -> Result<Wanted, Failure> {
        Wanted::read(&text.split(' ').map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn the_command_line_in_any_order() {
        let parts = |wanted: Wanted| (wanted.table.name, wanted.file, wanted.origin, wanted.keep);
        let plain = wanted("import bank b.md").unwrap();
        assert_eq!(parts(plain), ("bank", "b.md".into(), String::new(), Keep::ByCode));
        let all = wanted("import --by-name bank --origin Letter b.md").unwrap();
        assert_eq!(parts(all), ("bank", "b.md".into(), "Letter".into(), Keep::ByName));
        for bad in ["", "import", "import bank", "import banks f", "export bank f", "import bank f g"] {
            assert!(matches!(wanted(bad), Err(Failure::Misused(_))), "{bad}");
        }
        for bad in ["import bank f --origin", "import bank f --force"] {
            assert!(matches!(wanted(bad), Err(Failure::Misused(_))), "{bad}");
        }
    }

    #[test]
    fn every_table_imports_as_itself() {
        for table in &TABLES {
            let before = table.rows().unwrap();
            let written = csv::written(&before);
            let after = replaced(table, &before, &written, "", Keep::ByCode).unwrap();
            assert_eq!(after, before, "{}", table.name);
            assert_eq!(fs::read_to_string(crate::process::root().join(table.csv())).unwrap(), written);
        }
    }

    #[test]
    fn rows_say_where_they_come_from() {
        let table = &TABLES[0];
        let text = "code,name,origin\n1,One,Letter\n2,Two,\n";
        let error = replaced(table, &[], text, "", Keep::ByCode).unwrap_err();
        assert!(error.contains("`2`") && error.contains("--origin"), "{error}");
        let rows = replaced(table, &[], text, "Mail", Keep::ByCode).unwrap();
        assert_eq!([rows[0].origin.as_str(), rows[1].origin.as_str()], ["Letter", "Mail"]);
    }

    #[test]
    fn what_is_wrong_with_a_file_is_said_with_lines() {
        let text = "| code | name |\n|---|---|\n| 1 | One |\n| 1 | Two |\n";
        let error = replaced(&TABLES[0], &[], text, "Mail", Keep::ByCode).unwrap_err();
        assert_eq!(error, "line 4: the code `1` stands on line 3 already");
    }
}
