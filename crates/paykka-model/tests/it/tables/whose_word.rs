//! A field remembers whether its code was taken from our table or given, and nothing else about it differs.

use std::collections::HashSet;

use paykka_model::unconfirmed::{Bank, Industry};
use paykka_model::{Code, Currency};

#[test]
fn a_variant_is_our_tables_word() {
    let code: Code<Bank> = Bank::Icbc.into();
    assert!(code.is_from_table());
    assert_eq!((code.code(), code.known()), ("102", &Bank::Icbc));
}

#[test]
fn a_code_is_the_callers_word_also_where_our_table_has_it() {
    for code in [Code::<Bank>::given("102"), Code::given("102".to_owned()), Code::given("999")] {
        assert!(!code.is_from_table(), "{code}");
    }
    let number: Code<Industry> = Code::given(13);
    assert!(!number.is_from_table());
    assert_eq!((number.code(), number.known()), (13, &Industry::AgroFoodProcessing));
}

#[test]
fn only_a_guess_of_ours_is_unconfirmed() {
    assert!(Code::from(Bank::Icbc).is_unconfirmed());
    assert!(!Code::from(Currency::Usd).is_unconfirmed(), "the platform's page has it");
    assert!(!Code::<Bank>::given("102").is_unconfirmed());
    assert!(!Code::from(Bank::from("999")).is_unconfirmed());
}

#[test]
fn a_code_that_our_table_lacks_is_nobodys_guess() {
    assert!(!Code::from(Bank::from("999")).is_from_table());
}

#[test]
fn what_was_read_is_given() {
    let read: Code<Bank> = serde_json::from_str("\"102\"").unwrap();
    assert!(!read.is_from_table());
}

#[test]
fn equality_hash_text_and_json_go_by_the_code() {
    let (ours, given) = (Code::from(Bank::Icbc), Code::<Bank>::given("102"));
    assert_eq!(ours, given);
    assert_ne!(ours, Code::given("103"));
    assert_eq!(HashSet::from([ours.clone(), given.clone()]).len(), 1);
    assert_eq!(ours.to_string(), given.to_string());
    assert_eq!(serde_json::to_string(&ours).unwrap(), "\"102\"");
    assert_eq!(serde_json::to_string(&given).unwrap(), "\"102\"");
    assert_eq!(serde_json::to_string(&Code::<Industry>::given(7)).unwrap(), "7");
}
