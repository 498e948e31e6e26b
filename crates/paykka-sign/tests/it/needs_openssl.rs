//! OpenSSL, which shares no code with this crate, accepts what this crate signs. Header and string to sign are taken
//! apart and put together here by other means than the crate's own, so that two equal mistakes can't meet.

use std::fs;
use std::path::Path;
use std::process::Command;

use base64ct::{Base64, Encoding};
use paykka_sign::{Nonce, Parts, SigningKey, Timestamp};
use serde_json::Value;

const PRIVATE: &str = include_str!("../../testdata/merchant-2048.private.pem");
const PUBLIC: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/merchant-2048.public.pem");

#[test]
fn openssl_verifies_the_signature_in_the_header() {
    let key = SigningKey::from_bytes("K001", PRIVATE).unwrap();
    let bodies: [&[u8]; 4] =
        [b"", b"{\"currency\":\"USD\"}", "{\"name\":\"深圳\"}\n".as_bytes(), b"\xff\x00\r\n"];
    for (index, body) in bodies.into_iter().enumerate() {
        for merchant in [None, Some("M24061911365700670")] {
            let nonce = format!(r#"a"b\c/{index}"#);
            let parts = Parts { path: "/api/v2/merch/account/balance", merchant, body };
            let timestamp = Timestamp::parse("1701732359000").unwrap();
            let header = key.sign(&parts, timestamp, &Nonce::new(&nonce).unwrap()).unwrap().to_header();

            let json: Value = serde_json::from_slice(&percent_decoded(&header)).unwrap();
            assert_eq!(json["timestamp"], "1701732359000");
            assert_eq!(json["nonce"], nonce);
            let mut message = format!(
                "/api/v2/merch/account/balance\n1701732359000\n{nonce}\n{}",
                merchant.unwrap_or_default()
            )
            .into_bytes();
            if !body.is_empty() {
                message = [&message, body].join(&b'\n');
            }
            let signature = Base64::decode_vec(json["signature"].as_str().unwrap()).unwrap();
            assert!(openssl_accepts(&message, &signature), "{header}");
            message.push(b'\n');
            assert!(!openssl_accepts(&message, &signature), "OpenSSL accepts anything");
        }
    }
}

/// What the guide tells people to type gives what this crate gives.
#[test]
fn the_shell_example_of_the_guide_makes_the_crates_signature() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let guide = fs::read_to_string(root.join("docs/signing.md")).unwrap();
    let (_, rest) = guide.split_once("```sh\n").unwrap();
    let (script, _) = rest.split_once("```").unwrap();
    let output = Command::new("sh").args(["-euc", script]).current_dir(&root).output().unwrap();
    assert!(output.status.success(), "{output:?}");

    let pem = fs::read(root.join("vectors/keys/rsa-2048.private.pem")).unwrap();
    let key = SigningKey::from_bytes("VECTOR-2048", pem).unwrap();
    let body = br#"{"currency":"USD"}"#;
    let parts = Parts { path: "/api/v2/merch/account/balance", merchant: Some("M24061911365700670"), body };
    let timestamp = Timestamp::parse("1701732359000").unwrap();
    let signed = key.sign(&parts, timestamp, &Nonce::new("a1B2c3D4e5F6").unwrap()).unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), signed.signature_base64());
}

fn openssl_accepts(message: &[u8], signature: &[u8]) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    };
    let output = Command::new("openssl")
        .args(["dgst", "-sha256", "-verify"])
        .arg(Path::new(PUBLIC))
        .arg("-signature")
        .arg(write("signature", signature))
        .arg(write("message", message))
        .output()
        .unwrap();
    let accepted = output.stdout == b"Verified OK\n";
    assert_eq!(output.status.success(), accepted, "{output:?}");
    accepted
}

fn percent_decoded(text: &str) -> Vec<u8> {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap().as_bytes().to_vec();
    for part in parts {
        let (digits, rest) = part.split_at(2);
        bytes.push(u8::from_str_radix(digits, 16).unwrap());
        bytes.extend_from_slice(rest.as_bytes());
    }
    bytes
}
