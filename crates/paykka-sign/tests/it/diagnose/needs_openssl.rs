//! Algorithms that the backends verify and don't sign, or sign in their own way, made by OpenSSL.

use std::fs;
use std::process::Command;

use super::{Budget, Message, codes};

const KEY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/platform-2048.private.pem");

#[test]
fn other_algorithms_are_found() {
    let pss = ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest"];
    let cases: [(&str, &[&str], &str); 6] = [
        ("-sha1", &[], "algorithm-sha1"),
        ("-sha384", &[], "algorithm-sha384"),
        ("-sha512", &[], "algorithm-sha512"),
        ("-sha256", &pss, "algorithm-pss"),
        ("-sha384", &pss, "algorithm-pss"),
        ("-sha512", &pss, "algorithm-pss"),
    ];
    for (digest, options, code) in cases {
        for tail in ["", "\n"] {
            let mut message = Message::genuine();
            message.tail = tail;
            let header = message.header_with(&openssl_signature(&message.string(), digest, options));
            let diagnosis = message.diagnosis_with(&header, Budget::default());
            let mut found = codes(&diagnosis);
            if !tail.is_empty() {
                assert!(found.contains(&"final-newline"), "{diagnosis}");
                found.retain(|code| *code != "final-newline");
            }
            assert_eq!(found, [code], "{digest} {options:?}: {diagnosis}");
        }
    }
}

/// OpenSSL's default and Java's: no backend verifies them.
#[test]
fn pss_with_another_salt_is_named_as_what_cannot_be_recognised() {
    for (digest, salt) in [("-sha256", "max"), ("-sha256", "20"), ("-sha1", "digest")] {
        let message = Message::genuine();
        let salt = format!("rsa_pss_saltlen:{salt}");
        let options = ["-sigopt", "rsa_padding_mode:pss", "-sigopt", &salt];
        let header = message.header_with(&openssl_signature(&message.string(), digest, &options));
        let diagnosis = message.diagnosis_with(&header, Budget::default());
        assert!(codes(&diagnosis).is_empty() && !diagnosis.is_explained(), "{digest} {salt}: {diagnosis}");
        assert!(diagnosis.to_string().contains("can't be recognised"), "{diagnosis}");
    }
}

fn openssl_signature(message: &[u8], digest: &str, options: &[&str]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("message");
    fs::write(&file, message).unwrap();
    let output = Command::new("openssl")
        .args(["dgst", digest, "-sign", KEY])
        .args(options)
        .arg(&file)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    output.stdout
}
