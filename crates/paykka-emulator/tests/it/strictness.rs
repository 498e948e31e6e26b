//! A request that doesn't verify is answered 401 `010100`, unsigned, and nothing of it is executed.

use std::time::{Duration, SystemTime};

use paykka_model::Amount;
use paykka_sign::VerifyingKey;
use serde_json::json;

use crate::bodies::{SHA256, upload_of};
use crate::caller::{APPLY, BALANCE, MERCHANT, Message, builder, merchant_key, payment};

#[tokio::test]
async fn one_flipped_byte_in_the_body_executes_nothing() {
    let emulator = builder().start().await.unwrap();
    let mut message = Message::signed(APPLY, &payment("R1", "B1", "USD", 100));
    let digit = message.body.windows(3).position(|window| window == b"100").unwrap();
    message.body[digit] ^= 1;
    assert_eq!(message.send(&emulator).await.refusal(), "signature");
    assert_eq!(emulator.balance(MERCHANT, "USD"), Some(Amount::from_wire(1_000)));
    assert_eq!(emulator.payment_count(), 0);
}

#[tokio::test]
async fn a_request_is_accepted_once_and_not_replayed() {
    let emulator = builder().start().await.unwrap();
    let message = Message::signed(BALANCE, "{}");
    message.send(&emulator).await.verified();
    assert_eq!(message.send(&emulator).await.refusal(), "nonce-reused");
}

#[tokio::test]
async fn time_outside_the_window_is_refused() {
    let emulator = builder().start().await.unwrap();
    let (now, beyond) = (SystemTime::now(), Duration::from_secs(310));
    let late = Message::signed_at(BALANCE, "{}", now - beyond);
    assert_eq!(late.send(&emulator).await.refusal(), "late");
    let early = Message::signed_at(BALANCE, "{}", now + beyond);
    assert_eq!(early.send(&emulator).await.refusal(), "early");
}

#[tokio::test]
async fn every_other_deviation_has_its_reason() {
    let emulator = builder().start().await.unwrap();
    type Damage = fn(&mut Message);
    let cases: [(Damage, &str); 15] = [
        (|m| m.headers.clear(), "authorization-missing"),
        (|m| m.headers[0].1.clear(), "header"),
        (|m| m.headers[0].1.insert_str(0, "Bearer "), "header"),
        (|m| m.headers.push(m.headers[0].clone()), "header-twice"),
        (|m| m.headers[0].1 = m.headers[0].1.replace("K001", "K002"), "unknown-key"),
        (|m| m.headers[0].1 = m.headers[0].1.replace("SHA256_WITH_RSA", "SHA1_WITH_RSA"), "header"),
        (|m| m.headers[0].1 = m.headers[0].1.replace("%22nonce%22", "%22key_id%22"), "header"),
        (|m| m.headers[0].1 = m.headers[0].1.replace("timestamp%22%3A%22", "timestamp%22%3A%220"), "field"),
        (|m| m.headers.push(m.headers[1].clone()), "header-twice"),
        (|m| m.headers[1].1 = "M2".into(), "signature"),
        (|m| m.headers[1].1.clear(), "field"),
        (|m| m.headers.truncate(1), "signature"),
        (|m| m.path = APPLY.into(), "signature"),
        (|m| m.path.push_str("?x=1"), "query"),
        (|m| m.headers.push(("content-encoding", "gzip".into())), "content-encoding"),
    ];
    for (index, (damage, reason)) in cases.into_iter().enumerate() {
        let mut message = Message::signed(BALANCE, "{}");
        damage(&mut message);
        assert_eq!(message.send(&emulator).await.refusal(), reason, "case {index}");
    }
}

#[tokio::test]
async fn a_documented_merchant_rule_is_enforced_and_an_inferred_one_noted() {
    let emulator = builder().start().await.unwrap();
    let apply = Message::signed_for(None, APPLY, &payment("R1", "B1", "USD", 1));
    assert_eq!(apply.send(&emulator).await.refusal(), "merchant-missing");
    let onboarding = Message::signed("/api/v2/merch/onboard/apply", "{}");
    assert_eq!(onboarding.send(&emulator).await.refusal(), "merchant-unexpected");
    let balance = Message::signed_for(None, BALANCE, "{}");
    let answer = balance.send(&emulator).await;
    assert_eq!(answer.verified()["accounts"][0]["balance"], 1_000, "of the key's one merchant");
    let strict = builder().strict(true).start().await.unwrap();
    assert_eq!(balance.send(&strict).await.refusal(), "merchant-missing");
}

#[tokio::test]
async fn a_key_acts_for_its_own_merchants_alone() {
    let other = VerifyingKey::from_bytes(merchant_key().public_key()).unwrap();
    let emulator = builder()
        .merchant("M2", "K002", other)
        .account("M2", "USD", Amount::from_wire(7))
        .payee("M2", "B1", "USD")
        .start()
        .await
        .unwrap();
    let nobodys = Message::signed_for(None, BALANCE, "{}").send(&emulator).await;
    assert_eq!(nobodys.verified()["accounts"][0]["balance"], 1_000, "the key has one merchant");
    let also = merchant_key().verifying_key().clone();
    emulator.register(Some("M3"), "K001", also).unwrap();
    let nobodys = Message::signed_for(None, BALANCE, "{}").send(&emulator).await;
    assert!(nobodys.failure().2.starts_with("X-Merch-Id"), "the key has two");
    let foreign = Message::signed_for(Some("M2"), APPLY, &payment("R1", "B1", "USD", 1));
    assert_eq!(foreign.send(&emulator).await.refusal(), "key-of-another-merchant");
    assert_eq!(emulator.balance("M2", "USD"), Some(Amount::from_wire(7)));
}

#[tokio::test]
async fn an_unknown_path_is_an_unsigned_404() {
    let emulator = builder().start().await.unwrap();
    let answer = Message::signed("/api/v2/nowhere", "{}").send(&emulator).await;
    assert_eq!(answer.status, http::StatusCode::NOT_FOUND);
    assert!(!answer.headers.contains_key("authorization"));
}

#[tokio::test]
async fn a_call_says_that_it_is_json_and_an_upload_that_it_has_parts() {
    let emulator = builder().start().await.unwrap();
    let says = |value| Message::signed(BALANCE, "{}").with("content-type", value);
    for good in ["application/json", "Application/JSON;charset=UTF-8", "application/json ; x=y"] {
        assert_eq!(says(Some(good)).send(&emulator).await.status, 200, "{good}");
    }
    let mut twice = says(Some("application/json"));
    twice.headers.push(("content-type", "application/json".to_owned()));
    let bad =
        [None, Some(""), Some("text/plain"), Some("application/jsonx"), Some("application/json, text/plain")];
    for message in bad.map(says).into_iter().chain([twice]) {
        let (status, ret_code, ret_msg) = message.send(&emulator).await.failure();
        assert_eq!((status, ret_code.as_str()), (400, "010000"), "{:?}", message.headers);
        assert_eq!(ret_msg, "Content-Type: must be application/json");
    }
    let meta = json!({ "filename": "f.pdf", "sha256": SHA256 }).to_string();
    let parts = [("meta", meta.as_bytes()), ("file", &b"test"[..])];
    for bad in
        [None, Some("application/json"), Some("multipart/mixed; boundary=xx"), Some("multipart/form-data")]
    {
        let message = upload_of(MERCHANT, &meta, &parts).with("content-type", bad);
        assert_eq!(message.send(&emulator).await.refusal(), "multipart", "{bad:?}");
    }
}
