//! Tables as Markdown pages have them: a header, a row of dashes, rows between pipes.

use super::{Line, Problems};

/// Whether there is a row of dashes below a row of pipes.
pub(super) fn is_likely(text: &str) -> bool {
    headers(text).next().is_some()
}

/// Header and rows of the page's only table.
pub(super) fn lines(text: &str) -> Result<Vec<Line>, Problems> {
    let mut headers = headers(text);
    let begin = headers.next().unwrap_or_default();
    if let Some(second) = headers.next() {
        return Err(Problems::one(second + 1, "a second table begins here; leave one in the file".into()));
    }
    let rows = text.lines().enumerate().skip(begin).take_while(|(_, row)| row.contains('|'));
    let rows = rows.filter(|(place, _)| *place != begin + 1);
    Ok(rows.map(|(place, row)| Line { number: place + 1, cells: cells(row) }).collect())
}

/// Places of the rows that stand above dashes, counted from 0.
fn headers(text: &str) -> impl Iterator<Item = usize> {
    let pairs = text.lines().zip(text.lines().skip(1)).enumerate();
    pairs.filter(|(_, (above, below))| above.contains('|') && is_dashes(below)).map(|(place, _)| place)
}

/// `| --- | :-: |`.
fn is_dashes(row: &str) -> bool {
    row.contains('|')
        && cells(row).iter().all(|cell| {
            let dashes = cell.strip_prefix(':').unwrap_or(cell);
            let dashes = dashes.strip_suffix(':').unwrap_or(dashes);
            !dashes.is_empty() && dashes.bytes().all(|b| b == b'-')
        })
}

fn cells(row: &str) -> Vec<String> {
    let row = row.trim();
    let row = row.strip_prefix('|').unwrap_or(row);
    let mut cells = vec![String::new()];
    let mut chars = row.chars().peekable();
    while let Some(c) = chars.next() {
        let escaped = (c == '\\').then(|| chars.next_if_eq(&'|')).flatten();
        if c == '|' {
            cells.push(String::new());
        } else if let Some(cell) = cells.last_mut() {
            cell.push(escaped.unwrap_or(c));
        }
    }
    // The pipe at the row's end closes the last cell and opens none.
    if cells.len() > 1 && cells.last().is_some_and(|cell| cell.trim().is_empty()) && row.ends_with('|') {
        cells.pop();
    }
    cells.iter().map(|cell| unquoted(cell.trim()).to_owned()).collect()
}

/// Pages like to set codes in backticks.
fn unquoted(cell: &str) -> &str {
    let inner = cell.strip_prefix('`').and_then(|cell| cell.strip_suffix('`'));
    inner.filter(|inner| !inner.contains('`')).unwrap_or(cell)
}
