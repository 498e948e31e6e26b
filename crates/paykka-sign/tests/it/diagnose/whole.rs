//! What is said as a whole: nothing about a genuine message, nothing secret about any.

use std::time::Instant;

use super::{Budget, Message, body, codes, header, keys, layout, lines, mistake};

#[test]
fn a_genuine_message_has_no_findings() {
    let diagnosis = Message::genuine().diagnosis();
    assert!(diagnosis.is_genuine() && diagnosis.findings().is_empty() && !diagnosis.is_explained());
    assert_eq!(diagnosis.to_string(), "The message is genuine: it verifies as it is.");
}

#[test]
fn a_random_signature_has_no_findings_and_stays_within_the_budget() {
    let message = Message::genuine();
    let header = message.header_with(&(0..=255).map(|byte: u8| byte.wrapping_mul(37)).collect::<Vec<u8>>());
    for verifications in [0, 1, 100, 1_000_000] {
        let start = Instant::now();
        let diagnosis = message.diagnosis_with(&header, Budget::new(verifications, u64::MAX));
        println!("budget {verifications}: {} tried in {:?}", diagnosis.tried(), start.elapsed());
        assert!(diagnosis.findings().is_empty() && !diagnosis.is_genuine() && !diagnosis.is_explained());
        assert!(diagnosis.tried() <= verifications);
        assert_eq!(diagnosis.is_exhausted(), verifications < 1_000_000);
    }
    // The default suffices for every single mistake, every pair and every timestamp.
    let diagnosis = message.diagnosis_with(&header, Budget::default());
    assert!(!diagnosis.is_exhausted() && diagnosis.tried() > 3_000, "{}", diagnosis.tried());
}

#[test]
fn no_output_holds_body_key_or_signature() {
    let families = [lines::FAMILY, layout::FAMILY, body::FAMILY, keys::FAMILY, header::FAMILY];
    for one in families.into_iter().flatten() {
        let message = Message::with(&[one]);
        let header = message.header();
        let diagnosis = message.diagnosis_with(&header, Budget::default());
        let text = format!("{diagnosis} {diagnosis:?} {:?}", codes(&diagnosis));
        for mark in ["Zürich", "remark", "USD", "12.50", "form-data", "BEGIN", "MII"] {
            assert!(!text.contains(mark), "{text}");
        }
        // The longest piece without `%`, `+`, `/` is one of the signature; two digits of an escape stand before it.
        let pieces = header.split(['%', '+', '/', '-', '_', '\n']);
        let signature: String = pieces.max_by_key(|piece| piece.len()).unwrap().chars().skip(2).collect();
        assert!(signature.len() > 10);
        assert!(!text.contains(&signature), "{text}");
    }
}

#[test]
fn foreign_text_is_escaped() {
    let mut message = Message::with(&[&mistake("", "", |m| m.key_id = "K\\u001b[31m\\n1. [forged] finding")]);
    message.received.path = "/a\u{1b}[0m\nb".into();
    let text = message.diagnosis().to_string();
    assert!(!text.contains('\u{1b}') && !text.contains("\n1. [forged]"), "{text}");
}
