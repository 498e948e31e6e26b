//! The three calls, end to end over TLS.

use paykka_model::{
    Amount, BalanceInquiryRequest, NumberAmount, PaymentInquiryRequest, PaymentStatus, RequestId, RetCode,
};
use paykka_sign::SigningKey;

use crate::world::{MERCHANT, builder, emulator, payment, tls_client};

#[tokio::test]
async fn balance_payment_and_inquiry_are_signed_verified_and_typed() {
    let emulator = emulator().await;
    let client = tls_client(&emulator);

    let balance = client.balance().inquiry(&BalanceInquiryRequest::default()).await.unwrap();
    let accounts = &balance.value().accounts;
    assert_eq!(
        accounts.iter().map(|a| (a.currency.code(), a.balance.to_wire())).collect::<Vec<_>>(),
        [("EUR", 5), ("USD", 1_000)]
    );
    assert_eq!((balance.verified().key_id(), balance.verified().merchant()), ("P001", Some(MERCHANT)));
    assert_eq!((balance.request().authorization().key_id(), balance.status().as_u16()), ("K001", 200));
    assert!(balance.raw().starts_with(b"{\"accounts\""));

    let applied = client.payments().apply(&payment("R1", 250)).await.unwrap();
    assert_eq!(applied.value().status, PaymentStatus::Processing);
    assert_ne!(applied.request().authorization().nonce(), balance.request().authorization().nonce());

    let inquiry = PaymentInquiryRequest::new("R1".parse::<RequestId>().unwrap());
    let state = client.payments().inquiry(&inquiry).await.unwrap().into_value();
    assert_eq!((state.amount, state.request_id.as_str()), (Some(NumberAmount::from_integer(250)), "R1"));
    assert_eq!(emulator.balance(MERCHANT, "USD"), Some(Amount::from_wire(750)));
}

#[tokio::test]
async fn verified_failures_are_typed_and_their_outcome_is_known() {
    let emulator = emulator().await;
    let client = tls_client(&emulator);

    let error = client.payments().apply(&payment("R1", 1_001)).await.unwrap_err();
    assert_eq!(error.ret_code(), Some(&RetCode::InvalidState));
    assert!(!error.outcome_unknown() && error.status().unwrap() == 400 && error.raw().is_some());
    assert_eq!(error.to_string(), "payment.apply: the platform answered 400 with ret_code 010003");

    let unknown = PaymentInquiryRequest::new("R9".parse::<RequestId>().unwrap());
    let error = client.payments().inquiry(&unknown).await.unwrap_err();
    assert!(error.is_not_found() && !error.outcome_unknown());
}

#[tokio::test]
async fn a_signature_that_the_platform_refuses_is_named_and_nothing_was_done() {
    let emulator = emulator().await;
    // The platform's own key under the merchant's id: a pair that doesn't belong together.
    let wrong = include_str!("../../../paykka-sign/testdata/platform-2048.private.pem");
    let client = builder(&emulator.http_url())
        .signing_key(SigningKey::from_bytes("K001", wrong).unwrap())
        .build()
        .unwrap();
    let error = client.payments().apply(&payment("R1", 1)).await.unwrap_err();
    assert!(error.is_unauthorised() && error.is_unsigned() && !error.outcome_unknown());
    assert!(error.to_string().contains("check key id, private key, clock"), "{error}");
    assert!(std::error::Error::source(&error).is_none());
    assert_eq!(emulator.payment_count(), 0);
}

#[tokio::test]
async fn a_call_without_its_merchant_is_not_sent() {
    let client = paykka_client::Client::builder("http://127.0.0.1:9")
        .signing_key(SigningKey::from_bytes("K001", crate::world::MERCHANT_PEM).unwrap())
        .platform_keys(crate::world::platform_ring())
        .build()
        .unwrap();
    let error = client.payments().apply(&payment("R1", 1)).await.unwrap_err();
    assert!(error.is_config() && error.to_string().contains("ClientBuilder::merchant"));
}
