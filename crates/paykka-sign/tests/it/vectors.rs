//! The language-neutral vectors, made by OpenSSL and by code that shares nothing with this crate.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use base64ct::{Base64, Encoding};
use paykka_sign::{
    Error, KeyRing, Nonce, Parts, SigningKey, Timestamp, VerifyingKey, Window, string_to_sign,
};
use serde_json::Value;

#[test]
fn every_signing_case_comes_out_byte_for_byte() {
    let document = read("signing.json");
    let keys: Vec<SigningKey> = document["keys"].as_array().unwrap().iter().map(signing_key).collect();
    let ring = ring(&document);
    for case in cases(&document) {
        let name = &case["name"];
        let body = body(case);
        let parts = Parts { path: text(&case["path"]), merchant: case["merchant"].as_str(), body: &body };
        let timestamp = Timestamp::parse(text(&case["timestamp"])).unwrap();
        let nonce = Nonce::new(text(&case["nonce"])).unwrap();

        let signed_bytes = string_to_sign(&parts, timestamp, nonce.as_str()).unwrap();
        let digest: String = signed_bytes.sha256().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(digest, text(&case["string_to_sign_sha256"]), "{name}");
        match case.get("string_to_sign_base64") {
            Some(expected) => assert_eq!(signed_bytes.as_bytes(), decoded(expected), "{name}"),
            None => assert_eq!(body.len(), 1 << 20, "{name}: only what is too long is not written out"),
        }

        let key = keys.iter().find(|key| case["key_id"] == key.key_id()).unwrap();
        let authorization = key.sign(&parts, timestamp, &nonce).unwrap();
        assert_eq!(authorization.signature_base64(), text(&case["signature"]), "{name}");
        assert_eq!(authorization.to_json(), text(&case["authorization_json"]), "{name}");
        assert_eq!(authorization.to_header(), text(&case["authorization"]), "{name}");

        let window = Window::new(timestamp, Duration::ZERO);
        let verified = ring.verify(text(&case["authorization"]).as_bytes(), parts, &window).unwrap();
        assert_eq!(verified.key_id(), text(&case["key_id"]), "{name}");
    }
}

#[test]
fn every_verdict_is_the_expected_one() {
    let ring = ring(&read("signing.json"));
    let document = read("refused.json");
    for case in cases(&document) {
        let body = body(case);
        let parts = Parts { path: text(&case["path"]), merchant: case["merchant"].as_str(), body: &body };
        let now = Timestamp::from_unix_millis(case["now_millis"].as_u64().unwrap()).unwrap();
        let window = Window::new(now, Duration::from_millis(case["tolerance_millis"].as_u64().unwrap()));
        let verdict = ring.verify(text(&case["authorization"]).as_bytes(), parts, &window);
        let code = verdict.as_ref().err().map(Error::code);
        assert_eq!(code, case["code"].as_str(), "{}: {verdict:?}", case["name"]);
    }
}

#[test]
fn a_ring_takes_no_published_key() {
    let mut published: Vec<PathBuf> =
        ["merchant-2048", "platform-2048"].map(|name| testdata(&format!("{name}.public.pem"))).into();
    let files = fs::read_dir(folder().join("keys")).unwrap().map(|file| file.unwrap().path());
    published.extend(files.filter(|file| file.to_string_lossy().ends_with(".public.pem")));
    assert_eq!(published.len(), 5);
    for file in published {
        let key = VerifyingKey::from_bytes(fs::read(&file).unwrap()).unwrap();
        for refused in [KeyRing::new([("K001", key.clone())]), KeyRing::only(key)] {
            let error = refused.unwrap_err();
            assert!(error.is_key() && error.to_string().contains("published"), "{file:?}: {error}");
        }
    }
}

fn signing_key(key: &Value) -> SigningKey {
    let signing = SigningKey::from_bytes(text(&key["key_id"]), pem(&key["private_key"])).unwrap();
    assert_eq!(u64::try_from(signing.bits()).unwrap(), key["bits"]);
    assert_eq!(signing.public_key().as_bytes(), pem(&key["public_key"]));
    signing
}

pub(crate) fn ring(signing: &Value) -> KeyRing {
    let keys = signing["keys"].as_array().unwrap().iter();
    keys.fold(KeyRing::builder().for_loopback(), |ring, key| {
        ring.key(text(&key["key_id"]), VerifyingKey::from_bytes(pem(&key["public_key"])).unwrap())
    })
    .build()
    .unwrap()
}

pub(crate) fn read(file: &str) -> Value {
    let document: Value = serde_json::from_slice(&fs::read(folder().join(file)).unwrap()).unwrap();
    assert_eq!(document["format"], 1);
    document
}

pub(crate) fn cases(document: &Value) -> &[Value] {
    let cases = document["cases"].as_array().unwrap();
    assert!(!cases.is_empty());
    cases
}

/// The body's bytes, written out or as a pattern that is repeated.
pub(crate) fn body(case: &Value) -> Vec<u8> {
    let Some(fill) = case.get("body_fill") else { return decoded(&case["body_base64"]) };
    let len = usize::try_from(fill["len"].as_u64().unwrap()).unwrap();
    decoded(&fill["base64"]).into_iter().cycle().take(len).collect()
}

fn pem(path: &Value) -> Vec<u8> {
    fs::read(folder().join(text(path))).unwrap()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors")
}

fn testdata(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata").join(file)
}

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn decoded(value: &Value) -> Vec<u8> {
    Base64::decode_vec(text(value)).unwrap()
}
