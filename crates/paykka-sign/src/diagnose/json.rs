//! JSON text written differently: other blanks, other escapes, sorted keys. `serde_json::Value` would lose the text of
//! numbers and the order of keys, and with them the bytes that were signed; so this works on the text's own pieces.

use std::fmt::Write as _;

/// A text's pieces. Strings and other scalars stand as they were written.
#[derive(Clone)]
pub(super) enum Json<'a> {
    Scalar(&'a [u8]),
    Array(Vec<Self>),
    Object(Vec<(&'a [u8], Self)>),
}

impl<'a> Json<'a> {
    /// `None` for what isn't one JSON value, and for more than 128 levels, as everywhere in this crate: the calls below
    /// are recursive.
    pub(super) fn parse(text: &'a [u8]) -> Option<Self> {
        let mut reader = Reader { rest: text.trim_ascii() };
        let value = reader.value(0)?;
        reader.rest.is_empty().then_some(value)
    }

    pub(super) fn sort(&mut self) {
        match self {
            Self::Scalar(_) => {}
            Self::Array(items) => items.iter_mut().for_each(Self::sort),
            Self::Object(members) => {
                members.sort_by_key(|(name, _)| *name);
                members.iter_mut().for_each(|(_, value)| value.sort());
            }
        }
    }

    /// `None` when it grows beyond `limit` bytes: indentation can multiply a nested text by hundreds.
    pub(super) fn write(&self, style: &Style, limit: usize) -> Option<Vec<u8>> {
        let mut writer = Writer { out: Vec::new(), style, limit };
        writer.value(self, 1)?;
        Some(writer.out)
    }
}

/// Where a serialiser puts blanks.
#[derive(Clone, Copy)]
pub(super) struct Style {
    pub(super) name: &'static str,
    /// Line break and indentation per level; `None` for one line.
    indent: Option<&'static str>,
    comma: &'static str,
    colon: &'static str,
}

/// Python's, unless it is told otherwise.
pub(super) const SPACED: Style =
    Style { name: "with a blank after each `,` and `:`", indent: None, comma: ", ", colon: ": " };

pub(super) const STYLES: [Style; 5] = [
    Style { name: "compact, without blanks", indent: None, comma: ",", colon: ":" },
    SPACED,
    Style { name: "pretty, indented by 2", indent: Some("  "), comma: ",", colon: ": " },
    Style { name: "pretty, indented by 4", indent: Some("    "), comma: ",", colon: ": " },
    Style { name: "pretty, indented by tabs", indent: Some("\t"), comma: ",", colon: ": " },
];

/// Which characters inside strings a serialiser escapes beyond what JSON demands.
#[derive(Clone, Copy)]
pub(super) struct Escapes {
    pub(super) name: &'static str,
    non_ascii: bool,
    upper_case: bool,
    slash: bool,
    others: &'static str,
}

/// Python's, unless it is told otherwise.
pub(super) const ASCII: Escapes =
    Escapes { name: "all but ASCII as `\\uXXXX`, as Python does", non_ascii: true, ..PLAIN };

pub(super) const ESCAPES: [Escapes; 7] = [
    Escapes { name: "nothing but what must be", ..PLAIN },
    ASCII,
    Escapes { name: "all but ASCII as `\\uXXXX` with capitals", non_ascii: true, upper_case: true, ..PLAIN },
    Escapes { name: "`/` as `\\/`", slash: true, ..PLAIN },
    Escapes { name: "`/` and all but ASCII, as PHP does", non_ascii: true, slash: true, ..PLAIN },
    Escapes { name: "`<`, `>` and `&`, as Go does", others: "<>&\u{2028}\u{2029}", ..PLAIN },
    Escapes { name: "`<`, `>`, `&`, `=` and `'`, as Gson does", others: "<>&='\u{2028}\u{2029}", ..PLAIN },
];

const PLAIN: Escapes = Escapes { name: "", non_ascii: false, upper_case: false, slash: false, others: "" };

/// Writes each string of a JSON text anew; everything outside strings stays. `None` for an unfinished string.
pub(super) fn rewrite_strings(text: &[u8], escapes: &Escapes) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let mut reader = Reader { rest: text };
    while let Some(at) = reader.rest.iter().position(|byte| *byte == b'"') {
        out.extend_from_slice(reader.take(at)?);
        let literal = reader.string()?;
        match serde_json::from_slice::<String>(literal) {
            Ok(content) => out.extend_from_slice(quote(&content, escapes).as_bytes()),
            // No text at all, such as half of a surrogate pair: no serialiser changes that.
            Err(_) => out.extend_from_slice(literal),
        }
    }
    out.extend_from_slice(reader.rest);
    Some(out)
}

/// A text as a JSON string, as `JSON.stringify` writes it.
pub(super) fn quote_plain(content: &str) -> String {
    quote(content, &PLAIN)
}

fn quote(content: &str, escapes: &Escapes) -> String {
    let mut out = String::with_capacity(content.len() + 2);
    out.push('"');
    for c in content.chars() {
        let short = match c {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            '\u{8}' => "\\b",
            '\u{c}' => "\\f",
            '/' if escapes.slash => "\\/",
            _ => "",
        };
        if !short.is_empty() {
            out.push_str(short);
        } else if c < ' ' || escapes.others.contains(c) || (escapes.non_ascii && !c.is_ascii()) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a string can't fail.
                let _ = if escapes.upper_case {
                    write!(out, "\\u{unit:04X}")
                } else {
                    write!(out, "\\u{unit:04x}")
                };
            }
        } else {
            out.push(c);
        }
    }
    out.push('"');
    out
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn value(&mut self, depth: usize) -> Option<Json<'a>> {
        self.skip_blanks();
        match self.rest.first()? {
            _ if depth == MAX_DEPTH => None,
            b'{' => self
                .items(b'}', |reader| {
                    let name = reader.string()?;
                    reader.skip_blanks();
                    reader.expect(b':')?;
                    Some((name, reader.value(depth + 1)?))
                })
                .map(Json::Object),
            b'[' => self.items(b']', |reader| reader.value(depth + 1)).map(Json::Array),
            b'"' => self.string().map(Json::Scalar),
            _ => self.word().map(Json::Scalar),
        }
    }

    fn items<T>(&mut self, end: u8, item: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let mut items = Vec::new();
        self.take(1)?;
        self.skip_blanks();
        if self.expect(end).is_some() {
            return Some(items);
        }
        loop {
            self.skip_blanks();
            items.push(item(self)?);
            self.skip_blanks();
            if self.expect(end).is_some() {
                return Some(items);
            }
            self.expect(b',')?;
        }
    }

    /// A string with its quotes.
    fn string(&mut self) -> Option<&'a [u8]> {
        if self.rest.first() != Some(&b'"') {
            return None;
        }
        let mut escaped = false;
        let inner = self.rest.iter().skip(1).position(|byte| {
            let ends = !escaped && *byte == b'"';
            escaped = !escaped && *byte == b'\\';
            ends
        })?;
        self.take(inner + 2)
    }

    /// A number or a name.
    fn word(&mut self) -> Option<&'a [u8]> {
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.');
        let len = self.rest.iter().take_while(|byte| is_part(byte)).count();
        if len == 0 { None } else { self.take(len) }
    }

    fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_ascii_start();
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        self.rest = self.rest.strip_prefix(&[byte])?;
        Some(())
    }

    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(len)?;
        self.rest = rest;
        Some(taken)
    }
}

struct Writer<'a> {
    out: Vec<u8>,
    style: &'a Style,
    limit: usize,
}

impl Writer<'_> {
    fn value(&mut self, value: &Json<'_>, depth: usize) -> Option<()> {
        match value {
            Json::Scalar(text) => self.text(text),
            Json::Array(items) => {
                self.items(b"[", b"]", items, depth, |writer, item| writer.value(item, depth + 1))
            }
            Json::Object(members) => self.items(b"{", b"}", members, depth, |writer, (name, value)| {
                writer.text(name)?;
                writer.text(writer.style.colon.as_bytes())?;
                writer.value(value, depth + 1)
            }),
        }
    }

    fn items<T>(
        &mut self,
        start: &[u8],
        end: &[u8],
        items: &[T],
        depth: usize,
        write: impl Fn(&mut Self, &T) -> Option<()>,
    ) -> Option<()> {
        self.text(start)?;
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.text(self.style.comma.as_bytes())?;
            }
            self.line(depth)?;
            write(self, item)?;
        }
        if !items.is_empty() {
            self.line(depth - 1)?;
        }
        self.text(end)
    }

    fn line(&mut self, depth: usize) -> Option<()> {
        match self.style.indent {
            Some(indent) => self.text(b"\n").and_then(|()| self.text(indent.repeat(depth).as_bytes())),
            None => Some(()),
        }
    }

    fn text(&mut self, text: &[u8]) -> Option<()> {
        self.out.extend_from_slice(text);
        (self.out.len() <= self.limit).then_some(())
    }
}

const MAX_DEPTH: usize = 128;
