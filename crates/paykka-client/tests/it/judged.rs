//! What a verified answer means: for each status and body, whether there is a value, which error, and whether the
//! outcome of what was asked is known.

use paykka_client::Error;
use paykka_model::{BalanceInquiryRequest, PaymentInquiryRequest, RequestId};

use crate::scripted;
use crate::world::{builder, payment};

type Is = fn(&Error) -> bool;

#[tokio::test]
async fn every_verified_answer_to_a_call_that_moves_money_has_its_outcome() {
    let api: Is = |error| error.ret_code().is_some();
    let bare: Is = |error| error.ret_code().is_none() && error.raw().is_some();
    // Status, body, kind of error, outcome unknown.
    let cases: [(u16, &'static str, Is, bool); 16] = [
        (400, r#"{"ret_code":"010003"}"#, api, false),
        (404, r#"{"ret_code":"010002"}"#, api, false),
        (429, r#"{"ret_code":"010001"}"#, api, false),
        (401, r#"{"ret_code":"010100"}"#, |error| error.is_unauthorised(), false),
        (400, r#"{"ret_code":10003}"#, api, false),
        (400, "{}", bare, true),
        (404, "<html>", bare, true),
        (403, "", bare, true),
        (500, r#"{"ret_code":"999999"}"#, api, true),
        (503, "", bare, true),
        (302, r#"{"status":"PROCESSING"}"#, bare, true),
        (200, r#"{"ret_code":"010003"}"#, api, true),
        (200, "{}", bare, true),
        (200, "", bare, true),
        (200, "<html>", bare, true),
        (200, r#"{"status":7}"#, bare, true),
    ];
    for (status, body, is, unknown) in cases {
        let client = builder(&scripted::start(status, body).await).build().unwrap();
        let error = client.payments().apply(&payment("R1", 1)).await.unwrap_err();
        assert!(is(&error), "{status} {body}: {error:?}");
        assert_eq!(error.outcome_unknown(), unknown, "{status} {body}: {error}");
        assert_eq!(error.status().unwrap().as_u16(), status);
        let says_so = error.to_string().contains("ask the inquiry call");
        assert_eq!(says_so, unknown, "{error}");

        let error = client.balance().inquiry(&BalanceInquiryRequest::default()).await.unwrap_err();
        assert!(!error.outcome_unknown(), "a read: {status} {body}");
    }
}

#[tokio::test]
async fn an_unknown_status_is_a_value_and_never_final() {
    for body in [r#"{"status":"FROZEN","new":1}"#, r#"{"ret_code":"000000","status":"FROZEN"}"#] {
        let client = builder(&scripted::start(200, body).await).build().unwrap();
        let answer = client.payments().apply(&payment("R1", 1)).await.unwrap();
        assert_eq!((answer.value().status.as_str(), answer.value().status.is_final()), ("FROZEN", false));
    }
}

#[tokio::test]
async fn an_answer_about_another_payment_is_no_answer() {
    let body = r#"{"request_id":"R2","status":"SUCCESS"}"#;
    let client = builder(&scripted::start(200, body).await).build().unwrap();
    let ask = |number: &str| PaymentInquiryRequest::new(number.parse::<RequestId>().unwrap());
    let error = client.payments().inquiry(&ask("R1")).await.unwrap_err();
    assert!(error.is_other_object() && error.to_string().contains("another object"), "{error}");
    assert!(client.payments().inquiry(&ask("R2")).await.is_ok());
}

#[tokio::test]
async fn errors_show_no_body() {
    let body = r#"{"ret_code":"010003","ret_msg":"MARKER"}"#;
    let client = builder(&scripted::start(400, body).await).build().unwrap();
    let error = client.payments().apply(&payment("R1", 1)).await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("MARKER"));
    assert_eq!(error.api().unwrap().ret_msg.as_deref(), Some("MARKER"));
}
