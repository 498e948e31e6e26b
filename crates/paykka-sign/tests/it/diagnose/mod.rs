//! Each mistake that people make is made here on purpose, and must be found. The messages are put together without the
//! crate's own code, and signed by the backend itself, since the crate refuses to sign most of them.

mod body;
mod bounds;
mod header;
mod keys;
mod layout;
mod lines;
mod needs_openssl;
mod pairs;
mod properties;
mod whole;

use std::collections::BTreeSet;
use std::time::Duration;

#[cfg(feature = "aws-lc-rs")]
use aws_lc_rs as backend;
use base64ct::{Base64, Encoding};
use paykka_sign::diagnose::{Budget, Case, Certainty, Diagnosis};
use paykka_sign::{KeyRing, KeyRingBuilder, Parts, Timestamp, VerifyingKey};
#[cfg(not(feature = "aws-lc-rs"))]
use ring as backend;

use backend::rand::SystemRandom;
use backend::signature::{RSA_PKCS1_SHA256, RsaEncoding, RsaKeyPair};

const PATH: &str = "/api/v2/notify%20me/merch";
const MERCHANT: &str = "M24061911365700670";
const BODY: &str =
    r#"{"remark":"Zürich/深圳","currency":"USD","amount":12.50,"items":[1,{"b":null,"a":true}]}"#;
const MILLIS: &str = "1701732359123";
const NONCE: &str = "a1B2c3D4e5F6";

/// A mistake of one kind: two of the same kind aren't made together, unless the kind is empty.
struct Mistake {
    kind: &'static str,
    code: &'static str,
    make: fn(&mut Message),
}

const fn mistake(kind: &'static str, code: &'static str, make: fn(&mut Message)) -> Mistake {
    Mistake { kind, code, make }
}

/// A message on its way: what was signed and how, and what was received.
#[derive(Clone)]
struct Message {
    signed: Lines,
    received: Lines,
    separator: &'static str,
    method: Option<&'static str>,
    order: Vec<usize>,
    tail: &'static str,
    digest: fn(&[u8]) -> Vec<u8>,
    algorithm: &'static dyn RsaEncoding,
    signer: Pair,
    key_id: &'static str,
    now: u64,
    signature: fn(&[u8]) -> String,
    /// What is done to the signature's text, one after the other.
    text: Vec<fn(&str) -> String>,
    /// And to the header's JSON.
    json: Vec<fn(&str) -> String>,
    header: fn(&str) -> String,
}

/// `None` is a line left out.
#[derive(Clone)]
struct Lines {
    path: String,
    timestamp: String,
    merchant: Option<String>,
    body: Option<Vec<u8>>,
}

#[derive(Clone, Copy, PartialEq)]
enum Pair {
    Platform,
    Merchant,
}

impl Message {
    fn genuine() -> Self {
        let lines = Lines {
            path: PATH.into(),
            timestamp: MILLIS.into(),
            merchant: Some(MERCHANT.into()),
            body: Some(BODY.into()),
        };
        Self {
            signed: lines.clone(),
            received: lines,
            separator: "\n",
            method: None,
            order: vec![0, 1, 2, 3, 4],
            tail: "",
            digest: <[u8]>::to_vec,
            algorithm: &RSA_PKCS1_SHA256,
            signer: Pair::Platform,
            key_id: "P001",
            now: 1_701_732_400_000,
            signature: Base64::encode_string,
            text: Vec::new(),
            json: Vec::new(),
            header: percent_encoded,
        }
    }

    fn with(mistakes: &[&Mistake]) -> Self {
        let mut message = Self::genuine();
        mistakes.iter().for_each(|mistake| (mistake.make)(&mut message));
        message
    }

    fn string(&self) -> Vec<u8> {
        let lines = [
            Some(self.signed.path.as_bytes()),
            Some(self.signed.timestamp.as_bytes()),
            Some(NONCE.as_bytes()),
            self.signed.merchant.as_deref().map(str::as_bytes),
            self.signed.body.as_deref(),
        ];
        let ordered = self.order.iter().filter_map(|index| lines[*index]);
        let all: Vec<&[u8]> = self.method.map(str::as_bytes).into_iter().chain(ordered).collect();
        let mut string = all.join(self.separator.as_bytes());
        string.extend_from_slice(self.tail.as_bytes());
        (self.digest)(&string)
    }

    fn header(&self) -> String {
        let pair = RsaKeyPair::from_pkcs8(&private_der(self.signer)).unwrap();
        let mut signature = vec![0; 256];
        pair.sign(self.algorithm, &SystemRandom::new(), &self.string(), &mut signature).unwrap();
        self.header_with(&signature)
    }

    fn header_with(&self, signature: &[u8]) -> String {
        let changed = |text: String, changes: &[fn(&str) -> String]| {
            changes.iter().fold(text, |text, change| change(&text))
        };
        let signature = changed((self.signature)(signature), &self.text);
        let json = format!(
            r#"{{"sign_type":"SHA256_WITH_RSA","timestamp":"{}","nonce":"{NONCE}","key_id":"{}","signature":{}}}"#,
            self.received.timestamp,
            self.key_id,
            serde_json::to_string(&signature).unwrap(),
        );
        (self.header)(&changed(json, &self.json))
    }

    fn diagnosis(&self) -> Diagnosis {
        self.diagnosis_with(self.header(), Budget::default())
    }

    fn diagnosis_with(&self, header: impl AsRef<[u8]>, budget: Budget) -> Diagnosis {
        let (ring, own) = (ring(), [public(Pair::Merchant)]);
        let body = self.received.body.as_deref().unwrap_or_default();
        let parts = Parts { path: &self.received.path, merchant: self.received.merchant.as_deref(), body };
        let now = Timestamp::from_unix_millis(self.now).unwrap();
        Case::new(header.as_ref(), parts, &ring, now)
            .tolerance(Duration::from_secs(300))
            .own_keys(&own)
            .merchants(&["M1", MERCHANT, "M24061911365700671"])
            .paths(&["/api/v2/other"])
            .host("api.example.com:8443")
            .query("a=1&b=2")
            .whole_body(WHOLE_BODY)
            .budget(budget)
            .diagnose()
    }
}

const WHOLE_BODY: &[u8] = b"--b\r\nContent-Disposition: form-data; name=\"meta\"\r\n\r\n{}\r\n--b--\r\n";

/// Every mistake of a family, alone: it is found, proven, first and only.
fn check(family: &[Mistake]) {
    for mistake in family {
        let diagnosis = Message::with(&[mistake]).diagnosis();
        let codes = codes(&diagnosis);
        assert_eq!(codes, [mistake.code], "{diagnosis}");
        assert!(diagnosis.is_explained() && !diagnosis.is_genuine() && !diagnosis.is_exhausted());
        let finding = &diagnosis.findings()[0];
        assert_eq!(finding.certainty(), Certainty::Proven);
        assert!(finding.explanation().len() > 20 && finding.fix().len() > 20);
    }
}

fn codes(diagnosis: &Diagnosis) -> Vec<&'static str> {
    diagnosis.findings().iter().map(paykka_sign::diagnose::Finding::code).collect()
}

fn sorted_codes(diagnosis: &Diagnosis) -> BTreeSet<&'static str> {
    codes(diagnosis).into_iter().collect()
}

/// The platform's key under one id, and a second one that isn't its own.
fn ring() -> KeyRing {
    let other = include_bytes!("../../../../../vectors/keys/rsa-2048.public.pem");
    loopback()
        .key("P001", public(Pair::Platform))
        .key("P002", VerifyingKey::from_bytes(other).unwrap())
        .build()
        .unwrap()
}

fn loopback() -> KeyRingBuilder {
    KeyRing::builder().for_loopback()
}

fn public(pair: Pair) -> VerifyingKey {
    let pem: &[u8] = match pair {
        Pair::Platform => include_bytes!("../../../testdata/platform-2048.public.pem"),
        Pair::Merchant => include_bytes!("../../../testdata/merchant-2048.public.pem"),
    };
    VerifyingKey::from_bytes(pem).unwrap()
}

fn private_der(pair: Pair) -> Vec<u8> {
    let pem = match pair {
        Pair::Platform => include_str!("../../../testdata/platform-2048.private.pem"),
        Pair::Merchant => include_str!("../../../testdata/merchant-2048.private.pem"),
    };
    let base64: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    Base64::decode_vec(&base64).unwrap()
}

fn percent_encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'-' | b'_' | b'.' => char::from(byte).to_string(),
            _ if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

fn sha256(bytes: &[u8]) -> Vec<u8> {
    backend::digest::digest(&backend::digest::SHA256, bytes).as_ref().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
