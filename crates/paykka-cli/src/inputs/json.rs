//! JSON that people wrote: where it breaks is shown with the line, as an editor would.

use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use crate::frame::{Failure, Message, Shown};
use crate::texts::inputs as texts;

/// Where a text stops being JSON, or says something twice.
#[derive(Debug)]
pub(crate) struct Mistake {
    message: Message,
    /// The line, and below it a mark.
    pub(crate) excerpt: [String; 2],
}

/// Reads a text as one JSON value.
pub(crate) fn read(text: &[u8]) -> Result<Value, Box<Mistake>> {
    serde_json::from_slice(text).map_err(|error| Box::new(Mistake::new(text, &error, texts::not_json)))
}

/// Refuses a field that an object of a JSON text has twice: readers differ on which of the two counts, so what somebody is
/// shown need not be what another one does.
pub(crate) fn check_once(text: &[u8]) -> Result<(), Box<Mistake>> {
    let checked = serde_json::from_slice::<OnceEach>(text);
    checked.map(|_| ()).map_err(|error| Box::new(Mistake::new(text, &error, texts::field_twice)))
}

/// Words for a line, a column and what is wrong there.
type Words = fn(&dyn fmt::Display, &dyn fmt::Display, &dyn fmt::Display) -> Message;

impl Mistake {
    fn new(text: &[u8], error: &serde_json::Error, words: Words) -> Self {
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
        let reason = reason.rsplit_once(" at line ").map_or(reason.as_str(), |(reason, _)| reason);
        Self { message: words(&line, &column, &reason), excerpt: [excerpt, mark] }
    }

    pub(crate) const fn message(&self) -> &Message {
        &self.message
    }

    /// The command's failure, where what was given under this name must be JSON.
    pub(crate) fn failure(self, name: &str, to_do: Message) -> Failure {
        let failure = Failure::input("json", self.message, to_do);
        failure.detail(name).details(self.excerpt)
    }
}

/// A value whose objects have each field once; the error is the name of one that doesn't.
struct OnceEach;

impl<'de> Deserialize<'de> for OnceEach {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for OnceEach {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self, A::Error> {
        let mut names = HashSet::new();
        while let Some(name) = map.next_key::<String>()? {
            if names.contains(&name) {
                return Err(A::Error::custom(name));
            }
            names.insert(name);
            map.next_value::<Self>()?;
        }
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self, A::Error> {
        while items.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
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
        let twice = br#"{"a":1,"list":[{"b":null,"\u0062":[1.5,true,-1]}]}"#;
        let mistake = check_once(twice).unwrap_err();
        assert_eq!(
            mistake.message().is(Lang::En),
            "line 1, column 33: the field b is given twice, and nobody can say which one counts"
        );
        assert!(check_once(br#"{"a":[{"b":1},{"b":-1.5}],"b":{"a":"a"}}"#).is_ok());
        for broken in ["", "\u{1b}[31m", "{", "[1,", "\"\n\""] {
            assert!(read(broken.as_bytes()).is_err(), "{broken}");
        }
    }
}
