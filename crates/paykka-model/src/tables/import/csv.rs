//! CSV by RFC 4180, strictly: a quote that is never closed swallows rows, and a reader that lets it pass would lose
//! them without a word.

use std::iter::Peekable;
use std::str::Chars;

use super::{Line, Problems};

/// The lines that hold something.
pub(super) fn lines(text: &str) -> Result<Vec<Line>, Problems> {
    let mut reader = Reader { rest: text.chars().peekable(), number: 1 };
    let mut lines = Vec::new();
    while reader.rest.peek().is_some() {
        let line = reader.line()?;
        if line.cells.iter().any(|cell| !cell.trim().is_empty()) {
            lines.push(line);
        }
    }
    Ok(lines)
}

struct Reader<'a> {
    rest: Peekable<Chars<'a>>,
    /// The line of what is read next.
    number: usize,
}

impl Reader<'_> {
    fn line(&mut self) -> Result<Line, Problems> {
        let mut line = Line { number: self.number, cells: Vec::new() };
        loop {
            line.cells.push(self.cell()?);
            match self.take() {
                Some(',') => {}
                Some('\n') | None => return Ok(line),
                Some(_) => {
                    return Err(Problems::one(
                        self.number,
                        "text behind a closing quote; double the quote".into(),
                    ));
                }
            }
        }
    }

    /// Up to what ends the cell.
    fn cell(&mut self) -> Result<String, Problems> {
        if self.rest.next_if_eq(&'"').is_some() {
            return self.quoted();
        }
        let mut cell = String::new();
        while let Some(c) = self.rest.next_if(|c| !matches!(c, ',' | '\n' | '"')) {
            cell.push(c);
        }
        if self.rest.peek() == Some(&'"') {
            let problem = "a quote inside a cell that doesn't begin with one; quote the cell and double it";
            return Err(Problems::one(self.number, problem.into()));
        }
        Ok(cell)
    }

    fn quoted(&mut self) -> Result<String, Problems> {
        let begin = self.number;
        let mut cell = String::new();
        loop {
            match self.take() {
                Some('"') if self.rest.next_if_eq(&'"').is_none() => break,
                Some(c) => cell.push(c),
                None => {
                    return Err(Problems::one(begin, "a quote that is opened here is never closed".into()));
                }
            }
        }
        self.rest.next_if_eq(&'\r');
        Ok(cell)
    }

    fn take(&mut self) -> Option<char> {
        let taken = self.rest.next();
        self.number += usize::from(taken == Some('\n'));
        taken
    }
}
