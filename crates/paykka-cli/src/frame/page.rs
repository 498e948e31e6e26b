//! What people read: lines, labelled facts, tables. How they are aligned and coloured is decided here and nowhere else;
//! colours are taken out later where the reader is no terminal.

use std::fmt::{self, Write};

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use super::{Lang, Message, Shown};

/// A text that is being written for people.
pub(crate) struct Page {
    lang: Lang,
    text: String,
}

/// What a text stands for; it decides the colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    Good,
    Bad,
    Doubtful,
    Strong,
    Quiet,
    Plain,
}

impl Page {
    pub(crate) const fn new(lang: Lang) -> Self {
        Self { lang, text: String::new() }
    }

    pub(crate) const fn lang(&self) -> Lang {
        self.lang
    }

    /// One line of a text of ours.
    pub(crate) fn say(&mut self, message: &Message) {
        self.line(Tone::Plain, message.is(self.lang));
    }

    /// One line in a colour: a text of ours behind a word that says how it is.
    pub(crate) fn verdict(&mut self, tone: Tone, word: &Message, message: &Message) {
        let style = tone.style();
        let (word, message) = (word.is(self.lang), message.is(self.lang));
        // After a colon one blank is enough, and a Chinese one brings its own.
        let gap = if word.ends_with('：') {
            ""
        } else if word.ends_with(':') {
            " "
        } else {
            "  "
        };
        self.write(format_args!("{style}{word}{style:#}{gap}{message}\n"));
    }

    /// One line as it is; it must have been escaped.
    pub(crate) fn line(&mut self, tone: Tone, line: impl fmt::Display) {
        let style = tone.style();
        self.write(format_args!("{style}{line}{style:#}\n"));
    }

    pub(crate) fn blank(&mut self) {
        self.text.push('\n');
    }

    /// Lines that begin with a coloured word and a title, in columns.
    pub(crate) fn marked(&mut self, lines: &[((Tone, Message), &Message, &Message)]) {
        let lang = self.lang;
        let widest = |cells: &mut dyn Iterator<Item = &Message>| {
            cells.map(|cell| cell.is(lang).width()).max().unwrap_or_default()
        };
        let words = widest(&mut lines.iter().map(|((_, word), _, _)| word));
        let titles = widest(&mut lines.iter().map(|(_, title, _)| *title));
        for ((tone, word), title, says) in lines {
            let [word, title] = [(word, words), (*title, titles)].map(|(cell, width)| {
                let cell = cell.is(lang);
                format!("{cell}{}", " ".repeat(width.saturating_sub(cell.width())))
            });
            let style = tone.style();
            self.write(format_args!("{style}{word}{style:#}  {title}  {}\n", says.is(lang)));
        }
    }

    /// Labels and values below each other, two blanks from the left.
    pub(crate) fn facts(&mut self, facts: &[(Message, String)]) {
        let lang = self.lang;
        let widest = facts.iter().map(|(label, _)| label.is(lang).width()).max().unwrap_or_default();
        let style = Tone::Quiet.style();
        for (label, value) in facts {
            let label = label.is(lang);
            let gap = " ".repeat(widest.saturating_sub(label.width()));
            self.write(format_args!("  {style}{label}{style:#}{gap}  {}\n", Shown(value)));
        }
    }

    /// A table with a head. The last column is as wide as it likes.
    pub(crate) fn table(&mut self, head: &[Message], rows: &[Vec<String>]) {
        let head: Vec<String> = head.iter().map(|cell| cell.is(self.lang).to_owned()).collect();
        let rows: Vec<Vec<String>> =
            rows.iter().map(|row| row.iter().map(|cell| Shown(cell).to_string()).collect()).collect();
        let mut widths: Vec<usize> = head.iter().map(|cell| cell.width()).collect();
        for row in &rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = cell.width().max(*width);
            }
        }
        self.row(Tone::Strong, &head, &widths);
        rows.iter().for_each(|row| self.row(Tone::Plain, row, &widths));
    }

    pub(crate) fn into_text(self) -> String {
        self.text
    }

    fn row(&mut self, tone: Tone, cells: &[String], widths: &[usize]) {
        let mut line = String::new();
        for (cell, width) in cells.iter().zip(widths) {
            line.push_str(cell);
            line.push_str(&" ".repeat(width.saturating_sub(cell.width()) + 2));
        }
        self.line(tone, line.trim_end());
    }

    fn write(&mut self, what: fmt::Arguments<'_>) {
        // Writing into memory doesn't fail.
        let _written = self.text.write_fmt(what);
    }
}

impl Tone {
    pub(crate) const fn style(self) -> Style {
        match self {
            Self::Good => AnsiColor::Green.on_default().bold(),
            Self::Bad => AnsiColor::Red.on_default().bold(),
            Self::Doubtful => AnsiColor::Yellow.on_default().bold(),
            Self::Strong => Style::new().bold(),
            Self::Quiet => Style::new().dimmed(),
            Self::Plain => Style::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(en: &str, zh: &str) -> Message {
        Message::new(en.to_owned(), zh.to_owned())
    }

    #[test]
    fn columns_are_as_wide_as_what_a_terminal_shows() {
        let mut page = Page::new(Lang::Zh);
        page.table(
            &[cell("code", "代码"), cell("name", "名称")],
            &[vec!["110000".into(), "北京\u{7}".into()], vec!["1".into(), "x".into()]],
        );
        page.facts(&[
            (cell("bits", "位数"), "2048".into()),
            (cell("fingerprint", "指纹（很长）"), "ab".into()),
        ]);
        let plain = anstream::adapter::strip_str(&page.into_text()).to_string();
        let expected =
            "代码    名称\n110000  北京\\u{7}\n1       x\n  位数          2048\n  指纹（很长）  ab\n";
        assert_eq!(plain, expected);
    }
}
