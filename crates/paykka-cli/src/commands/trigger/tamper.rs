//! A notification as the platform would sign it, and all the ways in which it can be wrong. Each is one that a receiver meets:
//! an attacker, a proxy, a clock, or a mistake in its own settings.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use clap::ValueEnum;
use http::header::{AUTHORIZATION, CONTENT_ENCODING};
use http::{HeaderMap, HeaderName, HeaderValue};
use paykka_sign::{SigningKey, generate_private_key};
use paykka_webhook::testing::Notice;

use crate::frame::{Failure, Message};
use crate::notices::Due;
use crate::texts::{inputs, trigger as texts};

macro_rules! tampers {
    ($($name:ident = $word:literal, $says:ident, $due:ident;)+) => {
        /// What is wrong with a notification.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
        pub(super) enum Tamper {
            $(#[value(name = $word)] $name,)+
        }

        impl Tamper {
            pub(super) const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)+
                }
            }

            /// What is done, for people.
            pub(super) fn says(self) -> Message {
                match self {
                    $(Self::$name => texts::$says(),)+
                }
            }

            const fn due(self) -> Due {
                match self {
                    $(Self::$name => Due::$due,)+
                }
            }
        }
    };
}

tampers! {
    Body = "body", tampered_body, Refused;
    Reserialised = "reserialised", tampered_reserialised, Refused;
    Path = "path", tampered_path, Refused;
    Merchant = "merchant", tampered_merchant, Refused;
    ForeignMerchant = "foreign-merchant", tampered_foreign_merchant, Refused;
    Late = "late", tampered_late, RefusedForItsTime;
    Early = "early", tampered_early, Refused;
    Signature = "signature", tampered_signature, Refused;
    KeyId = "key-id", tampered_key_id, Refused;
    OtherKey = "other-key", tampered_other_key, Refused;
    NoAuthorization = "no-authorization", tampered_no_authorization, Refused;
    TwoAuthorizations = "two-authorizations", tampered_two_authorizations, Refused;
    NoMerchant = "no-merchant", tampered_no_merchant, Refused;
    Encoded = "encoded", tampered_encoded, Refused;
    TooLarge = "too-large", tampered_too_large, Refused;
}

/// What is to be signed and posted.
pub(super) struct Order<'a> {
    pub(super) key: &'a SigningKey,
    pub(super) path: &'a str,
    pub(super) merchant: &'a str,
    pub(super) body: Bytes,
    pub(super) tamper: Option<Tamper>,
}

/// What is posted.
#[derive(Debug, Clone)]
pub(super) struct Signed {
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Order<'_> {
    pub(super) const fn due(&self) -> Due {
        match self.tamper {
            None => Due::Acknowledged,
            Some(tamper) => tamper.due(),
        }
    }

    /// Signs it now, with a fresh nonce.
    pub(super) fn message(&self) -> Result<Signed, Failure> {
        let Some(tamper) = self.tamper else { return self.signed(self.key, self.notice()) };
        let mut message = self.signed_wrongly(tamper)?;
        match tamper {
            Tamper::Body => message.body = other_body(&message.body),
            Tamper::Reserialised => message.body = reserialised(&message.body),
            Tamper::Merchant => set(&mut message, MERCHANT_HEADER, self.other_merchant()),
            Tamper::Signature => edit(&mut message, "signature", other_character),
            Tamper::KeyId => edit(&mut message, "key_id", |key_id| format!("{key_id}-OTHER")),
            Tamper::NoAuthorization => drop(message.headers.remove(AUTHORIZATION)),
            Tamper::TwoAuthorizations => {
                let value = message.headers.get(AUTHORIZATION).cloned();
                value.map(|value| message.headers.append(AUTHORIZATION, value));
            }
            Tamper::NoMerchant => drop(message.headers.remove(MERCHANT_HEADER)),
            Tamper::Encoded => set(&mut message, CONTENT_ENCODING, "gzip"),
            Tamper::Path
            | Tamper::ForeignMerchant
            | Tamper::Late
            | Tamper::Early
            | Tamper::OtherKey
            | Tamper::TooLarge => {}
        }
        Ok(message)
    }

    /// With what must be wrong before it is signed.
    fn signed_wrongly(&self, tamper: Tamper) -> Result<Signed, Failure> {
        let notice = self.notice();
        match tamper {
            Tamper::Path => self.signed(self.key, notice.path(format!("{}-other", self.path))),
            Tamper::ForeignMerchant => {
                let foreign = self.other_merchant();
                let body = String::from_utf8_lossy(&self.body).replace(self.merchant, foreign);
                self.signed(self.key, Notice::of_body(self.path, body).merchant(foreign))
            }
            Tamper::Late => self.signed(self.key, notice.ago(BEYOND)),
            Tamper::Early => self.signed(self.key, notice.at(SystemTime::now() + BEYOND)),
            Tamper::OtherKey => {
                let unmade = |error: paykka_sign::Error| {
                    Failure::broken("generate", texts::no_other_key(), inputs::no_randomness_to_do())
                        .because(&error)
                };
                let pem = generate_private_key(2_048).map_err(unmade)?;
                let key = SigningKey::from_bytes(self.key.key_id(), pem.expose()).map_err(unmade)?;
                self.signed(&key, notice)
            }
            Tamper::TooLarge => {
                let mut body = self.body.to_vec();
                body.resize(body.len().max(MOST + 1), b' ');
                self.signed(self.key, Notice::of_body(self.path, body).merchant(self.merchant))
            }
            _ => self.signed(self.key, notice),
        }
    }

    fn notice(&self) -> Notice {
        Notice::of_body(self.path, self.body.clone()).merchant(self.merchant)
    }

    #[allow(clippy::needless_pass_by_value, reason = "it is made where it is signed")]
    fn signed(&self, key: &SigningKey, notice: Notice) -> Result<Signed, Failure> {
        let failed = |error: &dyn std::error::Error| {
            Failure::input("field", texts::not_signed(), inputs::refused_field_to_do()).because(error)
        };
        let signed = notice.sign(key).map_err(|error| failed(&error))?;
        let mut headers = HeaderMap::new();
        for (name, value) in signed.headers {
            let value = HeaderValue::try_from(value).map_err(|error| failed(&error))?;
            headers.append(HeaderName::from_static(name), value);
        }
        Ok(Signed { headers, body: signed.body })
    }

    fn other_merchant(&self) -> &'static str {
        let [one, other] = ["M00000000000000001", "M00000000000000002"];
        if self.merchant == one { other } else { one }
    }
}

fn set(message: &mut Signed, name: HeaderName, value: &'static str) {
    message.headers.insert(name, HeaderValue::from_static(value));
}

/// Changes the text of one key in the header, which is percent-encoded JSON.
fn edit(message: &mut Signed, key: &str, change: impl Fn(&str) -> String) {
    let Some(header) = message.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()) else {
        return;
    };
    let begin = format!("%22{key}%22%3A%22");
    let Some((before, rest)) = header.split_once(&begin) else { return };
    let Some((text, after)) = rest.split_once("%22") else { return };
    let changed = format!("{before}{begin}{}%22{after}", change(text));
    if let Ok(value) = HeaderValue::try_from(changed) {
        message.headers.insert(AUTHORIZATION, value);
    }
}

/// The first character of a Base64 text becomes another one; percent-encoded ones take three.
fn other_character(text: &str) -> String {
    let len = if text.starts_with('%') { 3 } else { 1 };
    let (first, rest) = text.split_at_checked(len).unwrap_or((text, ""));
    format!("{}{rest}", if first == "A" { "B" } else { "A" })
}

/// One character less or more, such as of an amount.
fn other_body(body: &[u8]) -> Bytes {
    let mut body = body.to_vec();
    match body.iter_mut().rev().find(|byte| byte.is_ascii_alphanumeric()) {
        Some(last @ (b'9' | b'z' | b'Z')) => *last -= 1,
        Some(last) => *last += 1,
        None => body.push(b' '),
    }
    body.into()
}

/// The same value, with blanks where other JSON writers have them; without, where it had those.
fn reserialised(body: &[u8]) -> Bytes {
    let (mut compact, mut spaced) = (Vec::new(), Vec::new());
    let (mut is_text, mut is_escaped) = (false, false);
    for byte in body {
        if !is_text && byte.is_ascii_whitespace() {
            continue;
        }
        compact.push(*byte);
        spaced.push(*byte);
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = is_text,
            b'"' => is_text = !is_text,
            b':' | b',' if !is_text => spaced.push(b' '),
            _ => {}
        }
    }
    if spaced == body { compact.into() } else { spaced.into() }
}

const MERCHANT_HEADER: HeaderName = HeaderName::from_static("x-merch-id");

/// More than any receiver should allow.
const BEYOND: Duration = Duration::from_secs(2 * 3_600);

/// The size above which receivers of this project refuse.
const MOST: usize = 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_anew_says_the_same_in_other_bytes() {
        for body in
            [r#"{"a":"x, \\\": y","b":[1,2]}"#, r#"{"a": "x, \\\": y", "b": [1, 2]}"#, "{ \n\"a\": 1}"]
        {
            let anew = reserialised(body.as_bytes());
            assert_ne!(anew, body);
            let value = |text: &[u8]| serde_json::from_slice::<serde_json::Value>(text).unwrap();
            assert_eq!(value(&anew), value(body.as_bytes()), "{body}");
        }
    }

    #[test]
    fn a_changed_character_is_another_one_of_the_same_alphabet() {
        for (text, expected) in [("abc", "Abc"), ("Abc", "Bbc"), ("%2Bbc", "Abc")] {
            assert_eq!(other_character(text), expected);
        }
        assert_eq!(other_body(br#"{"a":"19"}"#), r#"{"a":"18"}"#);
        assert_eq!(other_body(br#"{"a":1}"#), r#"{"a":2}"#);
        assert_eq!(other_body(b"{}"), "{} ");
    }
}
