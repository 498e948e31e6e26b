//! The search itself: a message is put together as a signer with one mistake or two would have done it, and verified. A
//! signature belongs to one string alone, so the first hit is the only one.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::iter;
use std::mem::discriminant;

use base64ct::{Base64, Encoding};

use super::body::{self, Charset, End, Mark, Source};
use super::json::{Escapes, Style};
use super::keys::Known;
use super::path::{self, Coding};
use super::{Case, Finding, lines, shown};
use crate::backend::{self, Scheme};

/// What is at hand: the case, its header read leniently.
pub(super) struct Facts<'c> {
    pub(super) case: &'c Case<'c>,
    pub(super) path: &'c str,
    pub(super) merchant: Option<&'c str>,
    pub(super) body: &'c [u8],
    pub(super) style: &'static Style,
    pub(super) timestamp: &'c str,
    pub(super) nonce: &'c str,
    pub(super) signature: &'c [u8],
    pub(super) keys: &'c [Known<'c>],
}

/// One thing that people do wrong, what to say about it, and how it changes the signed string. A lower weight is
/// likelier and tried earlier.
pub(super) struct Mistake<'c> {
    pub(super) weight: u8,
    pub(super) finding: Finding,
    pub(super) change: Change<'c>,
}

impl<'c> Mistake<'c> {
    pub(super) fn new(
        weight: u8,
        code: &'static str,
        what: impl Into<String>,
        fix: &'static str,
        change: Change<'c>,
    ) -> Self {
        Self { weight, finding: Finding::new(code, what, fix), change }
    }
}

/// Two mistakes with changes of one kind exclude each other; any other two can be made together.
pub(super) enum Change<'c> {
    OtherPath(&'c str),
    WithoutQuery,
    WithoutHost,
    WithoutSegments(usize),
    LastSlash,
    FirstSlash,
    Coding(Coding),
    Host(String),
    Query(String),
    Timestamp(String),
    Merchant(MerchantLine<'c>),
    Source(Source<'c>),
    Trim,
    Escapes(&'static Escapes),
    Sorted,
    SortedByPython,
    Style(&'static Style),
    LineEnd(&'static [u8]),
    Charset(Charset),
    End(End),
    Mark(Mark),
    Order(Vec<Line>),
    Method(String),
    Separator(&'static str),
    LastBreak,
    Digest(Digest),
    Scheme(Scheme),
    Key(usize),
}

#[derive(Clone, Copy)]
pub(super) enum MerchantLine<'c> {
    Dropped,
    Text(&'c str),
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    Path,
    Timestamp,
    Nonce,
    Merchant,
    Body,
    Method,
    End,
}

/// What is signed instead of the string.
#[derive(Clone, Copy)]
pub(super) enum Digest {
    HexLower,
    HexUpper,
    Raw,
    Base64,
}

/// A budgeted walk over the variants.
pub(super) struct Search<'c> {
    facts: &'c Facts<'c>,
    /// The key to begin with.
    key: Option<usize>,
    pub(super) tried: usize,
    pub(super) exhausted: bool,
    variants: usize,
    bytes: u64,
    seen: HashSet<u64>,
}

impl<'c> Search<'c> {
    pub(super) fn new(facts: &'c Facts<'c>, key: Option<usize>) -> Self {
        Self { facts, key, tried: 0, exhausted: false, variants: 0, bytes: 0, seen: HashSet::new() }
    }

    /// First no mistake, then each alone, then each two of `common`, likelier ones first, and last each other timestamp.
    pub(super) fn run(&mut self, common: &[Mistake<'c>], rare: &[Mistake<'c>]) -> Option<Vec<Finding>> {
        let alone = common.iter().chain(rare).map(|mistake| vec![mistake]);
        let pairs = pairs(common.len()).filter_map(|(low, high)| {
            let (one, two) = (common.get(low)?, common.get(high)?);
            let exclude_each_other = discriminant(&one.change) == discriminant(&two.change);
            (!exclude_each_other).then(|| vec![one, two])
        });
        for mistakes in iter::once(Vec::new()).chain(alone).chain(pairs) {
            if self.verifies(&mistakes) {
                return Some(self.findings(&mistakes));
            }
            if self.exhausted {
                return None;
            }
        }
        for mistake in lines::shifts(self.facts) {
            if self.verifies(&[&mistake]) {
                return Some(self.findings(&[&mistake]));
            }
            if self.exhausted {
                return None;
            }
        }
        None
    }

    fn verifies(&mut self, mistakes: &[&Mistake<'c>]) -> bool {
        let budget = self.facts.case.budget;
        if self.tried >= budget.verifications
            || self.bytes >= budget.bytes
            || self.variants >= budget.verifications.saturating_mul(VARIANTS_A_VERIFICATION)
        {
            self.exhausted = true;
            return false;
        }
        self.variants += 1;
        let draft = self.draft(mistakes);
        let key = draft.key.and_then(|index| self.facts.keys.get(index));
        let Some(key) = key.filter(|key| key.signature_len() == self.facts.signature.len()) else {
            return false;
        };
        let message = draft.message(self.facts);
        let passes = PASSES + draft.body.passes();
        let len = message.as_ref().map_or(0, Vec::len).max(self.facts.body.len());
        self.bytes = self.bytes.saturating_add(u64::try_from(len.saturating_mul(passes)).unwrap_or(u64::MAX));
        match message {
            Some(message) if self.seen.insert(fingerprint(&(&message, draft.scheme, draft.key))) => {
                self.tried += 1;
                key.verify(draft.scheme, &message, self.facts.signature)
            }
            _ => false,
        }
    }

    /// Those on the path say what path came out of all of them.
    fn findings(&self, mistakes: &[&Mistake<'c>]) -> Vec<Finding> {
        let signed = self.draft(mistakes).path.write(self.facts.path).unwrap_or_default();
        let mut findings: Vec<Finding> = mistakes.iter().map(|mistake| mistake.finding.clone()).collect();
        for finding in findings.iter_mut().filter(|finding| finding.code.starts_with("path-")) {
            let paths = format!(": `{}` was signed, `{}` is at hand", shown(&signed), shown(self.facts.path));
            finding.explanation.push_str(&paths);
        }
        findings
    }

    fn draft<'m>(&self, mistakes: &[&'m Mistake<'c>]) -> Draft<'m>
    where
        'c: 'm,
    {
        let mut draft = Draft::new(self.facts, self.key);
        mistakes.iter().for_each(|mistake| draft.apply(&mistake.change));
        draft
    }
}

/// Each two of the first `len` numbers, the least sums first.
fn pairs(len: usize) -> impl Iterator<Item = (usize, usize)> {
    (1..len.saturating_mul(2)).flat_map(move |sum| {
        let first = (sum + 1).saturating_sub(len);
        (first..sum.div_ceil(2)).map(move |low| (low, sum - low))
    })
}

/// How a message is put together, as far as it differs from how it should be.
struct Draft<'m> {
    path: path::Form<'m>,
    timestamp: &'m str,
    merchant: MerchantLine<'m>,
    body: body::Form<'m>,
    order: &'m [Line],
    method: Option<&'m str>,
    separator: &'m str,
    last_break: bool,
    digest: Option<Digest>,
    scheme: Option<Scheme>,
    key: Option<usize>,
}

impl<'m> Draft<'m> {
    fn new(facts: &Facts<'m>, key: Option<usize>) -> Self {
        Self {
            path: path::Form::default(),
            timestamp: facts.timestamp,
            merchant: MerchantLine::Text(facts.merchant.unwrap_or_default()),
            body: body::Form::default(),
            order: &ORDER,
            method: None,
            separator: "\n",
            last_break: false,
            digest: None,
            scheme: None,
            key,
        }
    }

    fn apply(&mut self, change: &'m Change<'m>) {
        match change {
            Change::Timestamp(timestamp) => self.timestamp = timestamp,
            Change::Merchant(merchant) => self.merchant = *merchant,
            Change::Order(order) => self.order = order,
            Change::Method(method) => self.method = Some(method),
            Change::Separator(separator) => self.separator = separator,
            Change::LastBreak => self.last_break = true,
            Change::Digest(digest) => self.digest = Some(*digest),
            Change::Scheme(scheme) => self.scheme = Some(*scheme),
            Change::Key(key) => self.key = Some(*key),
            change => {
                self.path.apply(change);
                self.body.apply(change);
            }
        }
    }

    /// The signed bytes; `None` where a change can't be made to this body.
    fn message(&self, facts: &Facts<'m>) -> Option<Vec<u8>> {
        let (path, body) = (self.path.write(facts.path)?, self.body.write(facts)?);
        let mut lines: Vec<&[u8]> = self.method.map(str::as_bytes).into_iter().collect();
        for line in self.order {
            match line {
                Line::Path => lines.push(path.as_bytes()),
                Line::Timestamp => lines.push(self.timestamp.as_bytes()),
                Line::Nonce => lines.push(facts.nonce.as_bytes()),
                Line::Merchant => match self.merchant {
                    MerchantLine::Dropped => {}
                    MerchantLine::Text(merchant) => lines.push(merchant.as_bytes()),
                },
                Line::Body if body.is_empty() => {}
                Line::Body => lines.push(&body),
                Line::Method => lines.push(facts.case.method.as_bytes()),
                Line::End => lines.push(b""),
            }
        }
        if self.last_break {
            lines.push(b"");
        }
        let message = lines.join(self.separator.as_bytes());
        Some(match self.digest {
            None => message,
            Some(Digest::HexLower) => hex(&backend::sha256(&message), false).into_bytes(),
            Some(Digest::HexUpper) => hex(&backend::sha256(&message), true).into_bytes(),
            Some(Digest::Raw) => backend::sha256(&message).to_vec(),
            Some(Digest::Base64) => Base64::encode_string(&backend::sha256(&message)).into_bytes(),
        })
    }
}

pub(super) const ORDER: [Line; 5] = [Line::Path, Line::Timestamp, Line::Nonce, Line::Merchant, Line::Body];

/// Most variants differ from all before; some are the same, or ask for a key that can't have made the signature.
const VARIANTS_A_VERIFICATION: usize = 8;

/// Each variant is put together, compared with those before, and hashed.
const PASSES: usize = 3;

/// For finding equals within one run; not for security.
pub(super) fn fingerprint(value: &(impl Hash + ?Sized)) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

pub(super) fn hex(bytes: &[u8], upper_case: bool) -> String {
    let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    if upper_case { text.to_ascii_uppercase() } else { text }
}
