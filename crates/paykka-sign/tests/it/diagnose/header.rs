//! The header's own form.

use base64ct::{Base64UrlUnpadded, Encoding};

use super::{MILLIS, Message, Mistake, check, codes, hex, mistake, percent_encoded};

pub(super) const FAMILY: &[Mistake] = &[
    mistake("header", "header-not-encoded", |m| m.header = str::to_owned),
    mistake("header", "header-encoded-twice", |m| m.header = |json| percent_encoded(&percent_encoded(json))),
    mistake("header", "header-scheme-word", |m| {
        m.header = |json| format!("Bearer {}", percent_encoded(json));
    }),
    mistake("header", "header-scheme-word", |m| m.header = |json| percent_encoded(&format!("Bearer {json}"))),
    mistake("header", "header-partly-encoded", |m| m.header = encode_uri),
    mistake("", "header-key-name", |m| m.json.push(|json| json.replace("key_id", "keyId"))),
    mistake("", "header-key-twice", |m| {
        m.json.push(|json| json.replacen('{', "{\"nonce\":\"other1\",", 1));
    }),
    mistake("", "header-trailing-text", |m| m.json.push(|json| format!("{json}\n;"))),
    mistake("", "header-value-type", |m| {
        m.json.push(|json| json.replace(&format!("\"{MILLIS}\""), MILLIS));
    }),
    mistake("", "header-key-missing", |m| {
        m.json.push(|json| json.replace("\"sign_type\":\"SHA256_WITH_RSA\",", ""));
    }),
    mistake("", "sign-type", |m| m.json.push(|json| json.replace("SHA256_WITH_RSA", "SHA256withRSA"))),
    mistake("", "signature-url-safe", |m| m.text.push(|text| text.replace('+', "-").replace('/', "_"))),
    mistake("", "signature-unpadded", |m| m.text.push(|text| text.trim_end_matches('=').into())),
    mistake("plus", "signature-plus-lost", |m| m.text.push(|text| text.replace('+', " "))),
    mistake("", "signature-hex", |m| m.signature = hex),
    mistake("", "signature-wrapped", |m| m.text.push(wrapped)),
    mistake("", "signature-wrapped", |m| m.json.push(|json| json.replace('=', "=\n"))),
    mistake("", "signature-wrapped", |m| m.text.push(|text| wrapped(text).replace("\r\n", "\\n"))),
    mistake("", "signature-encoded", |m| m.text.push(percent_encoded)),
    mistake("header", "signature-plus-lost", |m| {
        m.header = |json| percent_encoded(json).replace("%2B", "+");
    }),
];

#[test]
fn each_is_found() {
    check(FAMILY);
}

#[test]
fn url_safe_and_unpadded_are_two_findings() {
    let mut message = Message::genuine();
    message.signature = Base64UrlUnpadded::encode_string;
    assert_eq!(codes(&message.diagnosis()), ["signature-url-safe", "signature-unpadded"]);
}

#[test]
fn what_cannot_be_read_is_named() {
    let cases: [(&str, &[&str]); 6] = [
        ("", &["header-empty"]),
        ("Basic dXNlcg==", &["header-not-json"]),
        ("%5B%5D", &["header-not-json"]),
        ("{'sign_type':'SHA256_WITH_RSA'}", &["header-not-encoded", "header-not-json"]),
        ("%7B%7D", &["header-key-missing"]),
        ("%7B%22signature%22%3A%22%2A%22%7D", &["header-key-missing", "signature-not-base64"]),
    ];
    for (header, expected) in cases {
        let diagnosis = Message::genuine().diagnosis_with(header, super::Budget::default());
        assert_eq!(codes(&diagnosis), expected, "{header}");
        assert!(!diagnosis.is_explained() && diagnosis.tried() == 0, "{header}");
    }
}

/// Bytes that nobody can read are undone again and again, and a name may come a thousand times.
#[test]
fn what_is_wrong_many_times_is_said_once() {
    let mut noise: Vec<u8> = (128..=255).collect();
    noise.extend(b"%25252541 %zz");
    let diagnosis = Message::genuine().diagnosis_with(&noise, super::Budget::default());
    assert_eq!(codes(&diagnosis), ["header-partly-encoded", "header-encoded-twice", "header-not-json"]);
    // Nor is anything undone where nothing was done.
    let diagnosis = Message::genuine().diagnosis_with("5% of %zz", super::Budget::default());
    assert_eq!(codes(&diagnosis), ["header-not-json"]);
    let nonces = "\"Nonce\":1,".repeat(1_000);
    let header = percent_encoded(&format!("{{{nonces}\"x\":1}}"));
    let diagnosis = Message::genuine().diagnosis_with(header, super::Budget::default());
    let expected = ["header-key-name", "header-value-type", "header-key-twice", "header-key-missing"];
    assert_eq!(codes(&diagnosis)[..4], expected);
}

#[test]
fn a_key_that_is_only_similar_does_no_harm() {
    let mut message = Message::genuine();
    message.json.push(|json| json.replacen('{', "{\"KeyId\":\"other\",\"Signature\":[1],", 1));
    assert!(message.diagnosis().is_genuine());
    message.tail = "\n";
    assert_eq!(codes(&message.diagnosis()), ["final-newline"]);
}

/// As `encodeURI` does, the wrong one of JavaScript's two.
fn encode_uri(json: &str) -> String {
    let encoded = percent_encoded(json);
    [("%3A", ":"), ("%2C", ","), ("%2B", "+"), ("%2F", "/"), ("%3D", "=")]
        .iter()
        .fold(encoded, |text, (from, to)| text.replace(from, to))
}

fn wrapped(text: &str) -> String {
    let lines: Vec<&str> =
        text.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect();
    lines.join("\r\n")
}
