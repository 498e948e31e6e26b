//! What becomes of a body between the signer and the receiver: it is serialised twice, its last line feed comes or
//! goes, or something else than the body is signed.

use std::borrow::Cow;
use std::collections::HashSet;

use super::json::{ASCII, ESCAPES, Escapes, Json, SPACED, STYLES, Style, quote_plain, rewrite_strings};
use super::search::{Change, Facts, Mistake, fingerprint, hex};
use crate::backend;

/// How the signed body comes from the received one; by default it is the same.
#[derive(Clone, Copy, Default)]
pub(super) struct Form<'m> {
    source: Source<'m>,
    trimmed: bool,
    escapes: Option<&'m Escapes>,
    sorted: bool,
    style: Option<&'m Style>,
    line_end: Option<&'m [u8]>,
    charset: Option<Charset>,
    end: Option<End>,
    mark: Option<Mark>,
}

#[derive(Clone, Copy, Default)]
pub(super) enum Source<'m> {
    #[default]
    Received,
    Other(&'m [u8]),
    Hash,
    Stringified,
}

/// The byte order mark.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Add,
    Cut,
}

#[derive(Clone, Copy)]
pub(super) enum End {
    Add(&'static [u8]),
    CutLineBreak,
}

#[derive(Clone, Copy)]
pub(super) enum Charset {
    Latin1,
    Mojibake,
}

impl<'m> Form<'m> {
    pub(super) fn apply(&mut self, change: &Change<'m>) {
        match change {
            Change::Source(source) => self.source = *source,
            Change::Trim => self.trimmed = true,
            Change::Escapes(escapes) => self.escapes = Some(escapes),
            Change::Sorted => self.sorted = true,
            Change::SortedByPython => {
                (self.sorted, self.style, self.escapes) = (true, Some(&SPACED), Some(&ASCII));
            }
            Change::Style(style) => self.style = Some(style),
            Change::LineEnd(end) => self.line_end = Some(end),
            Change::Charset(charset) => self.charset = Some(*charset),
            Change::End(end) => self.end = Some(*end),
            Change::Mark(mark) => self.mark = Some(*mark),
            _ => {}
        }
    }

    /// The signed body, or `None` where a change can't be made to it. What was taken off comes first and what was put on
    /// last, so that any two changes can be made together.
    pub(super) fn write(&self, facts: &Facts<'m>) -> Option<Cow<'m, [u8]>> {
        let whole = if let Source::Other(other) = self.source { other } else { facts.body };
        let (mut bare, is_marked) = (without_mark(whole), whole.starts_with(MARK));
        if self.mark.is_some_and(|mark| is_marked != (mark == Mark::Cut)) {
            return None;
        }
        if self.trimmed {
            bare = bare.trim_ascii();
        }
        if let Some(End::CutLineBreak) = self.end {
            bare = bare.strip_suffix(b"\n")?;
            bare = bare.strip_suffix(b"\r").unwrap_or(bare);
        }
        let is_rewritten = self.sorted || self.style.is_some();
        if (self.escapes.is_some() || is_rewritten) && bare.len() > MAX_JSON_LEN {
            return None;
        }
        let mut body = Cow::Borrowed(bare);
        if let Some(escapes) = self.escapes {
            body = rewrite_strings(&body, escapes)?.into();
        }
        if is_rewritten {
            let mut json = Json::parse(&body)?;
            if self.sorted {
                json.sort();
            }
            body = json.write(self.style.unwrap_or(facts.style), limit(body.len()))?.into();
        }
        if let Some(end) = self.line_end {
            body = with_line_ends(&body, end).into();
        }
        if is_marked && self.mark.is_none() {
            body = [MARK, &*body].concat().into();
        }
        if let Some(charset) = self.charset {
            body = charset.of(&body)?.into();
        }
        if let Some(End::Add(end)) = self.end {
            body.to_mut().extend_from_slice(end);
        }
        if self.mark == Some(Mark::Add) {
            body = [MARK, &*body].concat().into();
        }
        Some(match self.source {
            Source::Received | Source::Other(_) => body,
            Source::Hash => hex(&backend::sha256(&body), false).into_bytes().into(),
            Source::Stringified => quote_plain(std::str::from_utf8(&body).ok()?).into_bytes().into(),
        })
    }

    /// How many times the body is written anew, for the budget.
    pub(super) fn passes(&self) -> usize {
        [
            self.escapes.is_some(),
            self.sorted || self.style.is_some(),
            self.sorted || self.style.is_some(),
            self.line_end.is_some(),
            self.charset.is_some(),
            self.end.is_some(),
            self.trimmed || self.mark.is_some(),
            !matches!(self.source, Source::Received),
        ]
        .map(usize::from)
        .iter()
        .sum()
    }
}

fn with_line_ends(body: &[u8], end: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        match line.strip_suffix(b"\n") {
            Some(content) => {
                out.extend_from_slice(content.strip_suffix(b"\r").unwrap_or(content));
                out.extend_from_slice(end);
            }
            None => out.extend_from_slice(line),
        }
    }
    out
}

impl Charset {
    fn of(self, body: &[u8]) -> Option<Vec<u8>> {
        let text = std::str::from_utf8(body).ok()?;
        Some(match self {
            Self::Latin1 => text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect(),
            Self::Mojibake => body.iter().map(|byte| char::from(*byte)).collect::<String>().into_bytes(),
        })
    }
}

/// The style in which the received body is written, which a serialiser that sorts keeps; compact if it is none of ours.
pub(super) fn style_of(body: &[u8]) -> &'static Style {
    let [compact, ..] = &STYLES;
    if body.len() > MAX_JSON_LEN {
        return compact;
    }
    let body = without_mark(body).trim_ascii();
    let Some(json) = Json::parse(body) else { return compact };
    let is_same = |style: &&Style| json.write(style, limit(body.len())).is_some_and(|text| text == body);
    STYLES.iter().find(is_same).unwrap_or(compact)
}

/// The mistakes that make a difference to this body.
pub(super) fn mistakes<'c>(facts: &Facts<'c>) -> Vec<Mistake<'c>> {
    let mut all: Vec<Mistake<'c>> = Vec::new();
    let is_empty = facts.body.is_empty();
    if !is_empty {
        all.extend(STYLES.iter().zip([1, 2, 3, 4, 6]).map(|(style, weight)| {
            let what = format!("the signed body was {}; the received one isn't", style.name);
            Mistake::new(weight, "body-reformatted", what, ONCE, Change::Style(style))
        }));
        let what = "the signed body had its keys sorted; the received one hasn't";
        all.push(Mistake::new(2, "body-sorted", what, ONCE, Change::Sorted));
        // Three changes, which is more than are tried together, and one argument of one call.
        let what = "the signed body was as Python's `json.dumps(…, sort_keys=True)` writes it: keys sorted, a blank after each `,` and `:`, and all but ASCII escaped";
        all.push(Mistake::new(3, "body-sorted", what, ONCE, Change::SortedByPython));
        all.extend(ESCAPES.iter().zip([2, 2, 5, 3, 3, 5, 4]).map(|(escapes, weight)| {
            let what =
                format!("the strings of the signed body had other characters escaped: {}", escapes.name);
            Mistake::new(weight, "body-escaped", what, ONCE, Change::Escapes(escapes))
        }));
        all.extend(edges());
    }
    all.extend(sources(facts, is_empty));

    all.sort_by_key(|mistake| mistake.weight);
    let mut seen = HashSet::from([fingerprint(facts.body)]);
    all.retain(|mistake| {
        // A change of line ends may be none here and be one to a pretty form.
        let is_line_ends = matches!(mistake.change, Change::LineEnd(CRLF));
        let mut form = Form::default();
        form.apply(&mistake.change);
        form.write(facts).is_some_and(|body| seen.insert(fingerprint(&body)) || is_line_ends)
    });
    all
}

/// What shows in the received body is likelier than a serialiser that would undo it by the way, so it weighs nothing.
fn edges<'c>() -> Vec<Mistake<'c>> {
    let mut all = Vec::new();
    let mut add = |weight, code, what: &'static str, fix, change| {
        all.push(Mistake::new(weight, code, what, fix, change));
    };
    let what = "the received body ends in a line break that wasn't signed";
    add(0, "body-newline-cut", what, BYTES, Change::End(End::CutLineBreak));
    let what = "the signed body ended in a line feed; the received one doesn't";
    add(3, "final-newline", what, BYTES, Change::End(End::Add(b"\n")));
    let what = "the signed body ended in CRLF; the received one doesn't";
    add(4, "final-newline", what, BYTES, Change::End(End::Add(b"\r\n")));
    add(0, "body-blanks", "blanks around the received body weren't signed", BYTES, Change::Trim);
    let what = "the signed body's lines ended in CRLF; those received end in LF";
    add(4, "body-line-ends", what, BYTES, Change::LineEnd(CRLF));
    let what = "the signed body's lines ended in LF; those received end in CRLF";
    add(0, "body-line-ends", what, BYTES, Change::LineEnd(b"\n"));
    let what = "the received body begins with a byte order mark that wasn't signed";
    add(0, "body-bom", what, BYTES, Change::Mark(Mark::Cut));
    let what = "the signed body began with a byte order mark; the received one doesn't";
    add(5, "body-bom", what, BYTES, Change::Mark(Mark::Add));
    let what = "the signed body was in Latin-1 (what doesn't fit became `?`), not in UTF-8";
    add(4, "body-charset", what, UTF8, Change::Charset(Charset::Latin1));
    let what = "the signed body was UTF-8 taken for Latin-1 and encoded once more";
    add(5, "body-charset", what, UTF8, Change::Charset(Charset::Mojibake));
    all
}

fn sources<'c>(facts: &Facts<'c>, is_empty: bool) -> Vec<Mistake<'c>> {
    let source = |weight, code, what: &'static str, fix, source| {
        Mistake::new(weight, code, what, fix, Change::Source(source))
    };
    let mut all = Vec::new();
    if let Some(whole) = facts.case.whole_body {
        let what = "the whole multipart body was signed instead of the text of its `meta` part";
        let fix = "of an upload sign the JSON text of the `meta` part alone, byte for byte as it is sent";
        all.push(source(1, "whole-body-signed", what, fix, Source::Other(whole)));
    }
    if is_empty {
        for text in ["{}", "null", "\"\"", "[]"] {
            let what = "the body is empty, but an empty JSON value was signed";
            let fix = "sign four lines and no body when none is sent, or send the body that is signed";
            all.push(source(2, "empty-json-signed", what, fix, Source::Other(text.as_bytes())));
        }
        let what =
            "the body is empty, but the word `undefined` was signed, as JavaScript writes what isn't there";
        let fix = "sign four lines and no body when none is sent";
        all.push(source(3, "body-undefined-signed", what, fix, Source::Other(UNDEFINED)));
        return all;
    }
    let what = "a body was sent, but the word `undefined` was signed, as JavaScript writes what isn't there";
    let fix = "sign the body that is sent, as the fifth line";
    all.push(source(5, "body-undefined-signed", what, fix, Source::Other(UNDEFINED)));
    let what = "a body was sent, but none was signed";
    all.push(source(
        3,
        "body-not-signed",
        what,
        "sign the body that is sent, as the fifth line",
        Source::Other(b""),
    ));
    let what = "the body's SHA-256 in hexadecimal was signed in place of the body";
    all.push(source(4, "body-hash-signed", what, "sign the body itself as the fifth line", Source::Hash));
    let what = "the body was serialised twice before signing: it was signed as a JSON string that holds JSON";
    all.push(source(4, "body-stringified", what, ONCE, Source::Stringified));
    all
}

const ONCE: &str = "serialise once, keep the bytes, sign them and send the same; on receiving verify the raw bytes before any decoding";
const BYTES: &str =
    "sign and verify the bytes on the wire: no editing, trimming or reading as text in between";
const UTF8: &str = "name UTF-8 wherever text becomes bytes, such as `getBytes(StandardCharsets.UTF_8)`";

fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(MARK).unwrap_or(body)
}

const UNDEFINED: &[u8] = b"undefined";

const CRLF: &[u8] = b"\r\n";

/// The UTF-8 byte order mark.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// Longer bodies are not re-serialised: their pieces would take some thirty times their length in memory.
const MAX_JSON_LEN: usize = 1 << 20;

fn limit(len: usize) -> usize {
    8 * len + 64 * 1024
}
