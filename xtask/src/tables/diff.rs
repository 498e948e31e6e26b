//! What a new table changes, for the person who imports it: rows are followed by their variants, since these are what
//! programs hold on to.

use std::fmt::Write;

use crate::codegen::tables::import::TableRow;

pub(super) fn between(before: &[TableRow], after: &[TableRow]) -> String {
    let mut text = format!("{} rows, {} before\n", after.len(), before.len());
    for old in before.iter().filter(|old| same(after, old).is_none()) {
        writeln!(text, "- {}", shown(old)).ok();
    }
    for new in after.iter().filter(|new| same(before, new).is_none()) {
        writeln!(text, "+ {}", shown(new)).ok();
    }
    let mut doubtful = 0;
    for new in after {
        let Some(old) = same(before, new) else { continue };
        for (what, old, new_cell) in [
            ("code", &old.code, &new.code),
            ("English name", &old.name_en, &new.name_en),
            ("Chinese name", &old.name_zh, &new.name_zh),
            ("origin", &old.origin, &new.origin),
        ] {
            if old != new_cell {
                writeln!(text, "~ {}: {what} `{old}` is now `{new_cell}`", new.variant).ok();
            }
        }
        doubtful += u32::from(old.name_en != new.name_en && old.name_zh != new.name_zh);
    }
    if doubtful > 0 {
        writeln!(
            text,
            "variants that kept neither name: {doubtful}. Do they still mean the same? If not, undo this with git and \
             import --by-name"
        )
        .ok();
    }
    text
}

fn same<'a>(rows: &'a [TableRow], row: &TableRow) -> Option<&'a TableRow> {
    rows.iter().find(|other| other.variant == row.variant)
}

fn shown(row: &TableRow) -> String {
    let TableRow { code, variant, name_en, name_zh, .. } = row;
    let names: Vec<&str> =
        [name_en, name_zh].map(String::as_str).into_iter().filter(|name| !name.is_empty()).collect();
    format!("{variant}: `{code}` {}", names.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(code: &str, variant: &str, name_en: &str, name_zh: &str, origin: &str) -> TableRow {
        let [code, variant, name_en, name_zh, origin] =
            [code, variant, name_en, name_zh, origin].map(str::to_owned);
        TableRow { code, variant, name_en, name_zh, origin }
    }

    #[test]
    fn added_removed_renamed_and_recoded_rows_are_shown() {
        let before = [
            row("1", "Farm", "Farming", "农业", "old"),
            row("2", "Wood", "Forestry", "林业", "old"),
            row("3", "Fish", "Fishery", "渔业", "old"),
        ];
        let after = [
            row("01", "Farm", "Farming", "农业", "old"),
            row("2", "Wood", "Retail", "零售", "old"),
            row("4", "Code4", "", "矿业", "new"),
        ];
        assert_eq!(
            between(&before, &after),
            "3 rows, 3 before\n\
             - Fish: `3` Fishery 渔业\n\
             + Code4: `4` 矿业\n\
             ~ Farm: code `1` is now `01`\n\
             ~ Wood: English name `Forestry` is now `Retail`\n\
             ~ Wood: Chinese name `林业` is now `零售`\n\
             variants that kept neither name: 1. Do they still mean the same? If not, undo this with git and \
             import --by-name\n"
        );
        assert_eq!(between(&before, &before), "3 rows, 3 before\n");
    }
}
