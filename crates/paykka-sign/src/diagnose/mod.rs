//! Why is this signature refused? People lose days on one line feed, so this tries what people do wrong and sees which
//! variant verifies.
//!
//! It is for a person at a desk and takes thousands of verifications: don't call it for everything that comes in.
//! And it only explains: a message that verifies after a correction is still one to refuse.
//!
//! ```
//! use paykka_sign::diagnose::Case;
//! # use paykka_sign::{KeyRing, Nonce, Parts, SigningKey, Timestamp, VerifyingKey};
//! # fn main() -> Result<(), paykka_sign::Error> {
//! # let key = SigningKey::from_bytes("K001", include_bytes!("../../testdata/merchant-2048.private.pem"))?;
//! # let ring = KeyRing::builder().key("K001", key.verifying_key().clone()).for_loopback().build()?;
//! # let now = Timestamp::from_unix_millis(1_701_732_359_000)?;
//! # let merchant = Some("M24061911365700670");
//! let signed = Parts { path: "/api/v2/fx/quote", merchant, body: &br#"{"currency": "USD"}"#[..] };
//! let header = key.sign(&signed, now, &Nonce::from_entropy(*b"16 random bytes!"))?.to_header();
//!
//! // The body was serialised anew before it was sent.
//! let received = Parts { body: &br#"{"currency":"USD"}"#[..], ..signed };
//! let diagnosis = Case::new(header.as_bytes(), received, &ring, now).diagnose();
//! assert_eq!(diagnosis.findings()[0].code(), "body-reformatted");
//! println!("{diagnosis}");
//! # Ok(())
//! # }
//! ```
//!
//! # Codes
//!
//! * Header: `header-empty`, `-too-long`, `-not-encoded`, `-partly-encoded`, `-encoded-twice`, `-scheme-word`,
//!   `-not-json`, `-trailing-text`, `-key-missing`, `-key-twice`, `-key-name`, `-value-type`, `-refused`; `sign-type`,
//!   `nonce-out-of-bounds`, `key-id-out-of-bounds`; `signature-url-safe`, `-unpadded`, `-wrapped`, `-plus-lost`, `-hex`,
//!   `-encoded`, `-not-base64`, `-length`.
//! * Time: `clock-skew`, `timestamp-malformed`, `-in-seconds`, `-in-microseconds`, `-in-nanoseconds`,
//!   `-signed-in-seconds`, `-signed-in-milliseconds`, `-other`.
//! * Path: `path-with-host`, `-without-host`, `-with-query`, `-without-query`, `-trailing-slash`, `-leading-slash`,
//!   `-decoded`, `-encoded`, `-encoded-twice`, `-prefix`, `-other`, `-refused`.
//! * Merchant: `merchant-line-dropped`, `-not-signed`, `-not-sent`, `-literal`, `-empty`, `-refused`; `other-merchant`.
//! * String: `final-newline`, `empty-body-line`, `lines-joined-by-literal`, `-crlf`, `-nothing`, `method-line`,
//!   `field-order`, `wechat-form`, `hash-signed`.
//! * Body: `body-reformatted`, `-sorted`, `-escaped`, `-newline-cut`, `-blanks`, `-line-ends`, `-bom`, `-charset`,
//!   `-not-signed`, `-undefined-signed`, `-hash-signed`, `-stringified`; `empty-json-signed`, `whole-body-signed`.
//! * Key: `key-id-unknown`, `other-key`, `own-key`, `algorithm-sha1`, `-sha384`, `-sha512`, `-pss`.
//!
//! PSS is recognised with SHA-256, SHA-384 and SHA-512 and a salt as long as the digest, which is all that the backends
//! verify: not with the longest salt, which OpenSSL takes by default, nor with SHA-1 and 20 bytes, as in Java.

mod body;
mod header;
mod json;
mod keys;
mod lines;
mod path;
mod search;

use std::fmt;
use std::time::Duration;

use self::header::Header;
use self::keys::Known;
use self::search::{Facts, Search};
use crate::fields::{check_merchant, check_path};
use crate::{KeyRing, Parts, Timestamp, VerifyingKey, Window};

/// A message as it was received, and what is at hand to explain it. The more is said, the more is tried.
#[derive(Clone)]
#[must_use]
pub struct Case<'a> {
    authorization: &'a [u8],
    parts: Parts<'a>,
    ring: &'a KeyRing,
    now: Timestamp,
    tolerance: Duration,
    own_keys: &'a [VerifyingKey],
    merchants: &'a [&'a str],
    paths: &'a [&'a str],
    host: Option<&'a str>,
    query: Option<&'a str>,
    method: &'a str,
    whole_body: Option<&'a [u8]>,
    budget: Budget,
}

impl<'a> Case<'a> {
    /// The header's value and the parts as received, the keys that are accepted, and the receiver's clock.
    pub fn new(authorization: &'a [u8], parts: Parts<'a>, ring: &'a KeyRing, now: Timestamp) -> Self {
        Self {
            authorization,
            parts,
            ring,
            now,
            tolerance: Duration::from_secs(300),
            own_keys: &[],
            merchants: &[],
            paths: &[],
            host: None,
            query: None,
            method: "POST",
            whole_body: None,
            budget: Budget::default(),
        }
    }

    /// How far the clocks may be apart, to both sides; 5 minutes unless said otherwise (I).
    pub const fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// The public halves of the keys that sign on this side, to see keys that were swapped.
    pub const fn own_keys(mut self, keys: &'a [VerifyingKey]) -> Self {
        self.own_keys = keys;
        self
    }

    /// Merchant numbers that may have been signed instead of the one received.
    pub const fn merchants(mut self, merchants: &'a [&'a str]) -> Self {
        self.merchants = merchants;
        self
    }

    /// Paths that may have been signed instead of the one at hand, such as the public one before a proxy.
    pub const fn paths(mut self, paths: &'a [&'a str]) -> Self {
        self.paths = paths;
        self
    }

    /// The host that was called, with its port if the address had one.
    pub const fn host(mut self, host: &'a str) -> Self {
        self.host = Some(host);
        self
    }

    /// The query that was sent, without `?`.
    pub const fn query(mut self, query: &'a str) -> Self {
        self.query = Some(query);
        self
    }

    /// The HTTP method; `POST` unless said otherwise.
    pub const fn method(mut self, method: &'a str) -> Self {
        self.method = method;
        self
    }

    /// For an upload: the whole multipart body, while the parts hold the text of `meta`.
    pub const fn whole_body(mut self, body: &'a [u8]) -> Self {
        self.whole_body = Some(body);
        self
    }

    /// How much work it may be.
    pub const fn budget(mut self, budget: Budget) -> Self {
        self.budget = budget;
        self
    }

    /// Looks for what explains the message. Where two mistakes give the same bytes, the likelier one is named.
    #[must_use]
    pub fn diagnose(&self) -> Diagnosis {
        let window = Window::new(self.now, self.tolerance);
        if self.ring.verify(self.authorization, self.parts, &window).is_ok() {
            return Diagnosis { findings: Vec::new(), verdict: Verdict::Genuine, tried: 1, exhausted: false };
        }
        let header = Header::read(self.authorization);
        let mut findings = self.fields();
        let mut diagnosis = self.search(&header);
        findings.extend(header.findings);
        findings.extend(self.clock(&header.timestamp));
        // What was found by verifying comes first: it is the cause, the rest stands beside it.
        diagnosis.findings.extend(findings);
        // A hostile header may be wrong in thousands of places; a person reads the first.
        diagnosis.findings.truncate(MAX_FINDINGS);
        if diagnosis.verdict == Verdict::Explained {
            diagnosis.findings.iter_mut().for_each(|finding| finding.certainty = Certainty::Proven);
        }
        diagnosis
    }

    fn search(&self, header: &Header) -> Diagnosis {
        let known = Known::all(self);
        let keys = keys::choose(&known, &header.key_id);
        let mut unknown_id = keys.unknown_id.filter(|_| !header.key_id.is_empty());
        let mut diagnosis =
            Diagnosis { findings: Vec::new(), verdict: Verdict::Unexplained, tried: 0, exhausted: false };
        let wrong_length = keys::wrong_length(&known, header.signature.len());
        if header.signature.is_empty() || wrong_length.is_some() {
            diagnosis.findings.extend(wrong_length.filter(|_| !header.signature.is_empty()));
            diagnosis.findings.extend(unknown_id);
            return diagnosis;
        }
        let facts = Facts {
            case: self,
            path: self.parts.path,
            merchant: self.parts.merchant.filter(|merchant| !merchant.is_empty()),
            body: self.parts.body,
            style: body::style_of(self.parts.body),
            timestamp: &header.timestamp,
            nonce: &header.nonce,
            signature: &header.signature,
            keys: &known,
        };
        let mut common = keys.mistakes;
        common.extend(path::mistakes(&facts));
        common.extend(lines::common(&facts));
        common.extend(keys::algorithms());
        common.extend(body::mistakes(&facts));
        common.sort_by_key(|mistake| mistake.weight);
        let mut search = Search::new(&facts, keys.first);
        if let Some(findings) = search.run(&common, &lines::rare()) {
            diagnosis.verdict = Verdict::Explained;
            diagnosis.findings = findings;
            if diagnosis.findings.iter().any(|finding| matches!(finding.code, "key-id-unknown" | "own-key")) {
                unknown_id = None;
            }
        }
        diagnosis.findings.extend(unknown_id);
        diagnosis.tried = search.tried;
        diagnosis.exhausted = search.exhausted;
        diagnosis
    }

    /// Fields that no verifier takes, whatever the signature.
    fn fields(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        if self.parts.merchant == Some("") {
            findings.push(Finding::new(
                "merchant-empty",
                "`X-Merch-Id` is there and empty, which can't be told from no merchant",
                "leave the header out when there is no merchant",
            ));
        } else if let Err(error) = check_merchant(self.parts.merchant) {
            findings.push(Finding::new(
                "merchant-refused",
                error.to_string(),
                "hand on `X-Merch-Id` as received",
            ));
        }
        if let Err(error) = check_path(self.parts.path) {
            findings.push(Finding::new(
                "path-refused",
                error.to_string(),
                "hand on the path as it stood on the wire",
            ));
        }
        findings
    }

    fn clock(&self, timestamp: &str) -> Option<Finding> {
        let unit = |code, name: &str| {
            let what = format!("the header's timestamp counts {name}, not milliseconds");
            Some(Finding::new(code, what, "write Unix milliseconds: 13 digits"))
        };
        if timestamp.is_empty() {
            return None;
        }
        let canonical = Timestamp::parse(timestamp);
        let (now, tolerance) = (self.now.as_unix_millis(), self.tolerance.as_millis());
        match (&canonical, timestamp.len()) {
            (Ok(signed), _) if u128::from(now.abs_diff(signed.as_unix_millis())) <= tolerance => None,
            (Ok(_), 10) => unit("timestamp-in-seconds", "seconds"),
            (Ok(_), 16) => unit("timestamp-in-microseconds", "microseconds"),
            (Ok(signed), _) => Some(skew(now, signed.as_unix_millis())),
            (Err(_), 19) if timestamp.bytes().all(|byte| byte.is_ascii_digit()) => {
                unit("timestamp-in-nanoseconds", "nanoseconds")
            }
            (Err(error), _) => {
                let fix = "write Unix milliseconds: 13 digits and nothing else";
                Some(Finding::new("timestamp-malformed", error.to_string(), fix))
            }
        }
    }
}

/// What people do wrong in one line of code, and no backend verifies.
const PSS_HINT: &str = " PSS with SHA-1, or with a salt of another length than the digest, can't be recognised: ask how it was signed.";

/// More than any message that somebody made by mistake has.
const MAX_FINDINGS: usize = 64;

/// Bodies may be large and keys many; nothing of them is shown.
impl fmt::Debug for Case<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Case").field("parts", &self.parts).field("now", &self.now).finish_non_exhaustive()
    }
}

/// Where a diagnosis gives up. Both bounds hold at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    verifications: usize,
    bytes: u64,
}

impl Budget {
    /// At most so many RSA verifications, eight times as many variants (some are the same as others and need none), and
    /// no new variant after so many bytes were written, compared and hashed. One variant may overshoot the bytes, by less
    /// than a hundred times the body. Before, the body is read and written anew some thirty times at most, to see which
    /// changes make a difference to it, whatever the budget.
    #[must_use]
    pub const fn new(verifications: usize, bytes: u64) -> Self {
        Self { verifications, bytes }
    }
}

/// 10,000 verifications, a quarter of a second with keys of 2048 bits, which is more than all single mistakes, pairs and
/// timestamps of an ordinary case (some 5,500); and 1 GiB, a second or a few, which is all single mistakes with bodies up
/// to some megabytes.
impl Default for Budget {
    fn default() -> Self {
        Self::new(10_000, 1 << 30)
    }
}

/// What a [`Case`] turned out to be. `Display` is for people.
#[derive(Debug, Clone)]
pub struct Diagnosis {
    findings: Vec<Finding>,
    verdict: Verdict,
    tried: usize,
    exhausted: bool,
}

impl Diagnosis {
    /// What is wrong, likeliest first. Empty for a genuine message, and where nothing was found.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Whether the message verifies as it is, in time: nothing is wrong.
    #[must_use]
    pub fn is_genuine(&self) -> bool {
        self.verdict == Verdict::Genuine
    }

    /// Whether the findings together explain the message: with them undone its signature verifies.
    #[must_use]
    pub fn is_explained(&self) -> bool {
        self.verdict == Verdict::Explained
    }

    /// RSA verifications made.
    #[must_use]
    pub const fn tried(&self) -> usize {
        self.tried
    }

    /// Whether the budget ended before the ideas did.
    #[must_use]
    pub const fn is_exhausted(&self) -> bool {
        self.exhausted
    }
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (tried, end) = (self.tried, if self.exhausted { "; the budget ended there" } else { "" });
        match self.verdict {
            Verdict::Genuine => f.write_str("The message is genuine: it verifies as it is.")?,
            Verdict::Explained => f.write_str("The message verifies when this is undone:")?,
            Verdict::Unexplained => {
                write!(f, "No known mistake makes the signature verify ({tried} variants tried{end}).")?;
                // Without a verification, the length alone was looked at.
                f.write_str(if self.tried == 0 { "" } else { PSS_HINT })?;
                f.write_str(if self.findings.is_empty() { "" } else { " What is wrong besides:" })?;
            }
        }
        (1..).zip(&self.findings).try_for_each(|(number, finding)| write!(f, "\n{number}. {finding}"))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Genuine,
    Explained,
    Unexplained,
}

/// One thing that is wrong. It never holds body, key or signature; other foreign text is escaped and cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    code: &'static str,
    explanation: String,
    fix: &'static str,
    certainty: Certainty,
}

impl Finding {
    /// Stable text for machines, such as `body-reformatted`; the [module](self) lists them.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// What is wrong, for people.
    #[must_use]
    pub fn explanation(&self) -> &str {
        &self.explanation
    }

    /// What to do.
    #[must_use]
    pub const fn fix(&self) -> &'static str {
        self.fix
    }

    /// How sure it is that this is the cause.
    #[must_use]
    pub const fn certainty(&self) -> Certainty {
        self.certainty
    }

    fn new(code: &'static str, explanation: impl Into<String>, fix: &'static str) -> Self {
        Self { code, explanation: explanation.into(), fix, certainty: Certainty::Seen }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] {}. To do: {}.", self.code, self.explanation, self.fix)
    }
}

/// How sure a [`Finding`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Certainty {
    /// The signature verifies when this is undone, together with the other findings.
    Proven,
    /// It is there and wrong by itself, but the signature doesn't verify without it either.
    Seen,
}

fn skew(now: u64, signed: u64) -> Finding {
    let apart = now.abs_diff(signed);
    let (seconds, minutes) = (apart / 1000, (apart + 30_000) / 60_000);
    let (hours, rest) = (seconds / 3600, seconds % 3600);
    let word = if signed > now { "ahead of" } else { "behind" };
    let mut what = format!(
        "the timestamp is {hours} h {} min {}.{:03} s {word} the clock here",
        rest / 60,
        rest % 60,
        apart % 1000
    );
    // Time zones differ by quarters of an hour, by 14 hours at most.
    if (30..=14 * 60).contains(&minutes) && minutes % 15 == 0 && apart.abs_diff(minutes * 60_000) <= 5_000 {
        what.push_str("; that looks like local time taken for UTC");
    }
    let fix = "set both clocks by NTP and count from 1970-01-01 UTC; if they are right, the message is old or comes again";
    Finding::new("clock-skew", what, fix)
}

/// Foreign text for people: escaped, so that it can't forge lines or colours, and not too long.
fn shown(text: &str) -> String {
    let mut out: String = text.chars().take(120).flat_map(char::escape_default).collect();
    if text.chars().nth(120).is_some() {
        out.push('…');
    }
    out
}
