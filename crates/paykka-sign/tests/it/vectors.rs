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
        let body = decoded(&case["body_base64"]);
        let parts = Parts { path: text(&case["path"]), merchant: case["merchant"].as_str(), body: &body };
        let timestamp = Timestamp::parse(text(&case["timestamp"])).unwrap();
        let nonce = Nonce::new(text(&case["nonce"])).unwrap();

        let signed_bytes = string_to_sign(&parts, timestamp, nonce.as_str()).unwrap();
        assert_eq!(signed_bytes.as_bytes(), decoded(&case["string_to_sign_base64"]), "{name}");

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
        let body = decoded(&case["body_base64"]);
        let parts = Parts { path: text(&case["path"]), merchant: case["merchant"].as_str(), body: &body };
        let now = Timestamp::from_unix_millis(case["now_millis"].as_u64().unwrap()).unwrap();
        let window = Window::new(now, Duration::from_millis(case["tolerance_millis"].as_u64().unwrap()));
        let verdict = ring.verify(text(&case["authorization"]).as_bytes(), parts, &window);
        let code = verdict.as_ref().err().map(Error::code);
        assert_eq!(code, case["code"].as_str(), "{}: {verdict:?}", case["name"]);
    }
}

fn signing_key(key: &Value) -> SigningKey {
    let signing = SigningKey::from_bytes(text(&key["key_id"]), pem(&key["private_key"])).unwrap();
    assert_eq!(u64::try_from(signing.bits()).unwrap(), key["bits"]);
    assert_eq!(signing.public_key().as_bytes(), pem(&key["public_key"]));
    signing
}

fn ring(signing: &Value) -> KeyRing {
    let keys = signing["keys"].as_array().unwrap().iter();
    keys.fold(KeyRing::builder().for_loopback(), |ring, key| {
        ring.key(text(&key["key_id"]), VerifyingKey::from_bytes(pem(&key["public_key"])).unwrap())
    })
    .build()
    .unwrap()
}

fn read(file: &str) -> Value {
    let document: Value = serde_json::from_slice(&fs::read(folder().join(file)).unwrap()).unwrap();
    assert_eq!(document["format"], 1);
    document
}

fn cases(document: &Value) -> &[Value] {
    let cases = document["cases"].as_array().unwrap();
    assert!(!cases.is_empty());
    cases
}

fn pem(path: &Value) -> Vec<u8> {
    fs::read(folder().join(text(path))).unwrap()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors")
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn decoded(value: &Value) -> Vec<u8> {
    Base64::decode_vec(text(value)).unwrap()
}
