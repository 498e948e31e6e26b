//! Request numbers and dates.

use paykka_model::{Date, DateTime, RequestId};
use proptest::prelude::*;

#[test]
fn a_request_id_has_1_to_32_units() {
    for good in ["1", "PAY-2026-0001", &"x".repeat(32), &"𠀀".repeat(16), "a b"] {
        let id = RequestId::new(good).unwrap();
        let echoed: String = good.into();
        assert!(id == good && echoed == id && id.as_str() == good);
    }
    for (bad, says) in [
        ("", "this one 0"),
        (&*"x".repeat(33), "this one 33"),
        (&*"𠀀".repeat(17), "this one 34"),
        (" a", "white space"),
        ("a\n", "control"),
        ("a\u{0}b", "control"),
        ("a\u{202e}b", "invisible"),
    ] {
        let error = RequestId::new(bad).unwrap_err().to_string();
        assert!(error.contains(says), "{bad:?}: {error}");
    }
}

#[test]
fn numbers_are_sorted_by_time_and_of_26_characters() {
    let early = RequestId::from_parts("ERP", 1_700_000_000_000, [0xff; 10]).unwrap();
    let late = RequestId::from_parts("ERP", 1_700_000_000_001, [0; 10]).unwrap();
    assert!(early < late && early.as_str().len() == 26 && late.as_str().len() == 26);
    assert_eq!(early.as_str(), "ERP01HF7YAT00ZZZZZZZZZZZZZ");
}

#[cfg(feature = "generate")]
#[test]
fn a_thousand_generated_numbers_are_a_thousand() {
    use std::collections::HashSet;

    let many: Vec<RequestId> = (0..1000).map(|_| RequestId::generate("ERP7").unwrap()).collect();
    assert_eq!(many.iter().collect::<HashSet<_>>().len(), 1000);
    assert!(many.iter().all(|id| id.as_str().len() == 26 && id.as_str().starts_with("ERP7")));
    for bad in ["", "TOOLONG", "erp", "E-P", "É"] {
        assert!(RequestId::generate(bad).is_err(), "{bad:?}");
    }
}

#[test]
fn dates_are_those_of_the_calendar() {
    assert_eq!(Date::new(2024, 2, 29).unwrap().as_str(), "2024-02-29");
    for bad in [
        (2023, 2, 29),
        (1900, 2, 29),
        (2023, 4, 31),
        (2023, 0, 1),
        (2023, 13, 1),
        (2023, 1, 0),
        (10000, 1, 1),
    ] {
        assert!(Date::new(bad.0, bad.1, bad.2).is_err(), "{bad:?}");
    }
    for bad in
        ["", "2023", "2023-1-01", "2023-01-1", "2023-01-01 ", "2023/01/01", "2023-01-01-", "２０２３-01-01"]
    {
        assert!(bad.parse::<Date>().is_err(), "{bad:?}");
    }
    assert_eq!("2000-02-29".parse::<Date>().unwrap(), Date::new(2000, 2, 29).unwrap());
    // What was read is kept, and says that it is none.
    let odd: Date = serde_json::from_str("\"30.02.2026\"").unwrap();
    assert!(!odd.is_date() && odd.as_str() == "30.02.2026");
}

#[test]
fn moments_are_in_utc() {
    for good in ["2023-12-04T23:25:59Z", "2023-12-04T23:25:59.123Z", "2016-12-31T23:59:60Z"] {
        assert!(good.parse::<DateTime>().is_ok(), "{good}");
    }
    for bad in [
        "2023-12-04T23:25:59",
        "2023-12-04T23:25:59+08:00",
        "2023-12-04 23:25:59Z",
        "2023-12-04T24:00:00Z",
        "2023-12-04T23:60:00Z",
        "2023-12-04T23:25Z",
        "2023-12-04T23:25:59.Z",
        "2023-12-04T23:25:59:00Z",
        "Z",
    ] {
        assert!(bad.parse::<DateTime>().is_err(), "{bad}");
    }
}

proptest! {
    #[test]
    fn no_text_is_a_panic(text: String) {
        prop_assert!(text.parse::<Date>().is_err() || text.len() == 10);
        prop_assert!(text.parse::<DateTime>().is_err() || text.ends_with('Z'));
        prop_assert!(RequestId::new(text.as_str()).is_err() || (1..=32).contains(&text.encode_utf16().count()));
    }

    #[test]
    fn numbers_sort_by_time(one in 0..1_u64 << 50, two in 0..1_u64 << 50, random: [u8; 10]) {
        let id = |millis| RequestId::from_parts("A", millis, random).unwrap();
        prop_assert_eq!(id(one).cmp(&id(two)), one.cmp(&two));
    }
}
