//! JSON that people wrote: where it breaks is shown with the line, as an editor would.

use serde_json::Value;

use crate::frame::{Failure, Message, Shown};
use crate::texts::inputs as texts;

/// Where a text stops being JSON.
#[derive(Debug)]
pub(crate) struct Mistake {
    line: usize,
    column: usize,
    /// The line, and below it a mark.
    pub(crate) excerpt: [String; 2],
    /// The parser's words.
    pub(crate) reason: String,
}

/// Reads a text as one JSON value.
pub(crate) fn read(text: &[u8]) -> Result<Value, Box<Mistake>> {
    serde_json::from_slice(text).map_err(|error| Box::new(Mistake::new(text, &error)))
}

impl Mistake {
    fn new(text: &[u8], error: &serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        let whole = text.split(|byte| *byte == b'\n').nth(line.saturating_sub(1)).unwrap_or_default();
        // The column counts bytes; of a long line the part before the mistake says most.
        let end = column.saturating_add(20).min(whole.len());
        let begin = column.saturating_sub(60).min(end);
        let before = shown(whole.get(begin..column.saturating_sub(1).max(begin)).unwrap_or_default());
        let excerpt = shown(whole.get(begin..end).unwrap_or_default());
        let mark = format!("{}^", " ".repeat(unicode_width::UnicodeWidthStr::width(before.as_str())));
        // What follows is the place, which is shown anyway.
        let reason = error.to_string();
        let reason = reason.rsplit_once(" at line ").map_or(reason.as_str(), |(reason, _)| reason).to_owned();
        Self { line, column, excerpt: [excerpt, mark], reason }
    }

    pub(crate) fn message(&self) -> Message {
        texts::not_json(&self.line, &self.column, &self.reason)
    }

    /// The command's failure, where what was given under this name must be JSON.
    pub(crate) fn failure(self, name: &str, to_do: Message) -> Failure {
        let failure = Failure::input("json", self.message(), to_do);
        failure.detail(name).details(self.excerpt)
    }
}

fn shown(bytes: &[u8]) -> String {
    Shown(String::from_utf8_lossy(bytes)).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::Lang;

    #[test]
    fn the_place_is_shown() {
        let mistake = read("{\n  \"名\": 1,\n  \"b\": }\n".as_bytes()).unwrap_err();
        assert_eq!(mistake.message().is(Lang::En), "this isn't JSON: line 3, column 8: expected value");
        assert_eq!(mistake.excerpt, ["  \"b\": }".to_owned(), "       ^".to_owned()]);
        let long = format!("{{\"a\":\"{}\",}}", "x".repeat(500));
        let mistake = read(long.as_bytes()).unwrap_err();
        assert!(mistake.excerpt[0].ends_with("xx\",}") && mistake.excerpt[0].len() < 90, "{mistake:?}");
        assert_eq!(mistake.excerpt[1].len(), mistake.excerpt[0].len());
        for broken in ["", "\u{1b}[31m", "{", "[1,", "\"\n\""] {
            assert!(read(broken.as_bytes()).is_err(), "{broken}");
        }
    }
}
