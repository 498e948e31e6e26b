//! Two mistakes at once: one of every code with one of every code of another kind.

use std::collections::BTreeSet;

use super::{Budget, Message, Mistake, body, header, keys, layout, lines, sorted_codes};

#[test]
fn every_pair_of_mistakes_of_different_kinds_is_found() {
    let mut all: Vec<&Mistake> = [lines::FAMILY, layout::FAMILY, body::FAMILY, keys::FAMILY, header::FAMILY]
        .into_iter()
        .flatten()
        .collect();
    all.dedup_by_key(|mistake| mistake.code);
    let (mut found, mut most) = (0, 0);
    for (index, one) in all.iter().enumerate() {
        for two in all.iter().skip(index + 1).filter(|two| !clash(one, two)) {
            let message = Message::with(&[one, two]);
            let header = message.header();
            if two.code == "signature-plus-lost" && !header.contains('+') && !header.contains("%20") {
                continue; // One signature in 200 has no `+` to lose.
            }
            let diagnosis = message.diagnosis_with(&header, Budget::default());
            let expected = BTreeSet::from([one.code, two.code]);
            assert_eq!(sorted_codes(&diagnosis), expected, "{} {}: {diagnosis}", one.kind, two.kind);
            assert!(diagnosis.is_explained());
            found += 1;
            most = most.max(diagnosis.tried());
        }
    }
    println!("{found} pairs found, in at most {most} verifications");
    assert!(found >= 1000);
}

/// Pairs that can't be made, or whose bytes are those of a likelier pair.
fn clash(one: &Mistake, two: &Mistake) -> bool {
    let kinds = [one.kind, two.kind];
    let codes = [one.code, two.code];
    one.kind == two.kind
        || [["time", "clock"], ["header", "signature"]].contains(&kinds)
        || [
            // Joined by nothing, an empty line and a line left out are the same.
            ["merchant-not-signed", "lines-joined-by-nothing"],
            ["timestamp-in-seconds", "header-value-type"],
        ]
        .contains(&codes)
}
