//! What files of tables may look like: CSV as programs write it, Markdown as pages have it, and what is refused.

use paykka_model::Tables;
use proptest::prelude::*;

/// Code, English and Chinese name of each row.
fn read(table: &str, text: &str) -> Vec<(String, String, String)> {
    let mut tables = Tables::new();
    tables.load(table, text, "test").unwrap();
    let text = |name: Option<&str>| name.unwrap_or_default().to_owned();
    let rows = tables.table(table).unwrap().rows();
    rows.iter().map(|row| (row.code().to_owned(), text(row.name_en()), text(row.name_zh()))).collect()
}

/// What is wrong, with lines.
fn refused(table: &str, text: &str) -> String {
    let error = Tables::new().load(table, text, "test").unwrap_err().to_string();
    error.split_once('\n').unwrap().1.to_owned()
}

fn row(code: &str, name_en: &str, name_zh: &str) -> (String, String, String) {
    (code.into(), name_en.into(), name_zh.into())
}

#[test]
fn quoted_cells_hold_commas_quotes_and_line_ends() {
    let text =
        "code,name_en\n\"1\",\"Food, drink\"\n2,\"The \"\"best\"\"\"\n3,\"two\nlines\"\n4,four\n4,five\n";
    assert_eq!(refused("bank", text), "line 7: the code `4` stands on line 6 already");
    let rows = read("bank", &text.replace("4,five\n", ""));
    assert_eq!(rows[..2], [row("1", "Food, drink", ""), row("2", "The \"best\"", "")]);
    assert_eq!(rows[2], row("3", "two lines", ""));
}

#[test]
fn a_byte_order_mark_carriage_returns_and_blank_lines_are_nothing() {
    let plain = "code,name_en,name_zh\n1,One,一\n2,\"Two\",二\n";
    let windows = format!("\u{feff}\r\n{}\r\n,,\r\n", plain.replace('\n', "\r\n"));
    assert_eq!(read("bank", &windows), read("bank", plain));
    assert_eq!(
        refused("bank", "\n\ncode,name\n\n1,One\n\n1,Two"),
        "line 7: the code `1` stands on line 5 already"
    );
}

#[test]
fn columns_stand_in_any_order_under_usual_names() {
    let expected = [row("1", "One", "一")];
    assert_eq!(read("bank", "Name EN,remark,CODE,name-zh\nOne,x,1,一"), expected);
    assert_eq!(read("bank", "编码,中文名称,英文名称\n1,一,One"), expected);
    assert_eq!(read("bank", "code,name_en\n 1 , One  thing "), [row("1", "One thing", "")]);
    assert_eq!(read("bank", "代码,名称\n1,一"), [row("1", "", "一")]);
}

#[test]
fn markdown_with_alignment_escaped_pipes_and_text_around() {
    let page = "# Banks\n\nSome words | with a pipe.\n\n\
                | code | name_en | name_zh |\n|:-----|:-------:|-----:|\n\
                | `1` | One \\| only | 一 |\n| 2 | | 二 |\n\nThe end.\n";
    assert_eq!(read("bank", page), [row("1", "One | only", "一"), row("2", "", "二")]);
    assert_eq!(
        read("bank", "code | name\n--- | ---\n1 | One\n2 | Two"),
        [row("1", "One", ""), row("2", "Two", "")]
    );
    assert_eq!(
        refused("bank", &page.replace("| 2 |", "| 1 |")),
        "line 8: the code `1` stands on line 7 already"
    );
}

#[test]
fn a_markdown_page_has_one_table() {
    let table = "| code | name |\n|---|---|\n| 1 | One |\n";
    let two = format!("{table}\n{}", table.replace('1', "2"));
    assert_eq!(refused("bank", &two), "line 5: a second table begins here; leave one in the file");
}

#[test]
fn what_is_missing_is_named() {
    for (text, problem) in [
        ("", "line 1: the file is empty: it needs a header and rows"),
        (" \n\n", "line 1: the file is empty: it needs a header and rows"),
        ("code,name", "line 1: there are no rows below the header"),
        ("| code | name |\n|---|---|\n", "line 1: there are no rows below the header"),
        ("kode,name\n1,One", "line 1: there is no column `code`"),
        ("code,nom\n1,One", "line 1: there is no column `name_en` and none `name_zh`"),
        ("code,name,Name EN\n1,One,One", "line 1: `Name EN` is a second column of the same meaning"),
        ("code,name\n,One", "line 2: the code is blank"),
        ("code,name\n1, ", "line 2: the name is blank"),
        ("code,name\n1", "line 2: 1 cells, where the header has 2"),
        ("code,name\n1,Food, drink", "line 2: 3 cells, where the header has 2"),
        ("| code | name |\n|---|---|\n| 1 | One | x |", "line 3: 3 cells, where the header has 2"),
    ] {
        assert_eq!(refused("bank", text), problem, "{text:?}");
    }
}

#[test]
fn damaged_quotes_are_refused_with_their_line() {
    for (text, problem) in [
        ("code,name\n1,One\n2,\"Two\n3,Three\n", "line 3: a quote that is opened here is never closed"),
        ("code,name\n1,\"One\"x\n", "line 2: text behind a closing quote; double the quote"),
        (
            "code,name\n1,O\"ne\n",
            "line 2: a quote inside a cell that doesn't begin with one; quote the cell and double it",
        ),
    ] {
        assert_eq!(refused("bank", text), problem, "{text:?}");
    }
}

#[test]
fn codes_and_names_are_unique_but_for_names_of_cities() {
    let names = "code,name_en,name_zh\n1,One,一\n2,one,二\n3,Three,一\n";
    let problems = "line 3: the English name `one` stands on line 2 already\n\
                    line 4: the Chinese name `一` stands on line 2 already";
    assert_eq!(refused("bank", names), problems);
    assert_eq!(read("province_city", names).len(), 3);
    let codes = "code,name\n1,One\n01,Two\n";
    assert_eq!(refused("industry", codes), "line 3: the code `1` stands on line 2 already");
    assert_eq!(read("bank", codes).len(), 2, "as text these are two");
}

#[test]
fn a_variant_is_a_name_that_rust_takes() {
    let one = |variant: &str| format!("code,variant,name\n1,{variant},One");
    assert_eq!(read("bank", &one("One")).len(), 1);
    for bad in ["one", "Other", "Self", "One Two", "Été", "1st", "One_Two"] {
        let problem = refused("bank", &one(bad));
        assert!(problem.starts_with(&format!("line 2: `{bad}` can't be a variant")), "{problem}");
    }
    let twice = "code,variant,name\n1,A,One\n2,A,Two";
    assert_eq!(refused("bank", twice), "line 3: the variant `A` stands on line 2 already");
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_with_lines_that_it_has(text in "[\\PC\\n]{0,60}|(code|name|[|,\"1:\\-\n\\\\ ]){0,40}") {
        if let Err(error) = Tables::new().load("industry", &text, "test") {
            let lines = text.split('\n').count();
            prop_assert!(error.problems().all(|(line, _)| (1..=lines).contains(&line)), "{error}");
            prop_assert!(error.problems().next().is_some());
        }
    }
}
