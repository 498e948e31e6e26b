//! `refused.json`: messages that a verifier must judge, most of them refusals, each one step away from a genuine
//! message. The steps are the mistakes and attacks that are known; where an attack keeps the signature genuine, the
//! verifier's checks on fields are all that stands in its way.

use base64ct::{Base64, Encoding};

use super::json::Json;
use super::keys::RSA_2048;
use super::message::{Header, Message, percent_encoded};
use super::signing::{Case, named};

pub(crate) fn document(cases: &[Case]) -> Result<Json, String> {
    let odd = odd_cases(cases)?;
    let mut written = Vec::new();
    for step in
        [untouched(), covered_parts(), signatures(), recuts(), headers(), other_forms(), windows()].concat()
    {
        written.push(step.taken(named(cases, step.from)?).json(&step, Some(step.from)));
    }
    for (case, code) in &odd {
        let step = Step { code: *code, ..accept("", case.name, |_| {}) };
        written.push(step.taken(case).json(&step, None));
    }
    Ok(Json::Object(vec![("format", Json::Number(1)), ("cases", Json::List(written))]))
}

fn untouched() -> Vec<Step> {
    vec![
        accept("normal", "untouched", |_| {}),
        accept("neither", "untouched-neither", |_| {}),
        accept("not-utf8-body", "untouched-not-utf8", |_| {}),
    ]
}

/// Everything that the signature covers, changed.
fn covered_parts() -> Vec<Step> {
    let refuse = |from, name, change| refuse("signature", from, name, change);
    vec![
        refuse("normal", "body-bit-flipped", |it| flip_first_bit(&mut it.message.body)),
        refuse("normal", "body-dropped", |it| it.message.body.clear()),
        refuse("no-body", "body-added", |it| it.message.body = b"{}".into()),
        refuse("normal", "body-reserialised", |it| it.message.body = br#"{"currency": "USD"}"#.into())
            .because("One space: the same JSON, other bytes."),
        refuse("trailing-line-feed", "body-trimmed", |it| it.message.body = b"{\"a\":1}".into()),
        refuse("line-feed-as-body", "body-trimmed-away", |it| it.message.body.clear()),
        refuse("crlf-body", "body-other-line-ends", |it| it.message.body.retain(|byte| *byte != b'\r')),
        refuse("normal", "other-path", |it| it.message.path = "/api/v2/merch/pay/apply".into()),
        refuse("normal", "path-with-slash", |it| it.message.path.push('/')),
        refuse("normal", "path-with-query", |it| it.message.path.push_str("?a=1")),
        refuse("normal", "other-merchant", |it| it.message.merchant = Some("M24061911365700671".into())),
        refuse("normal", "merchant-dropped", |it| it.message.merchant = None),
        refuse("no-merchant", "merchant-added", |it| it.message.merchant = Some("M24061911365700670".into())),
        refuse("normal", "other-nonce", |it| it.header.nonce = "a1B2c3D4e5F7".into()),
        refuse("normal", "other-timestamp", |it| it.header.timestamp = "1701732359001".into()),
    ]
}

fn signatures() -> Vec<Step> {
    let wrong = |from, name, change| refuse("signature", from, name, change);
    let unknown = |name, change| refuse("unknown-key", "normal", name, change);
    vec![
        wrong("normal", "signature-first-byte", |it| flip_first_bit(&mut it.header.signature)),
        wrong("normal", "signature-last-byte", |it| {
            it.header.signature.reverse();
            flip_first_bit(&mut it.header.signature);
            it.header.signature.reverse();
        }),
        wrong("normal", "signature-cut", |it| it.header.signature.truncate(255)),
        wrong("normal", "signature-of-zeros", |it| it.header.signature.fill(0)),
        wrong("normal", "signature-with-leading-zero", |it| it.header.signature.insert(0, 0))
            .because("One byte longer than the modulus."),
        wrong("rsa-3072", "key-of-another", |it| it.header.key_id = RSA_2048.key_id.into())
            .because("Genuine, but not under the key that it names."),
        unknown("unknown-key", |it| it.header.key_id = "VECTOR-2049".into())
            .because("No other key may be tried."),
        unknown("key-id-in-other-case", |it| it.header.key_id = "vector-2048".into()),
    ]
}

/// The same signed bytes, cut into other fields.
fn recuts() -> Vec<Step> {
    let refuse = |from, name, change| {
        refuse("field", from, name, change)
            .because("The signature is genuine for these bytes, cut otherwise.")
    };
    vec![
        refuse("body-with-lines", "recut-nonce", |it| {
            it.header.nonce = "a1B2c3D4e5F6\nM24061911365700670".into();
            it.message.merchant = Some("M1".into());
            it.message.body = b"{\"a\":1}".into();
        }),
        refuse("body-with-lines", "recut-merchant", |it| {
            it.message.merchant = Some("M24061911365700670\nM1".into());
            it.message.body = b"{\"a\":1}".into();
        }),
        refuse("nonce-digits", "recut-path", |it| {
            it.message.path.push_str("\n1701732359000");
            it.header.timestamp = "1701732359001".into();
            it.header.nonce = "M24061911365700670".into();
            it.message.merchant = Some("M1".into());
            it.message.body = b"{\"a\":1}".into();
        }),
        refuse("normal", "recut-body-into-merchant", |it| {
            it.message.merchant = Some("M24061911365700670\n{\"currency\":\"USD\"}".into());
            it.message.body.clear();
        }),
        refuse("no-merchant", "merchant-empty", |it| it.message.merchant = Some(String::new())),
    ]
}

fn headers() -> Vec<Step> {
    let refuse = |name, change| refuse("header", "normal", name, change);
    vec![
        refuse("header-empty", |it| it.authorization = Some(String::new())),
        refuse("header-not-encoded", |it| it.authorization = Some(it.header.json())),
        refuse("header-with-scheme", |it| it.authorization = Some(format!("Bearer {}", it.authorization()))),
        refuse("header-encoded-twice", |it| it.authorization = Some(percent_encoded(&it.authorization()))),
        refuse("header-cut-in-an-escape", |it| {
            it.authorization = Some(it.authorization().trim_end_matches('D').to_owned());
        }),
        refuse("json-with-a-tail", |it| it.edit("}", "}{}")),
        refuse("json-in-a-list", |it| it.json = Some(format!("[{}]", it.header.json()))),
        refuse("key-twice", |it| it.edit("{", r#"{"nonce":"zzzzzz","#))
            .because("Which of the two was checked?"),
        refuse("key-twice-escaped", |it| it.edit("{", r#"{"nonc\u0065":"zzzzzz","#))
            .because("Keys are compared after unescaping."),
        refuse("key-twice-alike", |it| it.edit("{", r#"{"key_id":"VECTOR-2048","#))
            .because("Even with the same value."),
        refuse("timestamp-missing", |it| it.edit(r#""timestamp""#, r#""time""#)),
        refuse("timestamp-as-number", |it| it.edit(r#""1701732359000""#, "1701732359000")),
        refuse("nonce-null", |it| it.edit(r#""a1B2c3D4e5F6""#, "null")),
        refuse("other-sign-type", |it| it.header.sign_type = "SHA1_WITH_RSA".into()),
        refuse("sign-type-in-lower-case", |it| it.header.sign_type.make_ascii_lowercase()),
        refuse("signature-unpadded", |it| it.edit("==", "")),
        refuse("signature-not-canonical", |it| {
            // The last character before the padding carries four unused bits, which are zero in these four.
            for (canonical, other) in [("A==", "B=="), ("Q==", "R=="), ("g==", "h=="), ("w==", "x==")] {
                it.edit(canonical, other);
            }
        })
        .because("Bits beyond the last byte are set."),
        refuse("signature-base64url", |it| {
            let signature = it.header.signature_base64();
            it.edit(&signature, &signature.replace('+', "-").replace('/', "_"));
        }),
        refuse("signature-with-line-feed", |it| it.edit("==", r"\n==")),
        refuse("signature-empty", |it| it.header.signature.clear()),
    ]
}

/// What other encoders write, and what therefore must be read.
fn other_forms() -> Vec<Step> {
    vec![
        accept("normal", "gson-escapes", |it| it.edit("=", r"\u003d")).because(r"Gson writes = as \u003d."),
        accept("normal", "php-escapes", |it| it.edit("/", r"\/")).because(r"PHP writes / as \/."),
        accept("normal", "lower-case-escapes", |it| it.authorization = Some(with_lower_escapes(&it.authorization()))),
        accept("normal", "other-order-and-spaces", |it| {
            let Header { sign_type, timestamp, nonce, key_id, .. } = &it.header;
            let signature = it.header.signature_base64();
            let json = format!(
                r#"{{ "signature": "{signature}", "key_id": "{key_id}", "nonce": "{nonce}", "timestamp": "{timestamp}", "sign_type": "{sign_type}" }}"#
            );
            it.authorization = Some(percent_encoded(&json).replace("%20", "+"));
        })
        .because("Spaces as +, the way of form encoders."),
        accept("normal", "unknown-keys", |it| it.edit("{", r#"{"version":{"a":[1,null]},"#)),
        accept("nonce-encoders-differ", "marks-left-bare", |it| {
            let encoded = it.authorization();
            let marks = ["~", "*", "!", "'", "(", ")"].iter();
            it.authorization = Some(marks.fold(encoded, |text, mark| text.replace(&percent_encoded(mark), mark)));
        })
        .because("Some encoders leave ~ * ! ' ( ) as they are."),
    ]
}

/// Edges are inside. The time is judged last, so a forged message is never called late.
fn windows() -> Vec<Step> {
    vec![
        accept("normal", "edge-of-late", |it| it.now += TOLERANCE),
        refuse("late", "normal", "late-by-1", |it| it.now += TOLERANCE + 1),
        accept("normal", "edge-of-early", |it| it.now -= TOLERANCE),
        refuse("early", "normal", "early-by-1", |it| it.now -= TOLERANCE + 1),
        refuse("signature", "normal", "late-and-forged", |it| {
            it.now += TOLERANCE + 1;
            flip_first_bit(&mut it.message.body);
        }),
        refuse("unknown-key", "normal", "late-and-unknown-key", |it| {
            it.now += TOLERANCE + 1;
            it.header.key_id = "VECTOR-2049".into();
        }),
    ]
}

/// Messages that are out of bounds, or near them, and signed all the same: their one flaw is the field.
fn odd_cases(cases: &[Case]) -> Result<Vec<(Case, Option<&'static str>)>, String> {
    let normal = &named(cases, "normal")?.message;
    let signed = |name, code, change: fn(&mut Message)| {
        let mut message = normal.clone();
        change(&mut message);
        Case::signed(name, None, &RSA_2048, message).map(|case| (case, code))
    };
    let field = Some("field");
    [
        signed("nonce-of-36", None, |it| it.nonce = "6f1e9a6c-0d6b-4a39-9f0e-3c1f6f6b7a10".into()),
        signed("nonce-of-1", None, |it| it.nonce = "n".into()),
        signed("nonce-of-64", None, |it| it.nonce = "n".repeat(64)),
        signed("nonce-of-65", field, |it| it.nonce = "n".repeat(65)),
        signed("nonce-empty", field, |it| it.nonce.clear()),
        signed("nonce-with-space", field, |it| it.nonce = "a1B2c3 D4e5F6".into()),
        signed("timestamp-with-leading-zero", field, |it| it.timestamp.insert(0, '0')),
        signed("timestamp-with-sign", field, |it| it.timestamp.insert(0, '+')),
        signed("timestamp-of-17-digits", field, |it| it.timestamp.push_str("0000")),
        signed("timestamp-empty", field, |it| it.timestamp.clear()),
        signed("path-without-slash", field, |it| it.path = it.path.trim_start_matches('/').to_owned()),
        signed("path-with-host", field, |it| it.path.insert_str(0, "https://host")),
        signed("path-with-space", field, |it| it.path.push_str(" /")),
        signed("merchant-not-ascii", field, |it| it.merchant = Some("M商户".into())),
    ]
    .into_iter()
    .collect()
}

/// How a message of `refused.json` comes from a genuine one, and how it is to be judged.
#[derive(Clone, Copy)]
struct Step {
    from: &'static str,
    name: &'static str,
    /// What it is refused with; `None`: it is accepted.
    code: Option<&'static str>,
    note: Option<&'static str>,
    change: fn(&mut Attempt),
}

const fn accept(from: &'static str, name: &'static str, change: fn(&mut Attempt)) -> Step {
    Step { from, name, code: None, note: None, change }
}

const fn refuse(
    code: &'static str,
    from: &'static str,
    name: &'static str,
    change: fn(&mut Attempt),
) -> Step {
    Step { code: Some(code), ..accept(from, name, change) }
}

impl Step {
    const fn because(self, note: &'static str) -> Self {
        Self { note: Some(note), ..self }
    }

    fn taken(&self, case: &Case) -> Attempt {
        let mut attempt = Attempt {
            message: case.message.clone(),
            header: case.header.clone(),
            json: None,
            authorization: None,
            now: SIGNED_AT,
        };
        (self.change)(&mut attempt);
        attempt
    }
}

/// What a verifier is handed. A step changes the header's fields, or its JSON text, or the encoded text.
struct Attempt {
    message: Message,
    header: Header,
    json: Option<String>,
    authorization: Option<String>,
    now: u64,
}

impl Attempt {
    fn edit(&mut self, from: &str, to: &str) {
        self.json = Some(self.json_text().replace(from, to));
    }

    fn json_text(&self) -> String {
        self.json.clone().unwrap_or_else(|| self.header.json())
    }

    fn authorization(&self) -> String {
        self.authorization.clone().unwrap_or_else(|| percent_encoded(&self.json_text()))
    }

    fn json(&self, step: &Step, from: Option<&str>) -> Json {
        let mut members = vec![("name", step.name.into())];
        members.extend(step.note.map(|note| ("note", note.into())));
        members.extend([
            ("from", from.into()),
            ("code", step.code.into()),
            ("authorization", Json::Text(self.authorization())),
            ("path", self.message.path.as_str().into()),
            ("merchant", self.message.merchant.as_deref().into()),
            ("body_base64", Json::Text(Base64::encode_string(&self.message.body))),
            ("now_millis", Json::Number(self.now)),
            ("tolerance_millis", Json::Number(TOLERANCE)),
        ]);
        Json::Object(members)
    }
}

/// The moment that every case names as its timestamp; the receiver's clock, where time isn't the matter.
const SIGNED_AT: u64 = 1_701_732_359_000;

const TOLERANCE: u64 = 300_000;

fn flip_first_bit(bytes: &mut [u8]) {
    if let Some(byte) = bytes.first_mut() {
        *byte ^= 1;
    }
}

fn with_lower_escapes(encoded: &str) -> String {
    let mut parts = encoded.split('%');
    let first = parts.next().map(str::to_owned);
    let escapes = parts.map(|part| {
        let (escape, rest) = part.split_at_checked(2).unwrap_or((part, ""));
        format!("%{}{rest}", escape.to_ascii_lowercase())
    });
    first.into_iter().chain(escapes).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_escapes_become_lower_case() {
        assert_eq!(with_lower_escapes("AB%2BCD%3D%7D"), "AB%2bCD%3d%7d");
    }

    #[test]
    fn names_are_unique_and_every_kind_of_verdict_occurs() {
        let steps =
            [untouched(), covered_parts(), signatures(), recuts(), headers(), other_forms(), windows()]
                .concat();
        let mut names: Vec<&str> = steps.iter().map(|step| step.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), steps.len());
        for code in ["signature", "header", "field", "unknown-key", "early", "late"] {
            assert!(steps.iter().any(|step| step.code == Some(code)), "{code}");
        }
    }
}
