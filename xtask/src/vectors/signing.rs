//! `signing.json`: messages, the bytes that are signed for them, and the header that must come out.

use base64ct::{Base64, Encoding};

use super::json::Json;
use super::keys::{self, Key, RSA_2048, RSA_3072, RSA_4096};
use super::message::{Header, Message, percent_encoded};
use super::openssl;

/// A message with its genuine header.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) name: &'static str,
    note: Option<&'static str>,
    pub(crate) message: Message,
    pub(crate) header: Header,
    /// What the body repeats, where it is too long to be written out.
    pattern: Option<Vec<u8>>,
}

pub(crate) fn document(cases: &[Case]) -> Result<Json, String> {
    let cases = cases.iter().map(Case::json).collect::<Result<_, _>>()?;
    Ok(Json::Object(vec![
        ("format", Json::Number(1)),
        ("keys", keys::listed()),
        ("cases", Json::List(cases)),
    ]))
}

pub(crate) fn cases() -> Result<Vec<Case>, String> {
    let normal = Message {
        path: "/api/v2/merch/account/balance".into(),
        timestamp: "1701732359000".into(),
        nonce: "a1B2c3D4e5F6".into(),
        merchant: Some("M24061911365700670".into()),
        body: br#"{"currency":"USD"}"#.into(),
    };
    let with_body = |body: &[u8]| Message { body: body.into(), ..normal.clone() };
    let with_nonce = |nonce: &str| Message { nonce: nonce.into(), ..normal.clone() };
    let without_merchant = Message { merchant: None, ..normal.clone() };
    let upload = Message {
        path: "/api/file/upload".into(),
        ..with_body(br#"{"filename":"invoice.pdf","sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}"#)
    };
    let plan = [
        ("normal", None, &RSA_2048, normal.clone()),
        ("no-body", Some("Four lines, no line feed at the end."), &RSA_2048, with_body(b"")),
        ("no-merchant", Some("The fourth line is empty."), &RSA_2048, without_merchant.clone()),
        (
            "neither",
            Some("Not documented, but the only reading that fits the other two."),
            &RSA_2048,
            Message { body: Vec::new(), ..without_merchant },
        ),
        ("upload-meta", Some("The text of the part `meta` stands for the body."), &RSA_2048, upload),
        (
            "chinese-body",
            Some("UTF-8."),
            &RSA_2048,
            with_body("{\"name\":\"深圳市示例贸易有限公司\"}".as_bytes()),
        ),
        (
            "not-utf8-body",
            Some("A body is bytes: every value from 0 to 255, which no text decoder leaves alone."),
            &RSA_2048,
            with_body(&(0..=255).collect::<Vec<u8>>()),
        ),
        (
            "trailing-line-feed",
            Some("The line feed is part of the body."),
            &RSA_2048,
            with_body(b"{\"a\":1}\n"),
        ),
        ("crlf-body", Some("Line ends stay as they are."), &RSA_2048, with_body(b"{\r\n  \"a\": 1\r\n}\r\n")),
        ("line-feed-as-body", Some("One byte, 0x0A: not the same as no body."), &RSA_2048, with_body(b"\n")),
        ("body-with-lines", None, &RSA_2048, with_body(b"M1\n{\"a\":1}")),
        ("nonce-shortest", None, &RSA_2048, with_nonce("abc123")),
        ("nonce-longest", None, &RSA_2048, with_nonce("0123456789abcdef0123456789ABCDEF")),
        (
            "nonce-quote-backslash",
            Some("Escaped in the JSON, bare on its line."),
            &RSA_2048,
            with_nonce(r#"a"b\c/d"#),
        ),
        (
            "nonce-encoders-differ",
            Some(
                "Characters that form encoders and percent encoders treat differently; all are written as %XX.",
            ),
            &RSA_2048,
            with_nonce("~*!'()+&=%"),
        ),
        (
            "nonce-digits",
            None,
            &RSA_2048,
            Message { nonce: "1701732359001".into(), ..with_body(b"M1\n{\"a\":1}") },
        ),
        ("rsa-3072", None, &RSA_3072, normal.clone()),
        ("rsa-4096", None, &RSA_4096, normal.clone()),
    ];
    let written_out =
        plan.into_iter().map(|(name, note, key, message)| Case::signed(name, note, key, message));
    written_out.chain(large(&normal)).collect()
}

/// A body larger than any buffer on its way, once a key. 251 is prime: a chunk that is left out or swapped shows.
fn large(normal: &Message) -> impl Iterator<Item = Result<Case, String>> {
    let pattern: Vec<u8> = (0..251).collect();
    let body = pattern.iter().copied().cycle().take(1 << 20).collect();
    let message = Message { body, ..normal.clone() };
    let keys = [("large-body-2048", RSA_2048), ("large-body-3072", RSA_3072), ("large-body-4096", RSA_4096)];
    keys.into_iter().map(move |(name, key)| {
        let case = Case::signed(name, Some("1 MiB."), &key, message.clone())?;
        Ok(Case { pattern: Some(pattern.clone()), ..case })
    })
}

/// The case of that name, to derive another from.
pub(crate) fn named<'a>(cases: &'a [Case], name: &str) -> Result<&'a Case, String> {
    cases.iter().find(|case| case.name == name).ok_or_else(|| format!("`{name}` is no case of signing.json"))
}

impl Case {
    pub(crate) fn signed(
        name: &'static str,
        note: Option<&'static str>,
        key: &Key,
        message: Message,
    ) -> Result<Self, String> {
        Ok(Self { name, note, header: message.signed_with(key)?, message, pattern: None })
    }

    fn json(&self) -> Result<Json, String> {
        let Self { name, note, message, header, pattern } = self;
        let string_to_sign = message.string_to_sign();
        let digest = openssl::sha256(&string_to_sign)?;
        let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut members = vec![("name", (*name).into())];
        members.extend(note.map(|note| ("note", note.into())));
        members.extend([
            ("key_id", header.key_id.as_str().into()),
            ("path", message.path.as_str().into()),
            ("timestamp", message.timestamp.as_str().into()),
            ("nonce", message.nonce.as_str().into()),
            ("merchant", message.merchant.as_deref().into()),
        ]);
        match pattern {
            None => members.extend([
                ("body_base64", base64(&message.body)),
                ("string_to_sign_base64", base64(&string_to_sign)),
            ]),
            Some(pattern) => {
                let len = u64::try_from(message.body.len()).map_err(|error| error.to_string())?;
                let fill = vec![("base64", base64(pattern)), ("len", Json::Number(len))];
                members.push(("body_fill", Json::Object(fill)));
            }
        }
        members.extend([
            ("string_to_sign_sha256", Json::Text(digest)),
            ("signature", Json::Text(header.signature_base64())),
            ("authorization_json", Json::Text(header.json())),
            ("authorization", Json::Text(percent_encoded(&header.json()))),
        ]);
        Ok(Json::Object(members))
    }
}

fn base64(bytes: &[u8]) -> Json {
    Json::Text(Base64::encode_string(bytes))
}
