//! Kinds are told apart by where a notification arrived, else by a key that one kind alone has.

use paykka_model::{Notification, PaymentNotification, PaymentStatus};

const MINIMAL: &str = r#"{"type":"MERCH","data":{"request_id":"R1","status":"SUCCESS","merch_id":"M1"}}"#;

#[test]
fn the_address_decides_first() {
    let mounted = Notification::from_body_of::<PaymentNotification>(MINIMAL.as_bytes()).unwrap();
    let Notification::Payment(state) = mounted else { panic!("{mounted:?}") };
    assert_eq!((state.request_id.as_str(), state.status), ("R1", PaymentStatus::Success));
}

#[test]
fn without_an_address_only_a_key_of_its_own_decides() {
    let ambiguous = Notification::from_body(MINIMAL.as_bytes()).unwrap();
    assert!(matches!(&ambiguous, Notification::Unknown(_)), "status is never a reason");
    assert_eq!(ambiguous.merch_id(), Some("M1"));
    let body = MINIMAL.replace("\"status\"", "\"fee_amount\":0,\"status\"");
    assert!(matches!(Notification::from_body(body.as_bytes()).unwrap(), Notification::Payment(_)));
}

#[test]
fn a_merchant_is_named_once_and_as_text() {
    let unknown = |data: &str| Notification::from_body(format!(r#"{{"type":"X","data":{data}}}"#).as_bytes());
    assert_eq!(unknown(r#"{"merch_id":null}"#).unwrap().merch_id(), None);
    assert_eq!(unknown(r#"{"merch_id":["M1"]}"#).unwrap().merch_id(), Some(""));
    assert!(unknown(r#"{"merch_id":"M2","merch_id":"M1"}"#).is_err());
}

#[test]
fn what_does_not_fit_is_an_error_without_values() {
    for body in
        ["x", "[]", "{}", r#"{"type":"MERCH","data":"SECRET"}"#, r#"{"type":"MERCH","data":{"status":[]}}"#]
    {
        let error = Notification::from_body_of::<PaymentNotification>(body.as_bytes()).unwrap_err();
        assert!(!error.to_string().contains("SECRET") && error.to_string().contains("line 1"), "{error}");
    }
}
