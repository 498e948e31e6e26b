//! Kinds are told apart by where a notification arrived, else by its type or its keys; what can't be told is kept.

use paykka_model::{
    Notification, NotificationKind, PaymentNotification, PaymentStatus, TradeSettleNotification,
};

const MINIMAL: &str = r#"{"type":"MERCH","data":{"request_id":"R1","status":"SUCCESS","merch_id":"M1"}}"#;

#[test]
fn the_address_decides_first() {
    let mounted = Notification::from_body_of::<PaymentNotification>(MINIMAL.as_bytes()).unwrap();
    let Notification::Payment(state) = mounted else { panic!("{mounted:?}") };
    assert_eq!((state.request_id.as_str(), state.status), ("R1", PaymentStatus::Success));
    let receipt = br#"{"type":"MERCH","data":{"recv_order_no":"R","status":"SETTLED"}}"#;
    let mounted = Notification::from_body_of::<TradeSettleNotification>(receipt).unwrap();
    assert_eq!(mounted.kind(), Some(NotificationKind::TradeSettle));
}

#[test]
fn what_cannot_be_told_is_handed_over_as_it_came() {
    let Notification::Unknown(unknown) = Notification::from_body(MINIMAL.as_bytes()).unwrap() else {
        panic!()
    };
    assert_eq!((unknown.r#type.as_str(), &unknown.version), ("MERCH", &None));
    assert_eq!(
        unknown.data.get(),
        r#"{"request_id":"R1","status":"SUCCESS","merch_id":"M1"}"#,
        "byte for byte"
    );
    assert_eq!(unknown.merch_id.as_deref(), Some("M1"));
    assert!(unknown.candidates.contains(&NotificationKind::Payment), "{:?}", unknown.candidates);

    let payment = unknown.read_as::<PaymentNotification>().unwrap();
    assert_eq!(payment.status, PaymentStatus::Success);
    assert_eq!(unknown.read_as::<TradeSettleNotification>().unwrap_err().path(), "$");

    let body = MINIMAL.replace("\"status\"", "\"fee_amount\":0,\"status\"");
    assert!(matches!(Notification::from_body(body.as_bytes()).unwrap(), Notification::Payment(_)));
}

/// A key of its own told the kind, and the rest contradicts: it stays genuine, so it isn't lost.
#[test]
fn a_kind_that_was_told_wrongly_is_unknown() {
    let body =
        br#"{"type":"MERCH","version":"2","data":{"order_no":"F1","status":"SUCCESS","merch_id":"M1"}}"#;
    let Notification::Unknown(unknown) = Notification::from_body(body).unwrap() else { panic!() };
    assert_eq!((unknown.candidates, unknown.version.as_deref()), (vec![NotificationKind::Forex], Some("2")));
}

#[test]
fn a_merchant_is_named_once_and_as_text() {
    let unknown = |data: &str| Notification::from_body(format!(r#"{{"type":"X","data":{data}}}"#).as_bytes());
    assert_eq!(unknown(r#"{"merch_id":null}"#).unwrap().merch_id(), None);
    assert_eq!(unknown(r#"{"merch_id":["M1"]}"#).unwrap().merch_id(), Some(""));
    assert_eq!(unknown(r#"{"merch_id":1e999}"#).unwrap().merch_id(), Some(""));
    assert!(unknown(r#"{"merch_id":"M2","merch_id":"M1"}"#).is_err());
    assert!(unknown(r#"{"merch_id":"M2","\u006derch_id":"M1"}"#).is_err());
}

#[test]
fn what_does_not_fit_is_an_error_without_values() {
    for (body, path) in [
        ("x", "$"),
        ("[]", "$"),
        ("{}", "$"),
        (r#"{"type":"MERCH","data":"SECRET"}"#, "$.data"),
        (r#"{"type":"MERCH","data":{"status":["SECRET"]}}"#, "$.data.status"),
    ] {
        let error = Notification::from_body_of::<PaymentNotification>(body.as_bytes()).unwrap_err();
        assert!(!error.to_string().contains("SECRET") && error.path() == path, "{error}");
    }
    for body in ["x", "[]", "{}", r#"{"type":"MERCH","data":"SECRET"}"#, r#"{"type":"MERCH"}"#] {
        assert!(Notification::from_body(body.as_bytes()).is_err(), "{body}");
    }
}
