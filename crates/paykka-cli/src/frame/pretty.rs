//! JSON with text from elsewhere in it, indented for people or on one line for programs, and still JSON: digits stay as they
//! came, and what a terminal would act on stands as an escape.

use std::fmt::Write;

use serde::de::IgnoredAny;

use super::message::is_plain;
use super::{Page, Shown, Tone};

impl Page {
    /// A body: indented where it is JSON, else as escaped text.
    pub(crate) fn body(&mut self, body: &[u8]) {
        self.line(Tone::Plain, pretty(body));
    }
}

/// What isn't JSON comes back as escaped lines.
pub(crate) fn pretty(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    if serde_json::from_str::<IgnoredAny>(&text).is_err() {
        return text.lines().map(|line| Shown(line).to_string()).collect::<Vec<_>>().join("\n");
    }
    let mut out = Out::default();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' => out.text_from(&mut chars),
            '{' | '[' => {
                out.text.push(c);
                while chars.next_if(|c| c.is_ascii_whitespace()).is_some() {}
                match chars.next_if(|next| matches!(next, '}' | ']')) {
                    Some(end) => out.text.push(end),
                    None => out.line(1),
                }
            }
            '}' | ']' => {
                out.line(-1);
                out.text.push(c);
            }
            ',' => {
                out.text.push(c);
                out.line(0);
            }
            ':' => out.text.push_str(": "),
            c if c.is_ascii_whitespace() => {}
            c => out.push(c),
        }
    }
    out.text
}

/// A JSON text without blanks and line ends between its words.
pub(super) fn one_line(json: &str) -> String {
    let mut out = Out::default();
    let mut chars = json.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => out.text_from(&mut chars),
            c if c.is_ascii_whitespace() => {}
            c => out.push(c),
        }
    }
    out.text
}

#[derive(Default)]
struct Out {
    text: String,
    depth: usize,
}

impl Out {
    /// The rest of a string, whose quote was read.
    fn text_from(&mut self, chars: &mut impl Iterator<Item = char>) {
        self.text.push('"');
        let mut is_escaped = false;
        for c in chars {
            self.push(c);
            if c == '"' && !is_escaped {
                break;
            }
            is_escaped = c == '\\' && !is_escaped;
        }
    }

    fn push(&mut self, c: char) {
        if is_plain(c) {
            self.text.push(c);
        } else {
            // Writing into memory doesn't fail.
            c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| {
                let _written = write!(self.text, "\\u{unit:04x}");
            });
        }
    }

    fn line(&mut self, deeper: isize) {
        self.depth = self.depth.saturating_add_signed(deeper);
        self.text.push('\n');
        self.text.extend(std::iter::repeat_n("  ", self.depth));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::{one_line, pretty};

    #[test]
    fn digits_and_meaning_stay() {
        let text = "{ \"a\":1.10,\"b\":[ ],\"c\":[{},{\"d\":\"x\\\"]{,: \"}],\"e\":null}";
        let shown = pretty(text.as_bytes());
        assert_eq!(
            shown,
            "{\n  \"a\": 1.10,\n  \"b\": [],\n  \"c\": [\n    {},\n    {\n      \"d\": \"x\\\"]{,: \"\n    }\n  ],\n  \"e\": null\n}"
        );
        let value = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        assert_eq!(value(&shown), value(text));
        assert_eq!(one_line(&shown), one_line(text));
        assert_eq!(value(&one_line(text)), value(text));
        assert_eq!(one_line("{ \"a\" : 12.50,\r\n\"b c\": \"x\\\\\" }"), "{\"a\":12.50,\"b c\":\"x\\\\\"}");
    }

    #[test]
    fn nothing_moves_the_cursor() {
        let text = "{\"a\":\"\u{7f}\u{9b}31m\u{202e}\u{e0001}深\"}";
        let shown = pretty(text.as_bytes());
        assert_eq!(one_line(text), "{\"a\":\"\\u007f\\u009b31m\\u202e\\udb40\\udc01深\"}");
        assert_eq!(shown, "{\n  \"a\": \"\\u007f\\u009b31m\\u202e\\udb40\\udc01深\"\n}");
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&shown).unwrap(),
            serde_json::from_str::<serde_json::Value>(text).unwrap()
        );
        assert_eq!(pretty(b"<p>\x1b[2J\r\n</p>\xff"), "<p>\\u{1b}[2J\n</p>\u{fffd}");
    }
}
