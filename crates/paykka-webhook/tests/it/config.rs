//! A verifier that would accept what it mustn't can't be made, and a rejection tells the operator why.

use std::env;
use std::error::Error as _;
use std::process::Command;

use bytes::Bytes;
use http::HeaderMap;
use paykka_webhook::Verifier;

use crate::endpoint::{BODY, MERCHANT, Message, PATH, platform_ring, verifier};

#[test]
fn no_merchants_no_path_and_a_calls_path_are_refused() {
    let none: [&str; 0] = [];
    assert!(
        Verifier::for_loopback_tests(platform_ring(), PATH, none)
            .unwrap_err()
            .to_string()
            .contains("no merchant")
    );
    for merchants in [[""], ["M 1"], ["M\n1"]] {
        let error = Verifier::for_loopback_tests(platform_ring(), PATH, merchants).unwrap_err();
        assert!(error.to_string().contains("a merchant number must"), "{merchants:?}");
    }
    let long = format!("/{}", "x".repeat(2048));
    for path in ["", "paykka", "/a b", "/a\n", "/p?x=1", "/p#x", &long] {
        let error = Verifier::for_loopback_tests(platform_ring(), path, [MERCHANT]).unwrap_err();
        assert!(error.to_string().contains("must be visible ASCII"), "{path:?}");
    }
    let error =
        Verifier::for_loopback_tests(platform_ring(), "/api/v2/merch/pay/inquiry", [MERCHANT]).unwrap_err();
    assert!(error.to_string().contains("one of the platform's calls"));
}

/// The keys of tests are published: who deploys what a test was made with must hear of it.
#[test]
fn a_ring_for_loopback_is_for_tests_alone() {
    let error = Verifier::new(platform_ring(), PATH, [MERCHANT]).unwrap_err();
    assert!(error.to_string().contains("built for loopback"), "{error}");
}

/// Explaining a signature takes thousands of verifications; an endpoint that is open to everybody must not offer that.
#[test]
fn the_search_for_mistakes_is_not_compiled_in() {
    let tree = Command::new(env::var_os("CARGO").unwrap())
        .args(["tree", "-p", "paykka-webhook", "-e", "normal", "-f", "{p} [{f}]", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let tree = String::from_utf8(tree.stdout).unwrap();
    let line = tree.lines().find(|line| line.contains("paykka-sign ")).unwrap();
    assert!(line.ends_with(']') && !line.contains("diagnose"), "{line}");
}

#[test]
fn rejections_have_codes_and_causes() {
    let reject = |damage: fn(&mut Message)| {
        let mut message = Message::genuine();
        damage(&mut message);
        let mut headers = HeaderMap::new();
        for (name, value) in message.headers {
            headers.append(name, value.parse().unwrap());
        }
        verifier().verify(&headers, Bytes::from(message.body)).unwrap_err()
    };
    let flipped = reject(|m| m.body[0] ^= 1);
    assert!(flipped.is_signature() && flipped.code() == "signature" && flipped.source().is_some());
    let unknown = reject(|m| m.headers[0].1 = m.headers[0].1.replace("P001", "P%5Cn1"));
    assert_eq!(unknown.code(), "field", "a line feed in a key id");
    let foreign = reject(|m| *m = Message::signed(PATH, Some("M2"), &BODY.replace(MERCHANT, "M2")));
    assert!(foreign.is_foreign_merchant() && !foreign.to_string().contains("M2"));
    for body in ["[]", r#"{"type":"X","data":{"merch_id":7}}"#] {
        let message = Message::signed(PATH, None, body);
        let mut headers = HeaderMap::new();
        headers.append("authorization", message.headers[0].1.parse().unwrap());
        let rejection = verifier().verify(&headers, Bytes::from(message.body)).unwrap_err();
        assert!(rejection.is_foreign_merchant(), "nobody's: {body}");
    }
}
