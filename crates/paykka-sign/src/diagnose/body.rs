//! What becomes of a body between the signer and the receiver: it is serialised twice, its last line feed comes or
//! goes, or something else than the body is signed.

use std::borrow::Cow;
use std::collections::HashSet;

use super::json::{ESCAPES, Escapes, Json, STYLES, Style, quote_plain, rewrite_strings};
use super::search::{Change, Facts, Mistake, fingerprint, hex};
use crate::backend;

/// How the signed body comes from the received one; by default it is the same.
#[derive(Clone, Copy, Default)]
pub(super) struct Form<'m> {
    pub(super) source: Source<'m>,
    pub(super) escapes: Option<&'m Escapes>,
    pub(super) sorted: bool,
    pub(super) style: Option<&'m Style>,
    pub(super) edge: Option<Edge>,
}

#[derive(Clone, Copy, Default)]
pub(super) enum Source<'m> {
    #[default]
    Received,
    Other(&'m [u8]),
    Hash,
    Stringified,
}

#[derive(Clone, Copy)]
pub(super) enum Edge {
    Add(&'static [u8]),
    CutLineBreak,
    Trim,
    ToCrLf,
    ToLf,
    AddMark,
    CutMark,
    Latin1,
    Mojibake,
}

impl<'m> Form<'m> {
    pub(super) fn apply(&mut self, change: &Change<'m>) {
        match change {
            Change::Source(source) => self.source = *source,
            Change::Escapes(escapes) => self.escapes = Some(escapes),
            Change::Sorted => self.sorted = true,
            Change::Style(style) => self.style = Some(style),
            Change::Edge(edge) => self.edge = Some(*edge),
            _ => {}
        }
    }

    /// The signed body, or `None` where a change can't be made to it.
    pub(super) fn write<'b>(&self, facts: &Facts<'b>) -> Option<Cow<'b, [u8]>> {
        let mut body = Cow::Borrowed(facts.body);
        if let Source::Other(other) = self.source {
            body = Cow::Owned(other.to_vec());
        }
        if (self.escapes.is_some() || self.sorted || self.style.is_some()) && body.len() > MAX_JSON_LEN {
            return None;
        }
        if let Some(escapes) = self.escapes {
            body = rewrite_strings(&body, escapes)?.into();
        }
        if self.sorted || self.style.is_some() {
            let mut json = Json::parse(without_mark(&body))?;
            if self.sorted {
                json.sort();
            }
            body = json.write(self.style.unwrap_or(facts.style), limit(body.len()))?.into();
        }
        if let Some(edge) = self.edge {
            body = edge.apply(&body)?.into();
        }
        Some(match self.source {
            Source::Received | Source::Other(_) => body,
            Source::Hash => hex(&backend::sha256(&body), false).into_bytes().into(),
            Source::Stringified => quote_plain(std::str::from_utf8(&body).ok()?).into_bytes().into(),
        })
    }

    /// How many times the body is written anew, for the budget.
    pub(super) fn passes(&self) -> usize {
        usize::from(self.escapes.is_some())
            + 2 * usize::from(self.sorted || self.style.is_some())
            + usize::from(self.edge.is_some())
            + usize::from(!matches!(self.source, Source::Received))
    }
}

impl Edge {
    fn apply(self, body: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Add(end) => Some([body, end].concat()),
            Self::CutLineBreak => {
                let cut = body.strip_suffix(b"\n")?;
                Some(cut.strip_suffix(b"\r").unwrap_or(cut).to_vec())
            }
            Self::Trim => Some(body.trim_ascii().to_vec()),
            Self::ToLf | Self::ToCrLf => {
                let mut out = Vec::with_capacity(body.len());
                for line in body.split_inclusive(|byte| *byte == b'\n') {
                    let Some(content) = line.strip_suffix(b"\n") else {
                        out.extend_from_slice(line);
                        continue;
                    };
                    out.extend_from_slice(content.strip_suffix(b"\r").unwrap_or(content));
                    out.extend_from_slice(if matches!(self, Self::ToLf) { b"\n" } else { b"\r\n" });
                }
                Some(out)
            }
            Self::AddMark => Some([MARK, body].concat()),
            Self::CutMark => body.strip_prefix(MARK).map(<[u8]>::to_vec),
            Self::Latin1 => {
                let text = std::str::from_utf8(body).ok()?;
                Some(text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect())
            }
            Self::Mojibake => {
                std::str::from_utf8(body).ok()?;
                Some(body.iter().map(|byte| char::from(*byte)).collect::<String>().into_bytes())
            }
        }
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
        let is_line_ends = matches!(mistake.change, Change::Edge(Edge::ToCrLf));
        let mut form = Form::default();
        form.apply(&mistake.change);
        form.write(facts).is_some_and(|body| seen.insert(fingerprint(&body)) || is_line_ends)
    });
    all
}

fn edges<'c>() -> Vec<Mistake<'c>> {
    let edge = |weight, code, what: &'static str, fix, edge| {
        Mistake::new(weight, code, what, fix, Change::Edge(edge))
    };
    // What shows in the received body is likelier than a serialiser that would undo it by the way.
    let (line, charset) = ("body-line-ends", "body-charset");
    vec![
        edge(
            0,
            "body-newline-cut",
            "the received body ends in a line break that wasn't signed",
            BYTES,
            Edge::CutLineBreak,
        ),
        edge(
            3,
            "final-newline",
            "the signed body ended in a line feed; the received one doesn't",
            BYTES,
            Edge::Add(b"\n"),
        ),
        edge(
            4,
            "final-newline",
            "the signed body ended in CRLF; the received one doesn't",
            BYTES,
            Edge::Add(b"\r\n"),
        ),
        edge(0, "body-blanks", "blanks around the received body weren't signed", BYTES, Edge::Trim),
        edge(4, line, "the signed body's lines ended in CRLF; those received end in LF", BYTES, Edge::ToCrLf),
        edge(0, line, "the signed body's lines ended in LF; those received end in CRLF", BYTES, Edge::ToLf),
        edge(
            0,
            "body-bom",
            "the received body begins with a byte order mark that wasn't signed",
            BYTES,
            Edge::CutMark,
        ),
        edge(
            5,
            "body-bom",
            "the signed body began with a byte order mark; the received one doesn't",
            BYTES,
            Edge::AddMark,
        ),
        edge(
            4,
            charset,
            "the signed body was in Latin-1 (what doesn't fit became `?`), not in UTF-8",
            UTF8,
            Edge::Latin1,
        ),
        edge(
            5,
            charset,
            "the signed body was UTF-8 taken for Latin-1 and encoded once more",
            UTF8,
            Edge::Mojibake,
        ),
    ]
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
        return all;
    }
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

/// The UTF-8 byte order mark.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// Longer bodies are not re-serialised: their pieces would take some thirty times their length in memory.
const MAX_JSON_LEN: usize = 1 << 20;

fn limit(len: usize) -> usize {
    8 * len + 64 * 1024
}
