//! `paykka sign` and `paykka verify`: the header alone on standard output, the JSON that programs rely on, and everything
//! that leads to a signature on request.

use base64ct::{Base64, Encoding};
use serde_json::Value;

use crate::desk::{Desk, assert_seen, stderr, stdout};

const BODY: &str = "{\"remark\":\"深圳\",\n \"currency\":\"USD\"}";
const PARTS: [&str; 6] =
    ["--path", "/api/v2/merch/account/balance", "--merchant", "M24061911365700670", "--body-file", "body"];

fn sign<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let key = ["--key-id", "K001", "--private-key-file", "private.pem"];
    [&["sign"], &PARTS[..], &key[..], more].concat()
}

fn verify<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&["verify"], &PARTS[..], &["--public-key-file", "public.pem"], more].concat()
}

/// With the published key, whose signatures are always the same.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.put_secret("private.pem", include_str!("../../../../vectors/keys/rsa-2048.private.pem"));
    desk.put("public.pem", include_str!("../../../../vectors/keys/rsa-2048.public.pem"));
    desk.put("body", BODY);
    desk
}

#[test]
fn the_vectors_come_out() {
    let vectors: Value = serde_json::from_str(include_str!("../../../../vectors/signing.json")).unwrap();
    let desk = desk();
    let mut count = 0;
    for case in vectors["cases"].as_array().unwrap() {
        let text = |key: &str| case[key].as_str();
        let (Some(body), Some("VECTOR-2048")) = (text("body_base64"), text("key_id")) else { continue };
        desk.put("body", Base64::decode_vec(body).unwrap());
        let mut words =
            vec!["sign", "--path", text("path").unwrap(), "--body-file", "body", "--key-id", "VECTOR-2048"];
        words.extend(["--private-key-file", "private.pem", "--timestamp", text("timestamp").unwrap()]);
        words.extend(["--nonce", text("nonce").unwrap()]);
        words.extend(text("merchant").map(|merchant| ["--merchant", merchant]).into_iter().flatten());
        let (status, signed) = desk.json(&words);
        assert_eq!(status, 0);
        assert_eq!(signed["authorization"], case["authorization"], "{}", case["name"]);
        assert_eq!(signed["string_to_sign_base64"], case["string_to_sign_base64"]);
        assert_eq!(signed["sha256"], case["string_to_sign_sha256"]);
        assert_eq!(signed["signature"], case["signature"]);
        assert_eq!(signed.as_object().unwrap().len(), 4);
        count += 1;
    }
    assert!(count >= 5, "{count}");
}

#[test]
fn what_is_signed_is_verified_and_what_is_changed_is_refused() {
    let desk = desk();
    let signed = desk.run(&sign(&[]));
    assert!(signed.status.success() && signed.stderr.is_empty(), "{}", stderr(&signed));
    let header = stdout(&signed);
    assert_eq!(header.lines().count(), 1);
    desk.put("header", &header);
    let with_header = verify(&["--header-file", "header"]);
    let (status, verdict) = desk.json(&with_header);
    assert_eq!(
        (status, verdict.to_string().as_str()),
        (0, r#"{"key_id":"K001","reason":null,"valid":true}"#)
    );
    // As copied from a log.
    let line = format!("Authorization: {}", header.trim());
    assert_eq!(desk.json(&verify(&["--header", &line])).0, 0);

    let refused = |more: &[&str], reason: &str| {
        let (status, verdict) = desk.json(&[&with_header[..], more].concat());
        assert_eq!((status, &verdict["valid"], &verdict["reason"]), (1, &false.into(), &reason.into()));
        verdict["key_id"].clone()
    };
    assert_eq!(refused(&["--key-id", "K002"], "unknown-key"), "K001");
    refused(&["--timestamp", "1701732359000"], "early");
    refused(&["--timestamp", "9701732359000"], "late");
    assert_eq!(desk.json(&verify(&["--header", "%7B%7D"])).1["key_id"], Value::Null);
    desk.put("body", BODY.replace(' ', ""));
    refused(&[], "signature");
}

#[test]
fn people_see_why() {
    let desk = desk();
    let fixed = ["--timestamp", "1701732359000", "--nonce", "a1B2c3D4e5F6"];
    assert_seen!("sign_explain", desk.seen(&sign(&[&fixed[..], &["--explain"]].concat())));
    desk.put("header", desk.run(&sign(&fixed)).stdout);
    let then = ["--header-file", "header", "--timestamp", "1701732359000"];
    assert_seen!("verify_valid", desk.seen(&verify(&then)));
    assert_seen!(
        "verify_late",
        desk.seen(&verify(&["--header-file", "header", "--timestamp", "1801732359000"]))
    );
    desk.put("body", "{}");
    assert_seen!("verify_refused_explain", desk.seen(&verify(&[&then[..], &["--explain"]].concat())));
}

#[test]
fn keys_come_from_the_environment_too() {
    let desk = desk();
    let words = [&["sign"], &PARTS[..], &["--timestamp", "1701732359000", "--nonce", "abcdef"]].concat();
    let expected = desk.run(&sign(&["--timestamp", "1701732359000", "--nonce", "abcdef"])).stdout;
    let private = desk.read("private.pem");
    for (name, value) in
        [("PAYKKA_PRIVATE_KEY_FILE", "private.pem"), ("PAYKKA_PRIVATE_KEY", private.as_str())]
    {
        let output = desk.command(&words).env("PAYKKA_KEY_ID", "K001").env(name, value).output().unwrap();
        assert_eq!(output.stdout, expected, "{name}");
    }
    let mut both = desk.command(&words);
    both.envs([("PAYKKA_KEY_ID", "K"), ("PAYKKA_PRIVATE_KEY_FILE", "x"), ("PAYKKA_PRIVATE_KEY", "SECRET")]);
    let output = both.output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(stderr(&output).contains("both set") && !stderr(&output).contains("SECRET"));
    assert_seen!("sign_without_key", desk.seen(&[&words[..], &["--key-id", "K001"]].concat()));
    assert_seen!("sign_without_key_id", desk.seen(&words));
}

#[test]
fn a_body_that_is_no_json_is_signed_and_shown() {
    let desk = desk();
    desk.put("body", "{\n  \"amount\": 12,\n  \"currency\": USD\u{1b}[31m\n}");
    let output = desk.run(&sign(&["--timestamp", "1701732359000", "--nonce", "abcdef"]));
    assert!(output.status.success() && stdout(&output).starts_with("%7B"));
    let seen = stderr(&output);
    assert!(!seen.contains('\u{1b}'), "{seen:?}");
    assert_seen!("sign_broken_json", seen);
}
