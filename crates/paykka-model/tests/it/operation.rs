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
    let marks: Vec<_> = OPERATIONS.iter().map(|row| (row.name, row.origin.path.mark())).collect();
    assert_eq!(
        marks,
        [
            ("balance.inquiry", 'I'),
            ("payment.apply", 'D'),
            ("payment.inquiry", 'I'),
            ("payment.notification", 'I')
        ]
    );
    assert_eq!(Origin::ThirdParty.mark(), 'T');
}
