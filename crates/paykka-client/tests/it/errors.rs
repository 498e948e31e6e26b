//! What an error says: of each code of the platform's, of answers that nobody documented, and of the outcome.

use std::time::Duration;

use paykka_client::{Error, RetrySettings};
use paykka_emulator::{Fault, FaultRule};
use paykka_model::{BalanceInquiryRequest, PaymentInquiryRequest, PaymentStatus, RequestId, RetCode};

use crate::double;
use crate::fixtures::request;
use crate::world::{builder, emulator, payment};

type Is = fn(&Error) -> bool;

/// Of each code the status that it comes with, and the one predicate that is true of it.
const CODES: [(&str, u16, &str, Is); 9] = [
    ("999999", 500, "unknown failure", Error::is_unknown_failure),
    ("010000", 400, "invalid parameters", Error::is_invalid_parameters),
    ("010001", 429, "rate limited", Error::is_rate_limited),
    ("010002", 404, "not found", Error::is_not_found),
    ("010003", 400, "invalid state", Error::is_invalid_state),
    ("010004", 400, "integrity violation", Error::is_integrity_violation),
    ("010005", 400, "file too large", Error::is_file_too_large),
    ("010100", 401, "unauthorised", Error::is_unauthorised),
    ("010200", 403, "not permitted", Error::is_not_permitted),
];

#[tokio::test]
async fn each_code_has_its_predicate_and_no_other() {
    for (code, status, name, _) in CODES {
        assert!(!matches!(RetCode::from(code), RetCode::Other(_)), "{code} is known");
        let (client, _log) =
            double::client(move |_, _| (status, format!(r#"{{"ret_code":"{code}","ret_msg":"text"}}"#)));
        let error =
            client.balance().inquiry(&BalanceInquiryRequest::new()).max_attempts(1).await.unwrap_err();
        let holds: Vec<_> = CODES.iter().filter(|(.., is)| is(&error)).map(|(.., name, _)| *name).collect();
        assert_eq!(holds, [name], "{code}");
        assert_eq!(error.ret_code().unwrap().as_str(), code);
        assert_eq!(error.api().unwrap().ret_msg.as_deref(), Some("text"));
        assert!(error.to_string().contains(code) && !error.to_string().contains("text"), "{error}");
    }
    let known = CODES.iter().map(|(code, ..)| *code).chain(["000000"]).count();
    assert_eq!(known, RetCode::KNOWN.len(), "a code was added: give it a predicate");
}

#[tokio::test]
async fn a_code_that_nobody_documented_is_kept_and_readable() {
    let body = r#"{"ret_code":"990042","ret_msg":"new"}"#;
    let (client, _log) = double::client(move |_, _| (400, body.to_owned()));
    let error = client.payments().apply(&payment("R1", 1)).await.unwrap_err();
    assert_eq!(error.ret_code().unwrap().as_str(), "990042");
    assert_eq!(error.to_string(), "payment.apply: the platform answered 400 with ret_code 990042");
    assert_eq!((error.raw().unwrap().as_ref(), error.outcome_unknown()), (body.as_bytes(), false));
    // A code is text of somebody else's: it can't write over a terminal.
    let (client, _log) = double::client(|_, _| (400, "{\"ret_code\":\"\\u001b[31m\"}".to_owned()));
    let error = client.payments().apply(&payment("R1", 1)).await.unwrap_err();
    assert!(!error.to_string().contains('\u{1b}'), "{error}");
}

#[tokio::test]
async fn answers_of_no_known_shape_are_typed_readable_and_at_hand() {
    for (status, body, says) in [
        (200, "<html>hello</html>", "isn't of the known shape"),
        (200, "", "isn't of the known shape"),
        (200, "[]", "isn't of the known shape"),
        (200, r#"{"status":["PROCESSING"]}"#, "isn't of the known shape"),
        (502, "<html>bad gateway</html>", "answered 502 without a ret_code"),
        (404, "", "answered 404 without a ret_code"),
    ] {
        let (client, _log) = double::client(move |_, _| (status, body.to_owned()));
        let error = client.payments().apply(&payment("R1", 1)).await.unwrap_err();
        assert!(error.to_string().contains(says) && error.outcome_unknown(), "{status} {body}: {error}");
        assert_eq!(
            (error.raw().unwrap().as_ref(), error.status().unwrap().as_u16()),
            (body.as_bytes(), status)
        );
        assert!(!format!("{error:?}").contains("html"), "{error:?}");
    }
}

/// Of each effect, what a verified answer leaves open.
#[tokio::test]
async fn what_an_answer_leaves_open_depends_on_the_effect() {
    for (status, body, of_money, of_write) in [
        (400, r#"{"ret_code":"010003"}"#, false, false),
        (200, r#"{"ret_code":"010003"}"#, true, true),
        (200, r#"{"ret_code":"999999"}"#, true, true),
        (200, "{", true, true),
        (500, r#"{"ret_code":"010003"}"#, true, true),
        (404, "", true, true),
        (302, "", true, true),
    ] {
        let (builder, log) = double::over(move |_, _| (status, body.to_owned()));
        let quick = RetrySettings::default().pauses(Duration::from_millis(1), Duration::from_millis(1));
        let client = builder.retry(quick).build().unwrap();
        let money = client.payments().apply(&payment("R1", 1)).await.unwrap_err();
        let settle = request("trade_settle.apply", &[]);
        let settle = client.trade_settle().apply(&settle).await.unwrap_err();
        let confirm = request("forex.confirm", &[]);
        let confirm = client.forex().confirm(&confirm).await.unwrap_err();
        for error in [money, settle, confirm] {
            assert_eq!(error.outcome_unknown(), of_money, "{status} {body}: {error}");
        }
        let create = request("payee.create", &[]);
        let write = client.payees().create(&create).await.unwrap_err();
        assert_eq!(write.outcome_unknown(), of_write, "{status} {body}: {write}");
        assert_eq!(log.lock().unwrap().len(), 4, "each was sent once");
        let quote = request("forex.pre_order", &[]);
        assert!(!client.forex().pre_order(&quote).await.unwrap_err().outcome_unknown());
        assert!(!client.files().upload("f", vec![1]).await.unwrap_err().outcome_unknown());
        let inquiry = PaymentInquiryRequest::new("R1".parse::<RequestId>().unwrap());
        assert!(!client.payments().inquiry(&inquiry).await.unwrap_err().outcome_unknown());
    }
}

/// What the emulator does to a payment, and whether the client knows what became of it.
#[tokio::test]
async fn a_payment_under_each_fault_is_known_or_said_to_be_unknown() {
    // The fault, payments made, outcome unknown.
    let cases: [(Fault, usize, bool); 15] = [
        (Fault::ResetBefore, 0, true),
        (Fault::ResetAfter, 1, true),
        (Fault::Truncate, 1, true),
        (Fault::Unsigned, 1, true),
        (Fault::WrongKey, 1, true),
        (Fault::WrongPath, 1, true),
        (Fault::Stale, 1, true),
        (Fault::UnknownKeyId, 1, true),
        (Fault::EchoKeyId, 1, true),
        (Fault::Gzip, 1, true),
        (Fault::RetCodeIn200, 0, true),
        (Fault::Html404, 0, true),
        (Fault::Html403, 0, true),
        (Fault::Status(503), 0, true),
        (Fault::Status(400), 0, false),
    ];
    for (fault, made, unknown) in cases {
        let emulator = emulator().await;
        let rule = FaultRule { operation: Some("payment.apply".into()), fault, times: Some(1) };
        emulator.add_rule(rule).unwrap();
        let client = builder(&emulator.http_url()).build().unwrap();
        let error = client.payments().apply(&payment("R1", 100)).await.unwrap_err();
        assert_eq!(
            (emulator.payment_count(), error.outcome_unknown()),
            (made, unknown),
            "{fault:?}: {error}"
        );
        assert_eq!(error.to_string().contains("ask the inquiry call"), unknown, "{error}");
        if matches!(fault, Fault::Html404 | Fault::Html403) {
            assert!(error.is_unsigned() && error.raw().unwrap().starts_with(b"<"), "{error:?}");
        }
    }
}

#[tokio::test]
async fn a_status_that_nobody_knows_and_keys_that_nobody_knows_are_values() {
    for fault in [Fault::UnknownStatus, Fault::ExtraFields, Fault::Gson, Fault::Php, Fault::LongNonce] {
        let emulator = emulator().await;
        emulator.add_rule(FaultRule { operation: None, fault, times: None }).unwrap();
        let client = builder(&emulator.http_url()).build().unwrap();
        let answer = client.payments().apply(&payment("R1", 100)).await.unwrap();
        let is_unknown = matches!(answer.value().status, PaymentStatus::Other(_));
        assert_eq!(is_unknown, fault == Fault::UnknownStatus, "{fault:?}: {answer:?}");
        assert!(!answer.value().status.is_final());
    }
}

#[tokio::test]
async fn an_inquirys_answer_about_another_payment_is_none() {
    let emulator = emulator().await;
    let client = builder(&emulator.http_url()).build().unwrap();
    let inquiry = |id: &str| PaymentInquiryRequest::new(id.parse::<RequestId>().unwrap());
    for id in ["R1", "R2"] {
        client.payments().apply(&payment(id, 100)).await.unwrap();
        client.payments().inquiry(&inquiry(id)).await.unwrap();
    }
    let rule = |fault| FaultRule { operation: Some("payment.inquiry".into()), fault, times: Some(1) };
    emulator.add_rule(rule(Fault::OtherAnswer)).unwrap();
    let error = client.payments().inquiry(&inquiry("R1")).await.unwrap_err();
    assert!(error.is_other_object() && error.raw().is_some(), "{error}");
    emulator.add_rule(rule(Fault::ReplayAnswer)).unwrap();
    let error = client.payments().inquiry(&inquiry("R1")).await.unwrap_err();
    assert!(error.is_refused(), "the same bytes with the same signature: {error}");
}
