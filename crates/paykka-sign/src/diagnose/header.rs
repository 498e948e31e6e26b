//! A header read more leniently than any verifier may: what can be guessed is guessed, and each guess is a finding.

use std::fmt;

use base64ct::{Base64, Base64Unpadded, Encoding};
use serde_core::de::{Deserializer, MapAccess, Visitor};
use serde_json::Value;

use super::{Finding, shown};
use crate::fields::{check_key_id, check_received_nonce};
use crate::{Authorization, SIGN_TYPE, percent};

/// What a header says, as far as it can be guessed; empty where it can't.
#[derive(Default)]
pub(super) struct Header {
    pub(super) timestamp: String,
    pub(super) nonce: String,
    pub(super) key_id: String,
    pub(super) signature: Vec<u8>,
    pub(super) findings: Vec<Finding>,
}

impl Header {
    pub(super) fn read(value: &[u8]) -> Self {
        let mut header = Self::default();
        match Authorization::parse(value) {
            Ok(genuine) if !is_hex(&genuine.signature_base64()) => {
                header.timestamp = genuine.timestamp().to_string();
                header.nonce = genuine.nonce().to_owned();
                header.key_id = genuine.key_id().to_owned();
                header.signature = genuine.signature().to_vec();
            }
            strict => {
                header.read_value(value);
                // Whatever this reader forgives without a word.
                if let Some(error) =
                    strict.err().filter(|error| header.findings.is_empty() && error.is_header())
                {
                    header.find("header-refused", error.to_string(), FORM);
                }
            }
        }
        header
    }

    fn read_value(&mut self, value: &[u8]) {
        let text = value.trim_ascii();
        if text.is_empty() {
            return self.find("header-empty", "the header is empty or was not handed on", FORM);
        }
        if text.len() > MAX_LEN {
            return self.find("header-too-long", "the header is longer than 64 KiB and was not read", FORM);
        }
        let json = self.decode(text);
        let Some(pairs) = self.pairs(&json) else {
            return self.find("header-not-json", "the header, decoded, isn't a JSON object", FORM);
        };
        let [sign_type, timestamp, nonce, key_id, signature] = self.values(pairs);
        if sign_type.as_deref().is_some_and(|sign_type| sign_type != SIGN_TYPE) {
            let what = format!("`sign_type` is `{}`", shown(&sign_type.unwrap_or_default()));
            self.find("sign-type", what, "write `SHA256_WITH_RSA`, and sign with SHA256withRSA");
        }
        self.timestamp = timestamp.unwrap_or_default();
        self.nonce = nonce.unwrap_or_default();
        self.key_id = key_id.unwrap_or_default();
        if !self.nonce.is_empty() && check_received_nonce(&self.nonce).is_err() {
            let what = format!(
                "the nonce has {} characters, or others than visible ASCII; up to 64 are read",
                self.nonce.chars().count()
            );
            self.find(
                "nonce-out-of-bounds",
                what,
                "write 6..32 visible ASCII characters, such as 32 hexadecimal digits",
            );
        }
        if !self.key_id.is_empty() && check_key_id(&self.key_id).is_err() {
            self.find(
                "key-id-out-of-bounds",
                "the key id isn't 1..128 visible ASCII characters",
                "write the id that the platform gave to the key",
            );
        }
        if let Some(signature) = signature {
            self.signature = self.decode_signature(&signature);
        }
    }

    /// Undoes percent encoding as often as it was done.
    fn decode(&mut self, text: &[u8]) -> Vec<u8> {
        let mut text = text.to_vec();
        let mut rounds = 0;
        loop {
            if let Some(rest) = without_scheme_word(&text) {
                self.find(
                    "header-scheme-word",
                    "a word such as `Bearer` stands before the value",
                    "write the encoded JSON alone, with no word in front",
                );
                text = rest.to_vec();
            }
            if text.starts_with(b"{") || !text.contains(&b'%') || rounds == 4 {
                break;
            }
            let strict = percent::decode(&text);
            let is_partial = strict.is_none();
            let decoded = strict.unwrap_or_else(|| decode_leniently(&text));
            if decoded == text {
                // A `%` that begins no escape: nothing was encoded.
                break;
            }
            if is_partial {
                let what = "characters that must be encoded stand in the header as they are (`encodeURI` leaves them, for one)";
                self.find("header-partly-encoded", what, "encode every character: `URLEncoder.encode`, `encodeURIComponent`, `urlencode`, `quote(…, safe='')`");
            }
            rounds += 1;
            text = decoded;
        }
        match rounds {
            0 if text.starts_with(b"{") => self.find(
                "header-not-encoded",
                "the header isn't percent-encoded, or a framework has decoded it",
                FORM,
            ),
            0 | 1 => {}
            _ => self.find(
                "header-encoded-twice",
                format!("the header is percent-encoded {rounds} times"),
                FORM,
            ),
        }
        text
    }

    fn pairs(&mut self, json: &[u8]) -> Option<Pairs> {
        let text = std::str::from_utf8(json).ok()?;
        if let Some((pairs, is_whole)) = parse(text) {
            if !is_whole {
                self.find("header-trailing-text", "text stands after the header's JSON object", FORM);
            }
            return Some(pairs);
        }
        // Base64 broken into lines and pasted into JSON without escaping.
        let one_line = text.replace(['\r', '\n'], "");
        let (pairs, _) = parse(&one_line)?;
        self.find("signature-wrapped", "the signature's Base64 is broken into lines", BASE64);
        Some(pairs)
    }

    fn values(&mut self, pairs: Pairs) -> [Option<String>; 5] {
        let mut values: [Option<String>; 5] = Default::default();
        for (name, value) in pairs.0 {
            let plain = name.to_ascii_lowercase().replace(['_', '-'], "");
            let known = KEYS.iter().zip(&mut values).find(|(key, _)| key.replace('_', "") == plain);
            let Some((key, slot)) = known else { continue };
            if name != *key {
                let what = format!("`{key}` is spelled otherwise");
                self.find(
                    "header-key-name",
                    what,
                    "write the five keys as documented, in lower case with `_`",
                );
            }
            let text = match value {
                Value::String(text) => text,
                other => {
                    let what = format!("the value of `{key}` isn't a JSON string");
                    self.find(
                        "header-value-type",
                        what,
                        "write all five values as JSON strings, with quotes",
                    );
                    other.to_string()
                }
            };
            if slot.replace(text).is_some() {
                let what = format!("`{key}` stands there more than once; the last was looked at");
                self.find("header-key-twice", what, FORM);
            }
        }
        let missing: Vec<_> = KEYS
            .iter()
            .zip(&values)
            .filter(|(_, value)| value.as_deref().is_none_or(str::is_empty))
            .map(|(key, _)| format!("`{key}`"))
            .collect();
        if !missing.is_empty() {
            self.find("header-key-missing", format!("missing or empty: {}", missing.join(", ")), FORM);
        }
        values
    }

    /// Empty when no guess makes it Base64.
    fn decode_signature(&mut self, text: &str) -> Vec<u8> {
        if let (false, Ok(signature)) = (is_hex(text), Base64::decode_vec(text)) {
            return signature;
        }
        let mut text = text.to_owned();
        if text.contains('%') {
            self.find(
                "signature-encoded",
                "the signature was percent-encoded on its own before the whole was",
                FORM,
            );
            text = String::from_utf8(decode_leniently(text.as_bytes())).unwrap_or_default();
        }
        if text.contains(['\r', '\n']) || text.contains("\\n") || text.trim() != text {
            self.find(
                "signature-wrapped",
                "the signature's Base64 is broken into lines or has blanks around it",
                BASE64,
            );
            text = text.trim().replace("\\r", "").replace("\\n", "").replace(['\r', '\n'], "");
        }
        if let (true, Some(bytes)) = (is_hex(&text), from_hex(&text)) {
            self.find("signature-hex", "the signature is in hexadecimal", BASE64);
            return bytes;
        }
        if text.contains(' ') {
            let what = "each `+` of the signature's Base64 has become a space: it wasn't written as `%2B`, or was decoded twice";
            self.find("signature-plus-lost", what, "encode `+` as `%2B`; decode the header once");
            text = text.replace(' ', "+");
        }
        if text.contains(['-', '_']) {
            self.find("signature-url-safe", "the signature is in URL-safe Base64 (`-` and `_`)", BASE64);
            text = text.replace('-', "+").replace('_', "/");
        }
        let bare = text.trim_end_matches('=');
        let Ok(signature) = Base64Unpadded::decode_vec(bare) else {
            self.find("signature-not-base64", "the signature isn't Base64", BASE64);
            return Vec::new();
        };
        if !bare.len().is_multiple_of(4) && bare.len() == text.len() {
            self.find("signature-unpadded", "the signature's Base64 lacks its padding (`=`)", BASE64);
        }
        signature
    }

    /// Each once: a header may be wrong in one way at many places.
    fn find(&mut self, code: &'static str, what: impl Into<String>, fix: &'static str) {
        let finding = Finding::new(code, what, fix);
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }
}

/// Undoes escapes and leaves everything else, `+` included, as it is.
pub(super) fn decode_leniently(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        let escape = rest.get(..3).filter(|_| *first == b'%').and_then(percent::decode);
        match (escape.as_deref(), rest.get(3..)) {
            (Some([byte]), Some(tail)) => {
                out.push(*byte);
                rest = tail;
            }
            _ => {
                out.push(*first);
                rest = after;
            }
        }
    }
    out
}

fn without_scheme_word(text: &[u8]) -> Option<&[u8]> {
    let end =
        text.iter().take(32).position(|byte| !(byte.is_ascii_alphanumeric() || b"-_:".contains(byte)))?;
    let (word, rest) = text.split_at_checked(end)?;
    let value = rest.trim_ascii_start();
    let is_value = value.starts_with(b"{") || value.starts_with(b"%");
    (!word.is_empty() && is_value && value.len() < rest.len()).then_some(value)
}

/// Hexadecimal digits are Base64, too, but no signature is made of them by chance.
fn is_hex(text: &str) -> bool {
    text.len() >= 512 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes().chunks_exact(2);
    digits.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

fn parse(text: &str) -> Option<(Pairs, bool)> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let pairs = reader.deserialize_map(PairsVisitor).ok()?;
    Some((pairs, reader.end().is_ok()))
}

/// An object's members in order, equal names kept.
struct Pairs(Vec<(String, Value)>);

struct PairsVisitor;

impl<'de> Visitor<'de> for PairsVisitor {
    type Value = Pairs;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(Pairs(pairs))
    }
}

const KEYS: [&str; 5] = ["sign_type", "timestamp", "nonce", "key_id", "signature"];

/// Enough for the greatest header, encoded three times.
const MAX_LEN: usize = 64 * 1024;

const FORM: &str = "write the JSON object with its five keys and nothing else, percent-encode it once, and hand it on as received";
const BASE64: &str = "write Base64 with the standard alphabet (`+` and `/`), with padding, on one line";
