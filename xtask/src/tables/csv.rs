//! Writes a table as the CSV file of this repository: one form, so that a diff shows rows and nothing else.

use crate::codegen::tables::import::TableRow;

pub(super) fn written(rows: &[TableRow]) -> String {
    let mut csv = String::from("code,variant,name_en,name_zh,origin\n");
    for row in rows {
        let TableRow { code, variant, name_en, name_zh, origin } = row;
        let cells = [code, variant, name_en, name_zh, origin].map(|text| cell(text));
        csv.push_str(&cells.join(","));
        csv.push('\n');
    }
    csv
}

/// Cells were read without line ends and without space around them.
fn cell(text: &str) -> String {
    if text.contains([',', '"']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_needs_quotes_has_them() {
        assert_eq!(
            ["Meat", "Food, drink", "The \"best\""].map(cell),
            ["Meat", "\"Food, drink\"", "\"The \"\"best\"\"\""]
        );
    }
}
