//! Answers that were damaged on the way give an error that says so, and no value.

use paykka_model::BalanceInquiryRequest;

use crate::relay;
use crate::world::{builder, emulator, payment};

#[tokio::test]
async fn an_undamaged_answer_passes_the_relay() {
    let emulator = emulator().await;
    let client = builder(&relay::start(emulator.http_address(), |_, _| {}).await).build().unwrap();
    assert!(client.balance().inquiry(&BalanceInquiryRequest::default()).await.is_ok());
}

#[tokio::test]
async fn one_flipped_byte_in_the_body_is_a_wrong_signature() {
    let emulator = emulator().await;
    let flip = |_: &mut Vec<u8>, body: &mut Vec<u8>| {
        let digit = body.iter().position(u8::is_ascii_digit).unwrap();
        body[digit] ^= 1;
    };
    let client = builder(&relay::start(emulator.http_address(), flip).await).build().unwrap();
    let error = client.balance().inquiry(&BalanceInquiryRequest::default()).await.unwrap_err();
    assert_wrong_signature(&error);
    assert!(!error.outcome_unknown(), "a read leaves nothing behind");
}

#[tokio::test]
async fn one_changed_character_in_the_signature_is_a_wrong_signature() {
    let emulator = emulator().await;
    let client = builder(&relay::start(emulator.http_address(), |head, _| change_signature(head)).await)
        .build()
        .unwrap();
    let error = client.payments().apply(&payment("R1", 100)).await.unwrap_err();
    assert_wrong_signature(&error);
    assert!(error.outcome_unknown() && error.to_string().contains("ask the inquiry call"));
    assert_eq!(emulator.payment_count(), 1, "it was executed, and sent once");
}

#[tokio::test]
async fn a_2xx_without_a_signature_is_an_error() {
    let emulator = emulator().await;
    let strip = |head: &mut Vec<u8>, _: &mut Vec<u8>| {
        let text = String::from_utf8(head.clone()).unwrap();
        let kept = text.split_inclusive("\r\n").filter(|line| !line.starts_with("authorization"));
        *head = kept.collect::<String>().into_bytes();
    };
    let client = builder(&relay::start(emulator.http_address(), strip).await).build().unwrap();
    let error = client.payments().apply(&payment("R1", 100)).await.unwrap_err();
    assert!(error.is_unsigned() && error.outcome_unknown() && error.status().unwrap() == 200);
}

#[tokio::test]
async fn a_401_that_carries_two_signatures_is_not_believed() {
    let emulator = emulator().await;
    let forge = |head: &mut Vec<u8>, body: &mut Vec<u8>| {
        *body = br#"{"ret_code":"010100"}"#.to_vec();
        *head =
            b"HTTP/1.1 401 X\r\nauthorization: a\r\nauthorization: b\r\ncontent-length: 21\r\n\r\n".to_vec();
    };
    let client = builder(&relay::start(emulator.http_address(), forge).await).build().unwrap();
    let error = client.payments().apply(&payment("R1", 100)).await.unwrap_err();
    assert!(error.is_refused() && !error.is_unauthorised() && error.outcome_unknown(), "{error:?}");
}

#[tokio::test]
async fn an_answer_that_is_cut_off_is_an_unknown_outcome() {
    let emulator = emulator().await;
    let cut = |_: &mut Vec<u8>, body: &mut Vec<u8>| body.truncate(body.len() / 2);
    let client = builder(&relay::start(emulator.http_address(), cut).await).build().unwrap();
    let error = client.payments().apply(&payment("R1", 100)).await.unwrap_err();
    assert!(error.outcome_unknown() && !error.is_connect(), "{error}");
    assert_eq!(emulator.payment_count(), 1);
}

fn assert_wrong_signature(error: &paykka_client::Error) {
    assert!(error.is_signature() && error.is_refused(), "{error:?}");
    let text = error.to_string();
    assert!(text.contains("the signature of the answer (status 200) is wrong"), "{text}");
}

fn change_signature(head: &mut [u8]) {
    let mark = b"signature%22%3A%22";
    let start = head.windows(mark.len()).position(|window| window == mark).unwrap() + mark.len();
    // Not inside an escape, where a changed digit might make another character of the header.
    let at = (start..).find(|&i| head[i].is_ascii_alphanumeric() && !head[i - 2..i].contains(&b'%')).unwrap();
    head[at] = if head[at] == b'A' { b'B' } else { b'A' };
}
