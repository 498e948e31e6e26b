//! The operation table is complete and consistent.

use paykka_model::{Effect, OPERATIONS, Origin, Role};

#[test]
fn names_and_paths_are_unique_and_well_formed() {
    for (index, row) in OPERATIONS.iter().enumerate() {
        assert!(
            row.path.starts_with("/api/") && row.path.bytes().all(|b| b.is_ascii_graphic()),
            "{}",
            row.name
        );
        assert!(row.name.split_once('.').is_some(), "{}", row.name);
        for other in &OPERATIONS[index + 1..] {
            assert!(row.name != other.name && row.path != other.path, "{} and {}", row.name, other.name);
        }
    }
}

#[test]
fn what_moves_money_is_resolved_by_a_read_of_the_table() {
    for row in OPERATIONS {
        if let Effect::Money { resolved_by, .. } = row.effect {
            let resolver = OPERATIONS.iter().find(|other| other.name == resolved_by).unwrap();
            assert_eq!((resolver.effect, resolver.role), (Effect::Read, Role::Call));
        }
    }
}

#[test]
fn marks_are_those_of_the_specification() {
    let marks: Vec<(&str, String)> = OPERATIONS
        .iter()
        .map(|row| {
            let origins = [row.origin.path, row.origin.request, row.origin.response, row.origin.merchant];
            (row.name, origins.map(Origin::mark).iter().collect())
        })
        .collect();
    // Path, request or data, answer, merchant rule.
    let expected = [
        ("balance.inquiry", "IIII"),
        ("payment.apply", "DDDD"),
        ("payment.inquiry", "IIII"),
        ("payment.notification", "IIII"),
    ];
    assert_eq!(marks, expected.map(|(name, marks)| (name, marks.to_owned())));
    assert_eq!(Origin::ThirdParty.mark(), 'T');
}
