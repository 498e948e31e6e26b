//! The value of the `Authorization` header: percent-encoded JSON without a scheme word (D). Written in one fixed
//! form, read in every form that known platforms' encoders produce, and in no other: what is ambiguous here is an
//! attacker's choice later.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use base64ct::{Base64, Encoding};
use serde_core::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};

use crate::fields::{check_key_id, check_received_nonce};
use crate::{Error, Nonce, Timestamp, percent};

/// The one signature algorithm: RSASSA-PKCS1-v1_5 with SHA-256 (D).
pub const SIGN_TYPE: &str = "SHA256_WITH_RSA";

/// What an `Authorization` header says: when, with which nonce, under which key id, and the signature.
#[derive(Clone, PartialEq, Eq)]
pub struct Authorization {
    timestamp: Timestamp,
    nonce: String,
    key_id: String,
    signature: Vec<u8>,
}

impl Authorization {
    pub(crate) fn new(timestamp: Timestamp, nonce: &Nonce, key_id: &str, signature: Vec<u8>) -> Self {
        Self { timestamp, nonce: nonce.as_str().to_owned(), key_id: key_id.to_owned(), signature }
    }

    /// Reads a header's value, as received.
    ///
    /// Read are: any order of keys, unknown keys, JSON escapes (`\u003d`, `\/`), `+` or `%20` for a space. Nothing
    /// is verified by this.
    ///
    /// # Errors
    /// [`Error::is_header`] for a value over 8 KiB, not strictly percent-encoded, not exactly one JSON object, a
    /// key missing or twice, another `sign_type`, or a signature that isn't canonical Base64 of 1..1024 bytes;
    /// [`Error::is_field`] for a timestamp, nonce or key id out of bounds.
    pub fn parse(value: &[u8]) -> Result<Self, Error> {
        if value.is_empty() {
            return Err(Error::header("it is empty"));
        }
        if value.len() > MAX_HEADER_LEN {
            return Err(Error::header("it is longer than 8 KiB"));
        }
        let json = percent::decode(value).ok_or(Error::header("it isn't strictly percent-encoded"))?;
        Self::from_json(&json)
    }

    /// The value to send: compact JSON in the documented order, percent-encoded; visible ASCII only.
    #[must_use]
    pub fn to_header(&self) -> String {
        let mut out = String::with_capacity(256 + self.signature.len() * 3 / 2 + self.key_id.len());
        percent::encode_into(&mut out, self.to_json().as_bytes());
        out
    }

    /// The JSON text before percent encoding, for people who want to see what is sent.
    #[must_use]
    pub fn to_json(&self) -> String {
        let (nonce, key_id) = (JsonText(&self.nonce), JsonText(&self.key_id));
        let signature = self.signature_base64();
        let timestamp = self.timestamp;
        format!(
            r#"{{"sign_type":"{SIGN_TYPE}","timestamp":"{timestamp}","nonce":"{nonce}","key_id":"{key_id}","signature":"{signature}"}}"#
        )
    }

    /// When the message was signed, by the signer's clock.
    #[must_use]
    pub const fn timestamp(&self) -> Timestamp {
        self.timestamp
    }

    /// The message's random text, exactly as in the header.
    #[must_use]
    pub fn nonce(&self) -> &str {
        &self.nonce
    }

    /// The id under which the platform knows the signing key.
    #[must_use]
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// The signature's bytes, as long as the key's modulus.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// The signature as it stands in the header: Base64, standard alphabet with padding, one line.
    #[must_use]
    pub fn signature_base64(&self) -> String {
        Base64::encode_string(&self.signature)
    }

    fn from_json(json: &[u8]) -> Result<Self, Error> {
        let text = std::str::from_utf8(json).map_err(|_| Error::header("its JSON isn't UTF-8"))?;
        let mut reader = serde_json::Deserializer::from_str(text);
        let fields = reader.deserialize_map(FieldsVisitor).map_err(|_| NOT_THE_OBJECT)?;
        reader.end().map_err(|_| NOT_THE_OBJECT)?;
        if let Some(key) = fields.duplicate {
            return Err(Error::header_key("stands there twice", key));
        }
        if fields.unknown_duplicate {
            return Err(Error::header("an unknown key stands there twice"));
        }
        let [sign_type, timestamp, nonce, key_id, signature] = fields.values;
        if want(sign_type, "sign_type")? != SIGN_TYPE {
            return Err(Error::header_key("isn't SHA256_WITH_RSA", "sign_type"));
        }
        // All that makes it a header comes before what its fields hold, so that the error of each message is one.
        let timestamp = want(timestamp, "timestamp")?;
        let (nonce, key_id) = (want(nonce, "nonce")?, want(key_id, "key_id")?);
        let signature = decode_signature(&want(signature, "signature")?)?;
        let timestamp = Timestamp::parse(&timestamp)?;
        check_received_nonce(&nonce)?;
        check_key_id(&key_id)?;
        Ok(Self { timestamp, nonce: nonce.into_owned(), key_id: key_id.into_owned(), signature })
    }
}

/// The signature is left out: it is worth nothing in a log and a lot to a replayer.
impl fmt::Debug for Authorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authorization")
            .field("timestamp", &self.timestamp)
            .field("nonce", &self.nonce)
            .field("key_id", &self.key_id)
            .finish_non_exhaustive()
    }
}

/// Longer than any header that a key of 8192 bits and bounded fields can make.
const MAX_HEADER_LEN: usize = 8 * 1024;

/// An RSA signature of the largest accepted key, 8192 bits.
const MAX_SIGNATURE_LEN: usize = 1024;

const NOT_THE_OBJECT: Error =
    Error::header("it isn't exactly one JSON object whose five documented keys hold strings");

fn want<'a>(value: Option<Cow<'a, str>>, key: &'static str) -> Result<Cow<'a, str>, Error> {
    value.ok_or(Error::header_key("is missing", key))
}

fn decode_signature(text: &str) -> Result<Vec<u8>, Error> {
    let signature = Base64::decode_vec(text).map_err(|_| {
        Error::header_key("isn't canonical Base64 (standard alphabet, padded, one line)", "signature")
    })?;
    if (1..=MAX_SIGNATURE_LEN).contains(&signature.len()) {
        Ok(signature)
    } else {
        Err(Error::header_key("isn't 1..1024 bytes long", "signature"))
    }
}

/// Keys in the order in which they are written.
const KEYS: [&str; 5] = ["sign_type", "timestamp", "nonce", "key_id", "signature"];

/// Values in the order of [`KEYS`], borrowed where the JSON text holds them without escapes.
#[derive(Default)]
struct Fields<'de> {
    values: [Option<Cow<'de, str>>; 5],
    duplicate: Option<&'static str>,
    unknown: BTreeSet<Cow<'de, str>>,
    unknown_duplicate: bool,
}

/// Our own visitor, since `serde_json::Value` silently keeps the last of two equal keys.
struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields<'de>, A::Error> {
        let mut fields = Fields::default();
        while let Some(Text(key)) = map.next_key()? {
            let known = KEYS.iter().zip(&mut fields.values).find(|(name, _)| **name == key);
            match known {
                Some((name, slot)) => {
                    let Text(value) = map.next_value()?;
                    if slot.replace(value).is_some() {
                        fields.duplicate = Some(name);
                    }
                }
                None => {
                    map.next_value::<IgnoredAny>()?;
                    fields.unknown_duplicate |= !fields.unknown.insert(key);
                }
            }
        }
        Ok(fields)
    }
}

/// A JSON string after unescaping; `Cow` alone would copy it always.
struct Text<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor).map(Self)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}

/// Visible ASCII inside a JSON string; the checks on fields let nothing else in.
struct JsonText<'a>(&'a str);

impl fmt::Display for JsonText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            if matches!(c, '"' | '\\') {
                f.write_str("\\")?;
            }
            write!(f, "{c}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(json: &str) -> String {
        let mut out = String::new();
        percent::encode_into(&mut out, json.as_bytes());
        out
    }

    fn parse_json(json: &str) -> Result<Authorization, Error> {
        Authorization::parse(encoded(json).as_bytes())
    }

    const SAMPLE: &str = r#"{"sign_type":"SHA256_WITH_RSA","timestamp":"1701732359000","nonce":"a1B2c3D4e5F6","key_id":"K001","signature":"ab+/cQ=="}"#;

    #[test]
    fn the_documented_form_is_written_and_read() {
        let authorization = parse_json(SAMPLE).unwrap();
        assert_eq!(authorization.to_json(), SAMPLE);
        assert_eq!(
            authorization.to_header(),
            "%7B%22sign_type%22%3A%22SHA256_WITH_RSA%22%2C%22timestamp%22%3A%221701732359000%22%2C%22nonce%22%3A%22a1B2c3D4e5F6%22%2C%22key_id%22%3A%22K001%22%2C%22signature%22%3A%22ab%2B%2FcQ%3D%3D%22%7D"
        );
        assert_eq!(authorization.signature(), [0x69, 0xbf, 0xbf, 0x71]);
    }

    #[test]
    fn quotes_and_backslashes_in_fields_survive() {
        let nonce = Nonce::new(r#"a"b\c/d"#).unwrap();
        let written = Authorization::new(Timestamp::parse("1").unwrap(), &nonce, r#"K"\"#, vec![1]);
        assert_eq!(Authorization::parse(written.to_header().as_bytes()).unwrap(), written);
    }

    #[test]
    fn other_encoders_forms_are_read() {
        let expected = parse_json(SAMPLE).unwrap();
        let gson = SAMPLE.replace('=', r"\u003d");
        let php = SAMPLE.replace('/', r"\/");
        let reordered = r#" { "signature":"ab+/cQ==", "key_id":"K001", "x":{"y":[1,null]}, "nonce":"a1B2c3D4e5F6",
            "timestamp":"1701732359000", "\u0073ign_type":"SHA256_WITH_RSA" } "#;
        for json in [&gson, &php, reordered] {
            assert_eq!(parse_json(json).unwrap(), expected, "{json}");
        }
        let form = encoded(reordered).replace("%20", "+");
        assert_eq!(Authorization::parse(form.as_bytes()).unwrap(), expected);
    }

    #[test]
    fn everything_else_is_refused() {
        let twice = SAMPLE.replace("{", r#"{"nonc\u0065":"zzzzzz","#);
        assert!(parse_json(&twice).unwrap_err().to_string().contains("`nonce` stands there twice"));
        let unknown = SAMPLE.replace('}', r#","x":1,"\u0078":2}"#);
        assert!(parse_json(&unknown).unwrap_err().to_string().contains("an unknown key stands there twice"));
        for key in KEYS {
            let without = SAMPLE.replace(&format!("\"{key}\""), "\"other\"");
            assert!(parse_json(&without).unwrap_err().to_string().contains(&format!("`{key}` is missing")));
        }
        for (from, to) in [
            ("SHA256_WITH_RSA", "SHA1_WITH_RSA"),
            ("\"1701732359000\"", "1701732359000"),
            ("1701732359000", "01701732359000"),
            ("a1B2c3D4e5F6", "a1\\n2c3D4e5F6"),
            ("K001", ""),
            ("ab+/cQ==", "ab+/cQ"),
            ("ab+/cQ==", "ab-_cQ=="),
            ("ab+/cQ==", "ab+/cR=="),
            ("ab+/cQ==", "ab+/\\ncQ=="),
            ("ab+/cQ==", ""),
            ("}", "}{}"),
            ("{", "[{"),
        ] {
            assert!(parse_json(&SAMPLE.replace(from, to)).is_err(), "{from} -> {to}");
        }
        assert!(Authorization::parse(b"").is_err());
        assert!(Authorization::parse(SAMPLE.as_bytes()).is_err(), "not encoded");
        assert!(Authorization::parse(format!("Bearer {}", encoded(SAMPLE)).as_bytes()).is_err());
        assert!(Authorization::parse(&vec![b'a'; MAX_HEADER_LEN + 1]).is_err());
    }

    #[test]
    fn debug_shows_no_signature() {
        assert!(!format!("{:?}", parse_json(SAMPLE).unwrap()).contains("ab+"));
    }
}
