//! The pages in Chinese say what those in English say: the same chapters in the same order, and the same code. Whether the words mean
//! the same only people can tell.

use crate::page::{Block, blocks, read};

const PAGES: [&str; 3] = ["start.md", "signing.md", "webhooks.md"];

fn both(page: &str) -> (String, String) {
    (read(&format!("docs/{page}")), read(&format!("docs/zh/{page}")))
}

/// The levels of the headings, and what in them is code.
fn headings(page: &str) -> Vec<(usize, Vec<&str>)> {
    let mut is_code = false;
    let lines = page.lines().filter(move |line| {
        is_code ^= line.starts_with("```");
        !is_code && line.starts_with('#')
    });
    lines.map(|line| (line.bytes().take_while(|byte| *byte == b'#').count(), codes(line))).collect()
}

fn codes(line: &str) -> Vec<&str> {
    line.split('`').skip(1).step_by(2).collect()
}

/// A comment may be in the page's language.
fn code(block: &Block) -> (String, Vec<String>) {
    let marks = ["//", " # ", "#  "];
    let lines = block.text.lines().map(|line| {
        let end = marks.iter().filter_map(|mark| line.find(mark)).min().unwrap_or(line.len());
        line[..end].trim_end().to_owned()
    });
    (block.kind.clone(), lines.collect())
}

#[test]
fn chapters_are_the_same() {
    for page in PAGES {
        let (english, chinese) = both(page);
        assert_eq!(headings(&chinese), headings(&english), "docs/zh/{page}");
    }
}

#[test]
fn code_is_the_same() {
    for page in PAGES {
        let (english, chinese) = both(page);
        // What is no code may be translated.
        let of = |page: &str| -> Vec<_> {
            blocks(page).iter().map(code).filter(|(kind, _)| !kind.starts_with("text")).collect()
        };
        assert_eq!(of(&chinese), of(&english), "docs/zh/{page}");
        let kinds =
            |page: &str| -> Vec<String> { blocks(page).into_iter().map(|block| block.kind).collect() };
        assert_eq!(kinds(&chinese), kinds(&english), "docs/zh/{page}");
    }
}

/// Each row and each code in it stands in both.
#[test]
fn tables_have_the_same_codes() {
    for page in PAGES {
        let (english, chinese) = both(page);
        let rows = |page: &str| -> Vec<Vec<String>> {
            let rows = page.lines().filter(|line| line.starts_with('|'));
            rows.map(|row| {
                let mut codes: Vec<String> = codes(row).into_iter().map(str::to_owned).collect();
                codes.sort();
                codes
            })
            .collect()
        };
        assert_eq!(rows(&chinese), rows(&english), "docs/zh/{page}");
    }
}
