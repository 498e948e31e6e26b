//! Work and memory stay bounded, whatever comes in.

use std::time::Instant;

use base64ct::{Base64, Encoding};
use paykka_sign::diagnose::Case;
use paykka_sign::{Parts, Timestamp, VerifyingKey};

use super::{Budget, Message, Pair, codes, mistake, public};

#[test]
fn a_large_body_ends_with_the_bytes() {
    for megabytes in [1, 10] {
        let mut message = Message::genuine();
        let body = format!("{{\"filler\":\"{}\"}}", "x".repeat(megabytes << 20));
        message.received.body = Some(body.clone().into());
        message.signed.body = Some((body + "?").into());
        let budget = Budget::new(10_000, 200 << 20);
        let start = Instant::now();
        let diagnosis = message.diagnosis_with(message.header(), budget);
        println!("{megabytes} MiB: {} tried in {:?}", diagnosis.tried(), start.elapsed());
        assert!(diagnosis.is_exhausted() && diagnosis.findings().is_empty());
        // Each variant reads the body three times at least.
        assert!(diagnosis.tried() <= 200 / 3 / megabytes + 1, "{}", diagnosis.tried());
    }
}

#[test]
fn likely_mistakes_are_found_with_a_large_body() {
    let mut message = Message::with(&[&mistake("", "", |m| m.tail = "\n")]);
    message.received.body = Some(vec![b'x'; 10 << 20]);
    message.signed.body = message.received.body.clone();
    let diagnosis = message.diagnosis();
    assert_eq!(codes(&diagnosis), ["final-newline"]);
}

#[test]
fn deep_nesting_is_left_alone() {
    for text in ["[".repeat(1 << 20), "[".repeat(500_000) + &"]".repeat(500_000), "{\"a\":".repeat(200_000)] {
        let mut message = Message::genuine();
        message.received.body = Some(text.clone().into());
        message.signed.body = Some((text + "\n").into());
        assert_eq!(codes(&message.diagnosis()), ["final-newline"]);
    }
}

/// Indentation would make a gigabyte of this.
#[test]
fn a_text_that_grows_by_indentation_is_left_alone() {
    let mut message = Message::genuine();
    let body = ["[".repeat(120), vec!["[]"; 300_000].join(","), "]".repeat(120)].concat();
    message.received.body = Some(body.clone().into());
    message.signed.body = Some((body + "\n").into());
    assert_eq!(codes(&message.diagnosis()), ["final-newline"]);
}

/// A ring of many keys makes pairs by the million that need no verification.
#[test]
fn what_is_not_verified_is_counted_too() {
    let message = Message::genuine();
    let header = message.header_with(&[7; 256]);
    let body = message.received.body.as_deref().unwrap();
    let parts = Parts { path: &message.received.path, merchant: None, body };
    // None but the first can have made a signature of 256 bytes.
    let pem = include_str!("../../../../../vectors/keys/rsa-3072.public.pem");
    let base64: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let der = Base64::decode_vec(&base64).unwrap();
    let key = |number: u16| {
        let mut der = der.clone();
        der[100..102].copy_from_slice(&number.to_be_bytes());
        VerifyingKey::from_bytes(der).unwrap()
    };
    let keys = (0..3_000).map(|number| (number.to_string(), key(number)));
    let ring = keys
        .fold(super::loopback().key("P001", public(Pair::Platform)), |ring, (key_id, key)| {
            ring.key(key_id, key)
        })
        .build()
        .unwrap();
    let now = Timestamp::from_unix_millis(message.now).unwrap();
    let start = Instant::now();
    let diagnosis =
        Case::new(header.as_bytes(), parts, &ring, now).budget(Budget::new(1_000, u64::MAX)).diagnose();
    println!("{} tried in {:?}", diagnosis.tried(), start.elapsed());
    assert!(diagnosis.is_exhausted() && (100..500).contains(&diagnosis.tried()), "{diagnosis}");
}

#[test]
fn no_header_makes_it_panic() {
    let message = Message::genuine();
    let genuine = message.header();
    let budget = Budget::new(3, 1 << 20);
    for (cut, _) in genuine.char_indices().skip(1) {
        let (start, end) = genuine.split_at(cut);
        assert!(!message.diagnosis_with(start, budget).is_genuine());
        assert!(!message.diagnosis_with(end, budget).is_genuine());
    }
    for garbage in ["%", "%7B%", "{\"a\":[[[[", "\u{0}", "Bearer ", "%257B%25", "+ +", "=%3D=", "ä%C3"] {
        assert!(!message.diagnosis_with(garbage, budget).findings().is_empty(), "{garbage}");
    }
    let long = "%25".repeat(1 << 20);
    assert_eq!(codes(&message.diagnosis_with(&long, budget)), ["header-too-long"]);
}
