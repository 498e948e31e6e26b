//! Another key, another id, another algorithm, another clock.

use super::backend::signature::{
    RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512,
};
use super::{Budget, Message, Mistake, Pair, check, codes, mistake, public};

pub(super) const FAMILY: &[Mistake] = &[
    mistake("algorithm", "algorithm-sha384", |m| m.algorithm = &RSA_PKCS1_SHA384),
    mistake("algorithm", "algorithm-sha512", |m| m.algorithm = &RSA_PKCS1_SHA512),
    mistake("algorithm", "algorithm-pss", |m| m.algorithm = &RSA_PSS_SHA256),
    mistake("algorithm", "algorithm-pss", |m| m.algorithm = &RSA_PSS_SHA384),
    mistake("algorithm", "algorithm-pss", |m| m.algorithm = &RSA_PSS_SHA512),
    mistake("key", "other-key", |m| m.key_id = "P002"),
    mistake("key", "key-id-unknown", |m| m.key_id = "P003"),
    mistake("key", "own-key", |m| m.signer = Pair::Merchant),
    mistake("clock", "clock-skew", |m| m.now += 300_000),
    mistake("clock", "timestamp-in-seconds", |m| {
        m.signed.timestamp = "1701732359".into();
        m.received.timestamp = "1701732359".into();
    }),
];

#[test]
fn each_is_found() {
    check(FAMILY);
}

#[test]
fn the_key_is_named() {
    let text = Message::with(&[&mistake("", "", |m| m.key_id = "P002")]).diagnosis().to_string();
    assert!(text.contains("names key `P002`") && text.contains("known as `P001`"), "{text}");
    assert!(text.contains(&public(Pair::Platform).fingerprint().to_string()), "{text}");
    let text = Message::with(&[&mistake("", "", |m| m.signer = Pair::Merchant)]).diagnosis().to_string();
    assert!(text.contains(&public(Pair::Merchant).fingerprint().to_string()), "{text}");
    let text = Message::with(&[&mistake("", "", |m| m.key_id = "P003")]).diagnosis().to_string();
    assert!(text.contains("id `P003`") && text.contains("known as `P001`"), "{text}");
}

#[test]
fn an_unknown_id_is_named_even_if_nothing_verifies() {
    let mut message = Message::genuine();
    message.key_id = "P003";
    message.tail = "?";
    let diagnosis = message.diagnosis();
    assert!(codes(&diagnosis) == ["key-id-unknown"] && !diagnosis.is_explained(), "{diagnosis}");
}

#[test]
fn a_signature_of_no_known_length_is_named() {
    let message = Message::genuine();
    let diagnosis = message.diagnosis_with(message.header_with(&[7; 128]), Budget::default());
    assert!(codes(&diagnosis) == ["signature-length"] && diagnosis.tried() == 0, "{diagnosis}");
    assert!(!diagnosis.to_string().contains("PSS"), "{diagnosis}");
}

#[test]
fn the_clock_is_told_by_how_much() {
    let skew = |now: u64| {
        let mut message = Message::genuine();
        message.now = now;
        message.diagnosis().to_string()
    };
    let text = skew(1_701_732_359_123 + 8 * 3_600_000 + 2_000);
    assert!(text.contains("8 h 0 min 2.000 s behind") && text.contains("local time"), "{text}");
    let text = skew(1_701_732_359_123 - 400_001);
    assert!(text.contains("0 h 6 min 40.001 s ahead of") && !text.contains("local time"), "{text}");
}

#[test]
fn wrong_units_are_told_apart() {
    for (timestamp, code) in [
        ("1701732359123456", "timestamp-in-microseconds"),
        ("1701732359123456789", "timestamp-in-nanoseconds"),
        ("2023-12-04T23:25:59Z", "timestamp-malformed"),
    ] {
        let mut message = Message::genuine();
        message.signed.timestamp = timestamp.into();
        message.received.timestamp = timestamp.into();
        let diagnosis = message.diagnosis();
        assert!(codes(&diagnosis) == [code] && diagnosis.is_explained(), "{diagnosis}");
    }
    let mut message = Message::genuine();
    message.received.timestamp = "1701732359".into();
    message.signed.timestamp = "1701732359000".into();
    assert_eq!(codes(&message.diagnosis()), ["timestamp-signed-in-milliseconds", "timestamp-in-seconds"]);
}
