//! Which variant a row of a new table has. A variant is what programs are written with, so it stays as long as
//! something of its row does.

use std::collections::BTreeSet;

use crate::codegen::tables::import::{TableRow, is_variant_name};

/// What a variant stays with when a table is replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    /// Its code; where that is gone, its name.
    ByCode,
    /// Its name alone.
    ByName,
}

/// Gives every row its variant.
pub(super) fn assign(before: &[TableRow], after: &mut [TableRow], keep: Keep) {
    let codes: BTreeSet<String> = after.iter().map(|row| row.code.clone()).collect();
    let mut taken = BTreeSet::new();
    let mut kept = Vec::new();
    for row in after.iter() {
        let same_code = before.iter().find(|old| keep == Keep::ByCode && old.code == row.code);
        // One whose code is still there has its row already.
        let free = before.iter().filter(|old| keep == Keep::ByName || !codes.contains(&old.code));
        let mut same_name = free.filter(|old| is_same_name(old, row));
        let variant = same_code.or_else(|| same_name.next()).map(|old| old.variant.clone());
        kept.push(variant.filter(|variant| taken.insert(variant.clone())));
    }
    for (row, kept) in after.iter_mut().zip(kept) {
        row.variant = kept.unwrap_or_else(|| {
            let variant = candidates(row).find(|candidate| !taken.contains(candidate)).unwrap_or_default();
            taken.insert(variant.clone());
            variant
        });
    }
}

/// The Chinese name decides where both have one: it is the platform's own language, and translations vary.
fn is_same_name(one: &TableRow, other: &TableRow) -> bool {
    if one.name_zh.is_empty() || other.name_zh.is_empty() {
        !one.name_en.is_empty() && one.name_en.to_lowercase() == other.name_en.to_lowercase()
    } else {
        one.name_zh == other.name_zh
    }
}

/// From the best on; they never end.
fn candidates(row: &TableRow) -> impl Iterator<Item = String> + use<> {
    let by_name = upper_camel(&row.name_en);
    let by_code = upper_camel(&format!("code {}", row.code));
    let longer = format!("{by_name}{}", upper_camel(&row.code));
    let numbered = by_code.clone();
    let best = [row.variant.clone(), by_name, longer, by_code].into_iter();
    best.chain((2_u32..).map(move |number| format!("{numbered}N{number}")))
        .filter(|name| is_variant_name(name))
}

/// `Leather, fur & Xi'an` is `LeatherFurAndXian`.
fn upper_camel(text: &str) -> String {
    let plain: String =
        text.replace('&', " and ").chars().filter(|c| !['\'', '’'].contains(c)).map(unaccented).collect();
    let words = plain.split(|c: char| !c.is_ascii_alphanumeric());
    words
        .flat_map(|word| {
            let mut letters = word.chars();
            let first = letters.next().map(|letter| letter.to_ascii_uppercase());
            first.into_iter().chain(letters.map(|letter| letter.to_ascii_lowercase()))
        })
        .collect()
}

/// The letters with accents that names of places and goods in English text have.
fn unaccented(letter: char) -> char {
    match letter {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ǎ' => 'a',
        'Å' | 'Ä' | 'Á' | 'Â' => 'A',
        'ç' => 'c',
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ě' => 'e',
        'É' | 'È' => 'E',
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'ǐ' => 'i',
        'ñ' => 'n',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'ǒ' => 'o',
        'Ö' | 'Ø' | 'Ô' => 'O',
        'ù' | 'ú' | 'û' | 'ü' | 'ū' | 'ǔ' | 'ǖ' | 'ǘ' | 'ǚ' | 'ǜ' => 'u',
        'Ü' | 'Ú' => 'U',
        letter => letter,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codegen::tables::TABLES;

    fn row(code: &str, variant: &str, name_en: &str, name_zh: &str) -> TableRow {
        let [code, variant, name_en, name_zh] = [code, variant, name_en, name_zh].map(str::to_owned);
        TableRow { code, variant, name_en, name_zh, origin: "test".into() }
    }

    fn assigned<const N: usize>(before: &[TableRow], mut after: [TableRow; N], keep: Keep) -> [String; N] {
        assign(before, &mut after, keep);
        after.map(|row| row.variant)
    }

    fn ours() -> [TableRow; 2] {
        [row("1", "Farm", "Farming", "农业"), row("2", "Wood", "Forestry", "林业")]
    }

    #[test]
    fn a_variant_stays_with_its_code() {
        let after = [row("2", "Other2", "Woods", "森林"), row("1", "", "Farming", "")];
        assert_eq!(assigned(&ours(), after, Keep::ByCode), ["Wood", "Farm"]);
    }

    #[test]
    fn a_variant_whose_code_is_gone_stays_with_its_name() {
        let after = [row("A1", "", "Agriculture", "农业"), row("A2", "", "FORESTRY", "")];
        assert_eq!(assigned(&ours(), after, Keep::ByCode), ["Farm", "Wood"]);
    }

    #[test]
    fn where_codes_mean_something_else_a_variant_stays_with_its_name() {
        let after = || [row("1", "", "Forestry", "林业"), row("2", "", "Fishery", "渔业")];
        assert_eq!(assigned(&ours(), after(), Keep::ByName), ["Wood", "Fishery"]);
        assert_eq!(assigned(&ours(), after(), Keep::ByCode), ["Farm", "Wood"]);
    }

    #[test]
    fn a_new_row_is_named_by_file_name_or_code() {
        let after = [
            row("3", "Given", "Some name", ""),
            row("4", "", "Wood", "木"),
            row("5", "", "Leather, fur & Xi'an", ""),
            row("6", "", "", "其他"),
            row("7", "", "Other", "其他"),
            row("8", "", "3D printing", ""),
            row("US-USD", "", "", "美元"),
            row("2", "", "Forestry", "林业"),
        ];
        let expected = ["Given", "Wood4", "LeatherFurAndXian", "Code6", "Other7", "Code8", "UsUsd", "Wood"];
        assert_eq!(assigned(&ours(), after, Keep::ByCode), expected);
    }

    #[test]
    fn names_that_come_to_the_same_stay_apart() {
        let after = [row("A-1", "", "", "甲"), row("A1", "", "", "乙"), row("a1", "", "", "丙")];
        assert_eq!(assigned(&[], after, Keep::ByCode), ["A1", "CodeA1", "CodeA1N2"]);
        let after = [row("1", "", "Jilin", "吉林省"), row("2", "", "Jilin", "吉林市")];
        assert_eq!(assigned(&[], after, Keep::ByCode), ["Jilin", "Jilin2"]);
    }

    #[test]
    fn two_rows_do_not_share_what_one_had() {
        let after = [row("8", "", "", "农业"), row("9", "", "", "农业")];
        assert_eq!(assigned(&ours(), after, Keep::ByCode), ["Farm", "Code9"]);
    }

    #[test]
    fn every_row_of_every_table_has_a_variant_from_nothing() {
        for table in &TABLES {
            let mut rows = table.rows().unwrap();
            rows.iter_mut().for_each(|row| row.variant.clear());
            assign(&[], &mut rows, Keep::ByCode);
            let variants: BTreeSet<&str> = rows.iter().map(|row| row.variant.as_str()).collect();
            assert_eq!(variants.len(), rows.len(), "{}", table.name);
            assert!(variants.iter().all(|variant| is_variant_name(variant)), "{variants:?}");
        }
    }
}
