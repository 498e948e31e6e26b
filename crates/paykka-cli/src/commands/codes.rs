//! `paykka codes`: the tables of codes, each row with where it comes from, since most were never seen on a page of the
//! platform.

use clap::Args;
use paykka_model::{Origin, Row, Table, Tables};
use serde::Serialize;
use serde_json::json;

use crate::frame::{Answer, Console, Failure, FormatArg, Page, Status, Tone, nearest};
use crate::texts::tables as texts;

pub(crate) const EXAMPLE: &str = "\
Example: paykka codes
Example: paykka codes bank commercial";

#[derive(Debug, Args)]
pub(crate) struct CodesArgs {
    /// The table; without it the tables are listed
    #[arg(value_name = "TABLE")]
    table: Option<String>,
    /// Show only rows whose code or name contains this
    #[arg(value_name = "SEARCH")]
    search: Option<String>,
    #[command(flatten)]
    pub(crate) format: FormatArg,
}

pub(crate) fn run(args: &CodesArgs, console: Console) -> Result<Status, Failure> {
    let tables = Tables::new();
    match &args.table {
        None => console.show(&List(Tables::names().filter_map(|name| tables.table(name)).collect()))?,
        Some(name) => {
            let table = tables.table(name).ok_or_else(|| unknown(name))?;
            let rows = args.search.as_ref().map_or_else(|| table.rows(), |search| table.search(search));
            console.show(&Rows { table, rows, search: args.search.as_deref().unwrap_or_default() })?;
        }
    }
    Ok(Status::Done)
}

fn unknown(name: &str) -> Failure {
    let known: Vec<&str> = Tables::names().collect();
    let to_do = match nearest(name, known.iter().copied()) {
        Some(near) => texts::did_you_mean(&near),
        None => texts::no_table_to_do(),
    };
    Failure::input("table", texts::no_table(&name, &known.join(", ")), to_do)
}

struct List<'a>(Vec<Table<'a>>);

impl Answer for List<'_> {
    fn json(&self) -> impl Serialize {
        let table = |table: &Table<'_>| json!({ "table": table.name(), "rows": table.rows().len(), "int32": table.is_int32() });
        json!({ "tables": self.0.iter().map(table).collect::<Vec<_>>() })
    }

    fn text(&self, page: &mut Page) {
        let rows: Vec<Vec<String>> = self
            .0
            .iter()
            .map(|table| {
                let wire = if table.is_int32() { "int32" } else { "string" };
                vec![table.name().to_owned(), table.rows().len().to_string(), wire.to_owned()]
            })
            .collect();
        page.table(&[texts::table(), texts::rows(), texts::wire()], &rows);
    }
}

struct Rows<'a> {
    table: Table<'a>,
    rows: Vec<Row<'a>>,
    search: &'a str,
}

impl Answer for Rows<'_> {
    fn json(&self) -> impl Serialize {
        let row = |row: &Row<'_>| {
            json!({
                "code": row.code(),
                "name_en": row.name_en(),
                "name_zh": row.name_zh(),
                "mark": row.origin().mark().mark().to_string(),
                "source": row.origin().source(),
            })
        };
        json!({ "table": self.table.name(), "rows": self.rows.iter().map(row).collect::<Vec<_>>() })
    }

    fn text(&self, page: &mut Page) {
        if self.rows.is_empty() {
            page.say(&texts::nothing_found(&self.search, &self.table.name()));
            return;
        }
        let rows: Vec<Vec<String>> = self
            .rows
            .iter()
            .map(|row| {
                let (en, zh) = (row.name_en().unwrap_or("-"), row.name_zh().unwrap_or("-"));
                let origin = row.origin();
                let origin = format!("{}: {}", origin.mark().mark(), origin.source());
                vec![row.code().to_owned(), en.to_owned(), zh.to_owned(), origin]
            })
            .collect();
        page.table(&[texts::code(), texts::english(), texts::chinese(), texts::origin()], &rows);
        if self.rows.iter().any(|row| row.origin().mark() != Origin::Documented) {
            page.line(Tone::Quiet, texts::unconfirmed().is(page.lang()));
        }
    }
}
