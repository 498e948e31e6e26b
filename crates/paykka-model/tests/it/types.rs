//! Types read the open world and write what they read.

use paykka_model::{
    Amount, ApiError, BalanceInquiryRequest, Disposition, ForexStatus, OnboardingStatus, OrderStatus,
    PayeeCreateRequest, PayeeStatus, PaymentState, PaymentStatus, ReceiptStatus, RetCode, VaStatus, decode,
};
use proptest::prelude::*;

#[test]
fn unknown_keys_nulls_and_unknown_values_are_read() {
    let text = r#"{"request_id":"R1","status":"FROZEN","amount":null,"new":{"x":1}}"#;
    let state: PaymentState = decode(text.as_bytes()).unwrap();
    assert_eq!((state.status.as_str(), &state.amount), ("FROZEN", &None));
    assert!(!state.status.is_final() && !matches!(state.status, PaymentStatus::Failed));
    assert_eq!(state.status.disposition(), Disposition::Unrecognised);
    assert_eq!(serde_json::to_string(&state).unwrap(), r#"{"request_id":"R1","status":"FROZEN"}"#);
}

/// A known text always gives the known variant, so that no comparison fails over how a value was made.
#[test]
fn other_never_holds_a_known_value() {
    assert_eq!(PaymentStatus::from("SUCCESS"), PaymentStatus::Success);
    assert_eq!(PaymentStatus::from("SUCCESS".to_owned()), PaymentStatus::Success);
    assert_eq!(decode::<PaymentStatus>(b"\"SUCC\\u0045SS\"").unwrap(), PaymentStatus::Success);
    assert!(matches!(PaymentStatus::from("success"), PaymentStatus::Other(_)));
}

#[test]
fn every_known_status_has_a_disposition() {
    use Disposition::{Failed, Pending, Succeeded};
    macro_rules! dispositions {
        ($type:ident) => {
            $type::KNOWN.iter().map(|known| ($type::from(known.text).disposition())).collect::<Vec<_>>()
        };
    }
    assert_eq!(dispositions!(PaymentStatus), [Pending, Succeeded, Failed, Failed]);
    assert_eq!(dispositions!(ForexStatus), [Pending, Pending, Succeeded, Failed, Failed]);
    assert_eq!(dispositions!(ReceiptStatus), [Pending, Failed, Pending, Succeeded]);
    assert_eq!(dispositions!(OnboardingStatus), [Pending, Pending, Succeeded, Failed, Failed, Failed]);
    assert_eq!(dispositions!(PayeeStatus), [Pending, Pending, Succeeded, Failed, Failed]);
    assert_eq!(dispositions!(OrderStatus), [Pending, Succeeded]);
    assert_eq!(dispositions!(VaStatus), [Pending, Succeeded]);
}

proptest! {
    /// Any text survives an open enum, and only a known one is a known value.
    #[test]
    fn any_text_is_a_value(text in "PROCESSING|SUCCESS|FAILED|REFUNDED|[A-Z_]{0,12}|.{0,12}") {
        let json = serde_json::to_string(&text).unwrap();
        let status: PaymentStatus = decode(json.as_bytes()).unwrap();
        prop_assert_eq!(status.as_str(), text.as_str());
        let is_known = PaymentStatus::KNOWN.iter().any(|known| known.text == text);
        prop_assert_eq!(matches!(status, PaymentStatus::Other(_)), !is_known);
        prop_assert_eq!(serde_json::to_string(&status).unwrap(), json);
        prop_assert_eq!(PaymentStatus::from(text), status);
    }
}

#[test]
fn finality_is_of_the_platform() {
    let is_final: Vec<bool> =
        OnboardingStatus::KNOWN.iter().map(|known| OnboardingStatus::from(known.text).is_final()).collect();
    assert_eq!(is_final, [false, false, true, true, true, false]);
    assert!(!OnboardingStatus::from("TOMORROW").is_final());
}

#[test]
fn absent_options_are_left_out() {
    assert_eq!(serde_json::to_string(&BalanceInquiryRequest::default()).unwrap(), "{}");
}

#[test]
fn other_keys_are_written_flat_and_read_back() {
    let body = r#"{"request_id":"R1","type":"PERSONAL","beneficiary":{"country":"US","channel":"x"},"new":{"n":[1]}}"#;
    let request: PayeeCreateRequest = decode(body.as_bytes()).unwrap();
    assert_eq!(request.extra["new"]["n"][0], 1);
    assert_eq!(request.beneficiary.extra["channel"], "x");
    assert_eq!(serde_json::to_string(&request).unwrap(), body);
    assert_eq!(request.extra("more", true).extra.len(), 2);
}

#[test]
fn amounts_are_integers_and_nothing_else() {
    for bad in ["1.0", "1e2", "\"1\"", "9223372036854775808", "null"] {
        assert!(serde_json::from_str::<Amount>(bad).is_err(), "{bad}");
    }
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
    // What could be read in two ways is no success; nor is a failure that is hard to read.
    for (body, code) in [
        (r#"{"ret_code":"010003","ret_code":"000000","status":"PROCESSING"}"#, "010003"),
        (r#"{"ret_code":"000000","ret_code":"000000","status":"PROCESSING"}"#, "000000"),
        (r#"{"status":"PROCESSING","ret_code":"010003","ret_msg":1e999}"#, "010003"),
        (r#"{"ret_code":["010003"],"status":"PROCESSING"}"#, r#"["010003"]"#),
    ] {
        assert_eq!(ApiError::from_body(body.as_bytes()).unwrap().ret_code.as_str(), code, "{body}");
    }
    let deep = format!(r#"{{"ret_code":"010003","ret_msg":{}{}}}"#, "[".repeat(120), "]".repeat(120));
    assert!(ApiError::from_body(deep.as_bytes()).is_some());
    for no_failure in [&b"{}"[..], br#"{"ret_code":"000000"}"#, br#"{"ret_code":null}"#, b"<html>", b""] {
        assert_eq!(ApiError::from_body(no_failure), None);
    }
}
