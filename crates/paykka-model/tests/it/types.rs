//! Types read the open world and write what they read.

use paykka_model::{
    Amount, ApiError, BalanceInquiryRequest, PaymentApplyRequest, PaymentState, PaymentStatus, RetCode,
};

#[test]
fn the_documented_payment_sample_round_trips() {
    let text = r#"{"request_id":"R1","beneficiary_id":"B1","currency":"USD","amount":1,"postscript":"p"}"#;
    let request: PaymentApplyRequest = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_string(&request).unwrap(), text);
    assert!(!format!("{request:?}").contains("\"p\""));
}

#[test]
fn unknown_keys_nulls_and_unknown_values_are_read() {
    let text = r#"{"request_id":"R1","status":"FROZEN","amount":null,"new":{"x":1}}"#;
    let state: PaymentState = serde_json::from_str(text).unwrap();
    assert_eq!((state.status.as_str(), state.amount), ("FROZEN", None));
    assert!(!state.status.is_final() && !matches!(state.status, PaymentStatus::Failed));
    assert_eq!(serde_json::to_string(&state).unwrap(), r#"{"request_id":"R1","status":"FROZEN"}"#);
}

#[test]
fn absent_options_are_left_out() {
    assert_eq!(serde_json::to_string(&BalanceInquiryRequest::default()).unwrap(), "{}");
}

#[test]
fn amounts_are_integers_and_nothing_else() {
    for bad in ["1.0", "1e2", "\"1\"", "9223372036854775808", "null"] {
        assert!(serde_json::from_str::<Amount>(bad).is_err(), "{bad}");
    }
    let max = Amount::from_wire(i64::MAX);
    assert_eq!(max.checked_add(Amount::from_wire(1)), None);
    assert_eq!(max.checked_sub(max), Some(Amount::from_wire(0)));
    assert_eq!(Amount::from_wire(5).to_string(), "5 (wire units)");
}

#[test]
fn a_failure_is_recognised_by_its_ret_code() {
    let body = br#"{"ret_code":"010002","ret_msg":"data not found"}"#;
    assert_eq!(ApiError::from_body(body).unwrap().ret_code, RetCode::NotFound);
    for (body, code) in
        [(r#"{"ret_code":"777777"}"#, "777777"), (r#"{"ret_code":10003,"ret_msg":1}"#, "10003")]
    {
        assert_eq!(ApiError::from_body(body.as_bytes()).unwrap().ret_code.as_str(), code);
    }
    for no_failure in [&b"{}"[..], br#"{"ret_code":"000000"}"#, br#"{"ret_code":null}"#, b"<html>", b""] {
        assert_eq!(ApiError::from_body(no_failure), None);
    }
}
