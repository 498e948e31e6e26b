//! Work and memory stay bounded, whatever comes in.

use std::time::Instant;

use super::{Budget, Message, codes, mistake};

#[test]
fn a_large_body_ends_with_the_bytes() {
    for megabytes in [1, 10] {
        let mut message = Message::genuine();
        let body = format!("{{\"filler\":\"{}\"}}", "x".repeat(megabytes << 20));
        message.received.body = Some(body.clone().into());
        message.signed.body = Some((body + "?").into());
        let budget = Budget::new(10_000, 200 << 20);
        let start = Instant::now();
        let diagnosis = message.diagnosis_with(&message.header(), budget);
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
